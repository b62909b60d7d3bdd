"""The outcome in words, with a shape and a colour of its own that colour-blind eyes tell apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.findings.marks import OUTCOME_TITLES, RECOMMENDATIONS, outcome_meaning
from desktop.findings.result import Finding, Outcome
from desktop.ui.labels import heading, plain, toned
from desktop.ui.tokens import HEADLINE_TEXT, RADIUS_PX, Tokens

_CORNERS = {
    Outcome.FLAGGED: ((0.5, 0.06), (0.97, 0.9), (0.03, 0.9)),
    Outcome.UNCERTAIN: ((0.5, 0.02), (0.98, 0.5), (0.5, 0.98), (0.02, 0.5)),
}


class OutcomeShape(QWidget):
    """A triangle for flagged, a diamond for uncertain, a circle for not flagged."""

    def __init__(self, outcome: Outcome, colour: str, size_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outcome = outcome
        self._colour = colour
        self.setFixedSize(QSize(size_px, size_px))
        self.setAccessibleName(OUTCOME_TITLES[outcome])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = QPainter(self)
        draw_shape(painter, self._outcome, self._colour, 0, 0, self.width())
        painter.end()


class OutcomeBadge(QFrame):
    """The outcome's name, what it means by its findings, and what to do."""

    def __init__(
        self, outcome: Outcome, findings: Sequence[Finding], tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        tone = tokens.of_outcome(outcome)
        self.setObjectName("outcome")
        self.setStyleSheet(f"#outcome {{ background: {tone.ground}; border-radius: {RADIUS_PX}px; }}")
        self.setAccessibleName(f"Outcome: {OUTCOME_TITLES[outcome]}")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(toned(heading(OUTCOME_TITLES[outcome], HEADLINE_TEXT * 0.85), tone.ink))
        words.addWidget(toned(plain(outcome_meaning(outcome, findings)), tokens.text))
        advice = toned(plain(RECOMMENDATIONS[outcome]), tokens.text)
        advice.setStyleSheet(f"color: {tokens.text}; font-weight: 600;")
        words.addWidget(advice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(12)
        layout.addWidget(OutcomeShape(outcome, tone.ink, 32), alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)


def draw_shape(painter: QPainter, outcome: Outcome, colour: str, x: float, y: float, size: float) -> None:
    """Draw an outcome's shape into a square of `size`, in the painter's units."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    corners = _CORNERS.get(outcome)
    if corners is None:
        painter.drawEllipse(QPointF(x + size / 2, y + size / 2), size * 0.43, size * 0.43)
    else:
        painter.drawPolygon(QPolygonF([QPointF(x + px * size, y + py * size) for px, py in corners]))
