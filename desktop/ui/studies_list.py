"""The rows of the list of studies: only those in sight are read, and a row is painted, not built."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QListView, QStyledItemDelegate, QWidget

from desktop.findings.marks import OUTCOME_TITLES
from desktop.findings.result import Status
from desktop.findings.study import StudyRow
from desktop.imaging.radiograph import Sex
from desktop.ui.outcome_badge import draw_shape
from desktop.ui.patient_check import display_name, patient_line
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
_AT_ONCE = 60
"""More rows than a screen shows; so many are read in one go."""
_KEPT = 600
"""So many rows stay in memory, each with its decoded picture of up to 100 kB."""
_PICTURE_PX = 52
_PAD_PX = 8
_STATUS_WORDS = {Status.REFUSED: "Not judged", Status.FAILED: "Could not be read"}
_SEX_WORDS = {Sex.FEMALE: "Female", Sex.MALE: "Male"}


class StudiesModel(QAbstractListModel):
    """The numbers of all studies, newest first, and the rows of those that were looked at.

    `wanted` carries the numbers of studies whose rows are to be read and given to `set_rows`.
    """

    wanted = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: list[int] = []
        self._lines: dict[int, int] = {}
        self._rows: OrderedDict[int, tuple[StudyRow, QPixmap]] = OrderedDict()
        self._stale: set[int] = set()
        self._missing: dict[int, None] = {}
        self._reading = False

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these studies; rows that were read stay in sight until they are read anew."""
        added = len(ids) - len(self._ids)
        self._stale = set(self._rows)
        if added >= 0 and list(ids[added:]) == self._ids:
            self._insert_first(ids[:added])
        else:
            self.beginResetModel()
            self._ids = list(ids)
            self.endResetModel()
        self._lines = {study_id: line for line, study_id in enumerate(self._ids)}
        self._changed(self._ids)

    def set_rows(self, rows: Sequence[StudyRow]) -> None:
        """Take over rows that were read; what was missed meanwhile is asked for."""
        self._reading = False
        for row in rows:
            picture = QPixmap()
            picture.loadFromData(row.thumbnail_png)
            self._rows[row.id] = (row, picture)
            self._rows.move_to_end(row.id)
            self._stale.discard(row.id)
        while len(self._rows) > _KEPT:
            self._rows.popitem(last=False)
        self._changed([row.id for row in rows])
        self._ask()

    def id_at(self, index: Index) -> int:
        """Return the number of the study in a line."""
        return self._ids[index.row()]

    def row_of(self, study_id: int) -> int | None:
        """Return in which line a study stands, None where it is not in the list."""
        return self._lines.get(study_id)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: D102, N802
        return len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if role not in (ROW_ROLE, Qt.ItemDataRole.DecorationRole, *_WORDS_ROLES):
            return None
        row, picture = self._read(self.id_at(index))
        if role in _WORDS_ROLES:
            return _told(row) if row else ""
        return row if role == ROW_ROLE else picture

    def _read(self, study_id: int) -> tuple[StudyRow | None, QPixmap]:
        if study_id not in self._rows or study_id in self._stale:
            self._missing.pop(study_id, None)
            self._missing[study_id] = None
            QTimer.singleShot(0, self, self._ask)  # once for all rows of one painting
        return self._rows.get(study_id, (None, QPixmap()))

    def _ask(self) -> None:
        if self._missing and not self._reading:
            latest = list(self._missing)[-_AT_ONCE:]
            self._missing.clear()
            self._reading = True
            self.wanted.emit(latest)

    def _insert_first(self, ids: Sequence[int]) -> None:
        if ids:
            self.beginInsertRows(QModelIndex(), 0, len(ids) - 1)
            self._ids[:0] = ids
            self.endInsertRows()

    def _changed(self, ids: Sequence[int]) -> None:
        lines = [self._lines[study_id] for study_id in ids if study_id in self._lines]
        if lines:
            self.dataChanged.emit(self.index(min(lines)), self.index(max(lines)))


class StudyDelegate(QStyledItemDelegate):
    """Paints a study: picture, name, sex and age, and the outcome with its shape."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: D102, N802
        lines_px = 3 * option.fontMetrics.height() + 2 * _PAD_PX + 6
        return QSize(180, max(lines_px, _PICTURE_PX + 2 * _PAD_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: D102
        row: StudyRow | None = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(4, 2, -4, -2)
        self._ground(painter, box, option.state)
        spot = QRect(
            box.left() + _PAD_PX, box.top() + (box.height() - _PICTURE_PX) // 2, _PICTURE_PX, _PICTURE_PX
        )
        _draw_picture(painter, spot, index.data(Qt.ItemDataRole.DecorationRole))
        if row is not None:
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
        second, third = (box.adjusted(0, number * line_px + 3 * number - 1, 0, 0) for number in (1, 2))
        if row.outcome is not None:
            size_px = painter.fontMetrics().ascent()
            ink = tokens.of_outcome(row.outcome).ink
            draw_shape(painter, row.outcome, ink, second.left(), second.top() + 1, size_px)
            _line(painter, second.adjusted(size_px + 6, 0, 0, 0), outcome_words(row), ink)
        else:
            _line(painter, second, outcome_words(row), tokens.muted)
        _line(painter, third, _about(row), tokens.muted)


class StudiesList(QListView):
    """The list; it says when Delete was pressed on a row."""

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


def _told(row: StudyRow) -> str:
    """Return all that is said of a study, for tooltip and screen reader."""
    return "\n".join((title_of(row), patient_line(row.patient), outcome_words(row), f"Screened {_day(row)}"))


def _about(row: StudyRow) -> str:
    sex = _SEX_WORDS[row.patient.sex] if row.patient.sex else None
    age = None if row.patient.age_years is None else str(row.patient.age_years)
    return " \u00b7 ".join(filter(None, (_day(row), ", ".join(filter(None, (sex, age))))))


def _day(row: StudyRow) -> str:
    return f"{row.created_at.astimezone():%Y-%m-%d}"


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


def search_line() -> QLineEdit:
    """Return the line that is searched with."""
    line = QLineEdit()
    line.setPlaceholderText("Search name or ID")
    line.setAccessibleName("Search the studies")
    line.setClearButtonEnabled(True)
    return line
