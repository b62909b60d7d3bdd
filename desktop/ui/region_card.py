"""Each region's share of the answer as a bar, and what stands in a result whose landmarks were moved."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QEnterEvent, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.findings.anatomy_words import region_words, titled
from desktop.findings.marks import EVIDENCE_MEANING, moved_sentence
from desktop.report.words import share_percent
from desktop.ui.labels import muted, plain
from desktop.ui.theme import Theme

ROW_PX = 24
BAR_PX = 10


class RegionShares(QWidget):
    """Rows of region, bar and share, largest first; `pointed_at` carries the one under mouse or focus."""

    pointed_at = Signal(object)

    def __init__(self, shares: Mapping[str, float], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        largest = max(shares.values())
        for name in sorted(shares, key=lambda name: -shares[name]):
            row = _Row(name, shares[name], shares[name] / largest if largest else 0.0, theme)
            row.pointed_at.connect(self.pointed_at)
            layout.addWidget(row)
        layout.addSpacing(4)
        layout.addWidget(muted(EVIDENCE_MEANING, small=True))


class _Row(QWidget):
    pointed_at = Signal(object)

    def __init__(self, name: str, share: float, length: float, theme: Theme) -> None:
        super().__init__()
        self._name, self._length, self._theme = name, length, theme
        self._words, self._percent = titled(region_words(name)), share_percent(share)
        self.setFixedHeight(ROW_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{self._words}: {self._percent} of the answer")
        self.setToolTip("Shown by itself in the picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(260, ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.fillRect(self.rect(), QColor(tokens.accent_soft))
        metrics = self.fontMetrics()
        left, right = (
            metrics.horizontalAdvance("Cervical spine") + 14,
            metrics.horizontalAdvance("100 %") + 10,
        )
        middle = (self.height() - BAR_PX) / 2
        room = max(self.width() - left - right, 0)
        painter.setPen(QColor(tokens.text))
        painter.drawText(self.rect().adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.drawText(
            self.rect().adjusted(0, 0, -4, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            self._percent,
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        painter.drawRoundedRect(QRectF(left, middle, max(room * self._length, 1.0), BAR_PX), 2, 2)
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(self._name)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(None)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(self._name)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(None)
        super().focusOutEvent(event)


def moved_notice(names: tuple[str, ...], put_back: QAction) -> QFrame:
    """Return the notice that landmarks were moved, with the way to undo it."""
    frame = QFrame()
    frame.setProperty("look", "notice")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(12, 8, 10, 9)
    layout.setSpacing(6)
    layout.addWidget(plain(moved_sentence(names)))
    layout.addWidget(put_back_button(put_back), alignment=Qt.AlignmentFlag.AlignLeft)
    return frame


def put_back_button(put_back: QAction) -> QPushButton:
    """Return the button that undoes all moves."""
    button = QPushButton(put_back.text())
    button.setToolTip(put_back.toolTip())
    button.setEnabled(put_back.isEnabled())
    button.clicked.connect(put_back.trigger)
    return button
