"""The reference curve in the window; the drawing itself is the report's."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.report.curve import Curve, CurveColours, draw_curve
from desktop.ui.theme import Theme
from desktop.ui.tokens import SMALL_TEXT, Tokens

HEIGHT_PX = 250


class CurveView(QWidget):
    """Age against BMD: the reference people, bands of the T-score, and this patient."""

    def __init__(self, curve: Curve, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = curve
        self._theme = theme
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL_TEXT)
        self.setFont(font)
        self.setMinimumHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Reference curve: age against L1-L4 BMD")
        self.setAccessibleDescription(_spoken(curve))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(340, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = QPainter(self)
        painter.setFont(self.font())
        draw_curve(
            painter, QRectF(self.rect()).adjusted(1, 2, -1, -2), self._curve, colours(self._theme.tokens)
        )
        painter.end()


def colours(tokens: Tokens) -> CurveColours:
    """Return the curve's colours in a theme."""
    return CurveColours(
        text=tokens.text,
        muted=tokens.muted,
        grid=tokens.border,
        above=tokens.surface,
        between=tokens.uncertain.ground,
        below=tokens.flagged.ground,
        curve=tokens.muted,
        curve_band="#2E" + tokens.muted[1:],
        patient=tokens.accent,
        halo=tokens.surface,
    )


def _spoken(curve: Curve) -> str:
    if curve.patient is None:
        return curve.legend
    who = "This patient" if curve.age_years is None else f"This patient at {curve.age_years} years"
    value = curve.patient
    return f"{who}: {value.value:.3f} g/cm², {value.low:.3f} to {value.high:.3f}. {curve.legend}"
