"""The list of kept studies at the left, with its search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.labels import muted, section
from desktop.ui.theme import Theme

if TYPE_CHECKING:  # the first paint shows the heading
    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QLineEdit, QPushButton

    from desktop.findings.study import StudyRow
    from desktop.ui.studies_list import StudiesList, StudiesModel


class StudiesPanel(QWidget):
    """Shows studies by number; their rows are read where they come into sight.

    `chosen` and `deleting` carry the number of a study, `searched` that other words were typed, `rows_wanted`
    the numbers of studies whose rows are to be given to `set_rows`.
    """

    chosen = Signal(int)
    deleting = Signal(int)
    searched = Signal()
    rows_wanted = Signal(list)
    waiting_wanted = Signal()

    model: StudiesModel
    list: StudiesList
    waiting: QPushButton
    search: QLineEdit

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = muted("")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 10, 4, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(section("Studies"))
        self._layout.addWidget(self.empty)
        self._layout.addStretch(1)

    def furnish(self, theme: Theme) -> None:
        """Bring the list and its search below the heading."""
        from PySide6.QtWidgets import QPushButton

        from desktop.ui.studies_list import StudiesList, StudiesModel, StudyDelegate, search_line

        self.model = StudiesModel(self)
        self.list = StudiesList()
        self.list.setModel(self.model)
        self.list.setItemDelegate(StudyDelegate(theme, self.list))
        self.waiting = QPushButton()
        self.waiting.setAccessibleName("Show the pictures that wait for their view")
        self.waiting.hide()
        self.search = search_line()
        self.search.hide()
        for place, widget in ((1, self.search), (2, self.waiting), (4, self.list)):
            self._layout.insertWidget(place, widget)
        self._layout.setStretch(4, 1)
        self._layout.takeAt(5)
        self._connect(theme)

    def _connect(self, theme: Theme) -> None:
        self.model.wanted.connect(self.rows_wanted)
        self.search.textChanged.connect(lambda _: self.searched.emit())
        self.waiting.clicked.connect(self.waiting_wanted)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.list.delete_pressed.connect(lambda index: self.deleting.emit(self.model.id_at(index)))
        theme.changed.connect(self.list.viewport().update)

    @property
    def words(self) -> Sequence[str]:
        """The words that are searched for."""
        return self.search.text().split()

    def set_ids(self, ids: Sequence[int], shown: int | None) -> None:
        """Show the studies that were found, newest first, with the one on screen marked."""
        self.model.set_ids(ids)
        self.select(shown)
        if ids or not self.words:
            self.search.setVisible(bool(ids))
        self.empty.setText("No study matches." if self.words else "Screened pictures are kept here.")
        self.empty.setVisible(not ids)

    def set_rows(self, rows: Sequence[StudyRow]) -> None:
        """Take over the rows that were wanted; none where they could not be read."""
        self.model.set_rows(rows)

    def set_waiting(self, count: int) -> None:
        """Offer to show the pictures whose view nobody has named."""
        from desktop.ui.sentences import waiting_sentence

        self.waiting.setText(waiting_sentence(count))
        self.waiting.setVisible(count > 0)

    def select(self, study_id: int | None) -> None:
        """Mark the study on screen."""
        place = self.model.row_of(study_id) if study_id is not None else None
        if place is None:
            self.list.clearSelection()
        elif self.selected() != study_id:
            self.list.setCurrentIndex(self.model.index(place))

    def selected(self) -> int | None:
        """Return the number of the marked study."""
        indexes = self.list.selectedIndexes()
        return self.model.id_at(indexes[0]) if indexes else None

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.id_at(index))
