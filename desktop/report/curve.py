"""The drawing of the reference curve, for the window and the report alike."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop.report.curve_data import Curve, build_curve
from desktop.report.words import MINUS

__all__ = ["Curve", "CurveColours", "build_curve", "draw_curve"]


@dataclass(frozen=True)
class CurveColours:
    """#RRGGBB or #AARRGGBB; above, between and below are the grounds of the three bands of the T-score."""

    text: str
    muted: str
    grid: str
    above: str
    between: str
    below: str
    curve: str
    curve_band: str
    patient: str
    halo: str  # round the patient's point, so that it stands out on the curve


PAPER = CurveColours(
    text="#16202A",
    muted="#51606E",
    grid="#D3DBE2",
    above="#FFFFFF",
    between="#FBF3E0",
    below="#F9E6E0",
    curve="#51606E",
    curve_band="#2E51606E",
    patient="#0A6A72",
    halo="#FFFFFF",
)


def draw_curve(painter: QPainter, rect: QRectF, curve: Curve, colours: CurveColours = PAPER) -> None:
    """Draw `curve` into `rect`, in the painter's units and with the painter's font for all its words."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plot = _Plot(painter, rect, curve, colours)
    plot.draw_bands()
    plot.draw_grid()
    plot.draw_reference()
    plot.draw_t_marks()
    plot.draw_patient()
    plot.draw_legend()
    painter.restore()


class _Plot:
    """One drawing: where ages and BMD lie in the rectangle, and each layer of it."""

    def __init__(self, painter: QPainter, rect: QRectF, curve: Curve, colours: CurveColours) -> None:
        self._painter, self._rect, self._curve, self._colours = painter, rect, curve, colours
        self._metrics = QFontMetricsF(painter.font())
        self._line = self._metrics.height()
        left = self._metrics.horizontalAdvance("0.0") + 0.6 * self._line
        right = self._metrics.horizontalAdvance(f"{MINUS}0") + 0.6 * self._line
        self._area = rect.adjusted(left, 1.3 * self._line, -right, -3.6 * self._line)

    def draw_bands(self) -> None:
        top, bottom = self._area.top(), self._area.bottom()
        edges = [top, *(self._y(bmd) for _, bmd in self._curve.t_marks), bottom]
        fills = (self._colours.above, self._colours.between, self._colours.below)
        for upper, lower, fill in zip(edges[:-1], edges[1:], fills, strict=False):
            self._painter.fillRect(
                QRectF(self._area.left(), upper, self._area.width(), lower - upper), QColor(fill)
            )

    def draw_grid(self) -> None:
        youngest, oldest = self._curve.ages_years
        for age in range(youngest, oldest + 1, 10):
            x = self._x(age)
            self._rule(
                QPointF(x, self._area.top()), QPointF(x, self._area.bottom()), self._colours.grid, 0.04
            )
            self._write(x, self._area.bottom() + 0.7 * self._line, str(age), "centre")
        low, high = self._curve.bmd_g_cm2
        for tenth in range(round(low * 10), round(high * 10) + 1):
            y = self._y(tenth / 10)
            self._rule(
                QPointF(self._area.left(), y), QPointF(self._area.right(), y), self._colours.grid, 0.04
            )
            if tenth % 2 == 0:
                self._write(self._area.left() - 0.35 * self._line, y, f"{tenth / 10:.1f}", "right")
        for t, bmd in self._curve.t_ticks[:: self._tick_step()]:
            self._write(self._area.right() + 0.35 * self._line, self._y(bmd), _signed(t), "left")
        self._write_titles()

    def draw_reference(self) -> None:
        points = self._curve.points
        if not points:
            return
        upper = [self._at(p.age_years, p.mean_g_cm2 + p.sd_g_cm2) for p in points]
        lower = [self._at(p.age_years, p.mean_g_cm2 - p.sd_g_cm2) for p in reversed(points)]
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QBrush(QColor(self._colours.curve_band)))
        self._painter.drawPolygon(QPolygonF(upper + lower))
        self._painter.setPen(self._pen(self._colours.curve, 0.11))
        self._painter.drawPolyline(QPolygonF([self._at(p.age_years, p.mean_g_cm2) for p in points]))

    def draw_t_marks(self) -> None:
        for t, bmd in self._curve.t_marks:
            y = self._y(bmd)
            self._rule(
                QPointF(self._area.left(), y), QPointF(self._area.right(), y), self._colours.muted, 0.06
            )
            words = f"T {_signed(t)}"
            self._write(self._area.left() + 0.4 * self._line, y - 0.55 * self._line, words, "left")

    def draw_patient(self) -> None:
        patient, age = self._curve.patient, self._curve.age_years
        if patient is None:
            return
        if age is None:
            self._draw_ageless(patient.value, patient.low, patient.high)
            return
        for colour, width in ((self._colours.halo, 0.36), (self._colours.patient, 0.16)):
            self._rule(self._at(age, patient.low), self._at(age, patient.high), colour, width)
            for end in (patient.low, patient.high):
                tip, half = self._at(age, end), QPointF(0.35 * self._line, 0)
                self._rule(tip - half, tip + half, colour, width)
        self._painter.setPen(self._pen(self._colours.halo, 0.12))
        self._painter.setBrush(QBrush(QColor(self._colours.patient)))
        self._painter.drawEllipse(self._at(age, patient.value), 0.42 * self._line, 0.42 * self._line)

    def draw_legend(self) -> None:
        middle, start = self._rect.bottom() - 0.6 * self._line, self._rect.left()
        if self._curve.patient is not None:
            start = self._draw_legend_point(start, middle)
        if self._curve.points:
            end = QPointF(start + 1.4 * self._line, middle)
            self._rule(QPointF(start, middle), end, self._colours.curve, 0.11)
            start += 1.9 * self._line
        room = self._rect.right() - start
        words = self._metrics.elidedText(self._curve.legend, Qt.TextElideMode.ElideRight, room)
        self._write(start, middle, words, "left")

    def _draw_legend_point(self, start: float, middle: float) -> float:
        radius = 0.36 * self._line
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QBrush(QColor(self._colours.patient)))
        self._painter.drawEllipse(QPointF(start + radius, middle), radius, radius)
        start += 2 * radius + 0.5 * self._line
        words = "this picture"
        self._write(start, middle, words, "left")
        return start + self._metrics.horizontalAdvance(words) + 1.2 * self._line

    def _draw_ageless(self, value: float, low: float, high: float) -> None:
        left, right = self._area.left(), self._area.right()
        ground = QColor(self._colours.patient)
        ground.setAlpha(45)
        self._painter.fillRect(QRectF(QPointF(left, self._y(high)), QPointF(right, self._y(low))), ground)
        self._rule(QPointF(left, self._y(value)), QPointF(right, self._y(value)), self._colours.patient, 0.16)

    def _tick_step(self) -> int:
        ticks = self._curve.t_ticks
        if len(ticks) < 2:
            return 1
        apart = self._y(ticks[0][1]) - self._y(ticks[1][1])
        return 1 if apart > self._line else 2

    def _write_titles(self) -> None:
        y = self._rect.top() + 0.5 * self._line
        self._write(self._rect.left(), y, "BMD L1-L4, g/cm\u00b2", "left")
        if self._curve.t_ticks:
            self._write(self._rect.right(), y, "T-score", "right")
        self._write(self._area.center().x(), self._area.bottom() + 1.75 * self._line, "age, years", "centre")

    def _x(self, age_years: float) -> float:
        youngest, oldest = self._curve.ages_years
        return self._area.left() + (age_years - youngest) / (oldest - youngest) * self._area.width()

    def _y(self, bmd_g_cm2: float) -> float:
        low, high = self._curve.bmd_g_cm2
        return self._area.bottom() - (bmd_g_cm2 - low) / (high - low) * self._area.height()

    def _at(self, age_years: float, bmd_g_cm2: float) -> QPointF:
        return QPointF(self._x(age_years), self._y(bmd_g_cm2))

    def _pen(self, colour: str, lines: float) -> QPen:
        pen = QPen(QColor(colour), lines * self._line)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _rule(self, start: QPointF, end: QPointF, colour: str, lines: float) -> None:
        self._painter.setPen(self._pen(colour, lines))
        self._painter.drawLine(start, end)

    def _write(self, x: float, middle: float, words: str, side: str) -> None:
        width = self._metrics.horizontalAdvance(words)
        start = {"left": x, "centre": x - width / 2, "right": x - width}[side]
        self._painter.setPen(QColor(self._colours.muted))
        self._painter.drawText(QPointF(start, middle + self._metrics.capHeight() / 2), words)


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", MINUS)
