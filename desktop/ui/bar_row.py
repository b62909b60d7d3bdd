"""A row of words, bar and percentage, as shares and probabilities are shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.theme import Theme

ROW_PX = 24
BAR_PX = 10
WIDEST_PERCENT = "above 99 %"


class BarRow(QWidget):
    """One row; `length` is the bar's, 0 to 1, and `widest` the words that fill the first column."""

    def __init__(self, words: str, percent: str, length: float, widest: str, theme: Theme) -> None:
        super().__init__()
        self._words, self._percent, self._length, self._widest = words, percent, length, widest
        self._theme = theme
        self.setFixedHeight(max(ROW_PX, self.fontMetrics().height() + 6))
        self.setAccessibleName(f"{words}: {percent}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def stands_out(self) -> bool:
        """Whether the row is pointed at."""
        return False

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(260, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.stands_out:
            painter.fillRect(self.rect(), QColor(tokens.accent_soft))
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance(self._widest) + 14
        right = metrics.horizontalAdvance(WIDEST_PERCENT) + 10
        room = max(self.width() - left - right, 0)
        painter.setPen(QColor(tokens.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(4, 0, 0, 0), middle, self._words)
        painter.drawText(
            self.rect().adjusted(0, 0, -4, 0), middle | Qt.AlignmentFlag.AlignRight, self._percent
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        top = (self.height() - BAR_PX) / 2
        painter.drawRoundedRect(QRectF(left, top, max(room * self._length, 1.0), BAR_PX), 2, 2)
        painter.end()
