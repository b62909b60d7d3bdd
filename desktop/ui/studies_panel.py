"""The list of kept studies at the left: picture, patient, day and outcome of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QPushButton,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from desktop.findings.marks import OUTCOME_TITLES
from desktop.findings.result import Status
from desktop.findings.study import StudyRow
from desktop.ui.labels import muted, section
from desktop.ui.outcome_badge import draw_shape
from desktop.ui.patient_check import display_name, patient_line
from desktop.ui.sentences import waiting_sentence
from desktop.ui.theme import Theme
from desktop.ui.tokens import SMALL_TEXT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
_WORDS_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
_PICTURE_PX = 52
_PAD_PX = 8
_STATUS_WORDS = {Status.REFUSED: "Not judged", Status.FAILED: "Could not be read"}


class StudiesModel(QAbstractListModel):
    """Study rows, newest first as the store gives them; thumbnails are decoded once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[StudyRow] = []
        self._pictures: dict[int, QPixmap] = {}

    def set_rows(self, rows: Sequence[StudyRow]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._rows = list(rows)
        kept = {row.id for row in rows}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in kept}
        self.endResetModel()

    def row_of(self, study_id: int) -> int | None:
        """Return where a study stands, None where it is not in the list."""
        return next((place for place, row in enumerate(self._rows) if row.id == study_id), None)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: D102, N802
        return len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(row)
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return "\n".join(
                (title_of(row), patient_line(row.patient), outcome_words(row), f"Screened {_day(row)}")
            )
        return None

    def _picture(self, row: StudyRow) -> QPixmap:
        if row.id not in self._pictures:
            picture = QPixmap()
            picture.loadFromData(row.thumbnail_png)
            self._pictures[row.id] = picture
        return self._pictures[row.id]


class StudyDelegate(QStyledItemDelegate):
    """Paints a study: picture, name, sex and age, and the outcome with its shape."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102, N802
        lines_px = 3 * option.fontMetrics.height() + 2 * _PAD_PX + 6
        return QSize(180, max(lines_px, _PICTURE_PX + 2 * _PAD_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        row: StudyRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(4, 2, -4, -2)
        self._ground(painter, box, option.state)
        spot = QRect(
            box.left() + _PAD_PX, box.top() + (box.height() - _PICTURE_PX) // 2, _PICTURE_PX, _PICTURE_PX
        )
        _draw_picture(painter, spot, index.data(Qt.ItemDataRole.DecorationRole))
        words = box.adjusted(2 * _PAD_PX + _PICTURE_PX, _PAD_PX, -_PAD_PX, -_PAD_PX)
        self._words(painter, words, row)
        painter.restore()

    def _ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        from PySide6.QtWidgets import QStyle  # its many enums cost the first paint 30 ms

        tokens = self._theme.tokens
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.accent_soft if chosen else tokens.surface))
            focus = chosen and state & QStyle.StateFlag.State_HasFocus
            painter.setPen(QColor(tokens.accent) if focus else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 7, 7)

    def _words(self, painter: QPainter, box: QRect, row: StudyRow) -> None:
        tokens = self._theme.tokens
        font = painter.font()
        strong = painter.font()
        strong.setBold(True)
        line_px = painter.fontMetrics().height()
        painter.setFont(strong)
        _line(painter, box, title_of(row), tokens.text)
        font.setPointSizeF(font.pointSizeF() * SMALL_TEXT)
        painter.setFont(font)
        _line(painter, box.adjusted(0, line_px + 2, 0, 0), patient_line(row.patient), tokens.muted)
        last = box.adjusted(0, 2 * line_px + 5, 0, 0)
        if row.outcome is not None:
            tone = tokens.of_outcome(row.outcome)
            size_px = painter.fontMetrics().ascent()
            draw_shape(painter, row.outcome, tone.ink, last.left(), last.top() + 1, size_px)
            last = last.adjusted(size_px + 6, 0, 0, 0)
        day = _day(row)
        day_px = painter.fontMetrics().horizontalAdvance(day)
        words_px = painter.fontMetrics().horizontalAdvance(outcome_words(row))
        if day_px + words_px + 10 <= last.width():
            _line(painter, last.adjusted(last.width() - day_px, 0, 0, 0), day, tokens.muted)
        colour = tokens.of_outcome(row.outcome).ink if row.outcome else tokens.muted
        _line(painter, last, outcome_words(row), colour)


class StudiesPanel(QWidget):
    """The list with its search; `chosen` and `deleting` carry the id of a study."""

    chosen = Signal(int)
    deleting = Signal(int)
    waiting_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = StudiesModel(self)
        self.list = _List()
        self.list.setModel(self.model)
        self.list.setItemDelegate(StudyDelegate(theme, self.list))
        self.empty = muted("Screened pictures are kept here.")
        self.waiting = QPushButton()
        self.waiting.setAccessibleName("Show the pictures that wait for their view")
        self.waiting.hide()
        self.search = _search_line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 10, 4, 8)
        layout.setSpacing(8)
        for widget in (section("Studies"), self.search, self.waiting, self.empty):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        self._rows: Sequence[StudyRow] = ()
        self.search.textChanged.connect(self._filter)
        self.waiting.clicked.connect(self.waiting_wanted)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.list.delete_pressed.connect(lambda index: self.deleting.emit(index.data(ROW_ROLE).id))
        theme.changed.connect(self.list.viewport().update)

    def set_rows(self, rows: Sequence[StudyRow], shown: int | None) -> None:
        """Show the kept studies with the one on screen selected."""
        self._rows = rows
        self._filter()
        self.select(shown)

    def set_waiting(self, count: int) -> None:
        """Offer to show the pictures whose view nobody has named."""
        self.waiting.setText(waiting_sentence(count))
        self.waiting.setVisible(count > 0)

    def select(self, study_id: int | None) -> None:
        """Mark the study on screen."""
        place = self.model.row_of(study_id) if study_id is not None else None
        if place is None:
            self.list.clearSelection()
        else:
            self.list.setCurrentIndex(self.model.index(place))

    def selected(self) -> int | None:
        """Return the id of the marked study."""
        indexes = self.list.selectedIndexes()
        return indexes[0].data(ROW_ROLE).id if indexes else None

    def _filter(self) -> None:
        wanted = self.search.text().casefold().split()
        rows = [row for row in self._rows if all(word in _searched(row) for word in wanted)]
        self.model.set_rows(rows)
        self.search.setVisible(bool(self._rows))
        self.empty.setText("No study matches." if self._rows else "Screened pictures are kept here.")
        self.empty.setVisible(not rows)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(ROW_ROLE).id)


class _List(QListView):
    """A list that says when Delete was pressed on a row."""

    delete_pressed = Signal(QModelIndex)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Studies")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        if event.key() == Qt.Key.Key_Delete and self.selectedIndexes():
            self.delete_pressed.emit(self.selectedIndexes()[0])
        else:
            super().keyPressEvent(event)


def title_of(row: StudyRow) -> str:
    """Return what a study is called in the list: the name, else the ID, else the file."""
    return display_name(row.patient.name) or row.patient.identifier or row.file.name


def outcome_words(row: StudyRow) -> str:
    """Return the outcome of a study in words."""
    return OUTCOME_TITLES[row.outcome] if row.outcome else _STATUS_WORDS.get(row.status, "Not judged")


def _day(row: StudyRow) -> str:
    return f"{row.created_at.astimezone():%Y-%m-%d}"


def _searched(row: StudyRow) -> str:
    return f"{title_of(row)} {row.patient.identifier or ''} {outcome_words(row)}".casefold()


def _search_line() -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText("Search name or ID")
    line.setAccessibleName("Search the studies")
    line.setClearButtonEnabled(True)
    return line


def _draw_picture(painter: QPainter, spot: QRect, picture: QPixmap) -> None:
    painter.fillRect(spot, QColor("#0B0F13"))
    if not picture.isNull():
        size = picture.size().scaled(spot.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(0, 0, size.width(), size.height())
        target.moveCenter(spot.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, picture)


def _line(painter: QPainter, box: QRect, words: str, colour: str) -> None:
    painter.setPen(QColor(colour))
    elided = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, elided)
