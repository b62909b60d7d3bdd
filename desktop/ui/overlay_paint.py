"""The shapes and words of the overlay: a landmark's handle, the hint, the legend of the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from desktop.report.outlines import evidence_colour
from desktop.ui.tokens import Tokens, Tone

RING_PX = 4.5
SMALL_RING_PX = 2.4
CHOSEN_RING_PX = 7.0
ARM_PX = 9.0
END_PLATE_POINTS = 3
MARGIN_PX = 10.0
LEGEND_STEPS = 16
LEGEND = "Evidence: how much a place moves the estimate"


def draw_landmark(
    painter: QPainter,
    at: QPointF,
    tone: Tone,
    diamond: bool,
    stands_out: bool,
    held: bool,
    small: bool = False,
) -> None:
    """Draw a hollow handle, so that the bone below is seen: a ring, or a diamond where it was moved.

    One that is chosen or pointed at is larger; while it is held, four arms stand in its place. Many on one
    picture are `small`.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = CHOSEN_RING_PX if stands_out else SMALL_RING_PX if small else RING_PX
    rim, line = (2.6, 1.2) if small and not stands_out else (4.0, 1.8)
    for colour, width in ((tone.ground, rim), (tone.ink, line)):
        painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if stands_out:
            _draw_arms(painter, at, radius)
        if diamond and not held:
            painter.drawPolygon(_diamond(at, radius * 1.25))
        elif not held:
            painter.drawEllipse(at, radius, radius)


def draw_vertebra(painter: QPainter, name: str, outline: Sequence[QPointF], tone: Tone) -> None:
    """Draw a vertebra's outline, thin and faint, and its name in the middle where that has room."""
    whole = QPolygonF(list(outline))
    closed = len(outline) > END_PLATE_POINTS
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    faint = QColor(tone.ink)
    faint.setAlphaF(0.55)
    painter.setPen(QPen(faint, 1.0))
    painter.drawPolygon(whole) if closed else painter.drawPolyline(whole)
    box = whole.boundingRect()
    metrics = QFontMetricsF(painter.font())
    size = QSizeF(metrics.horizontalAdvance(name) + 8, metrics.height())
    if box.width() < size.width() or (closed and box.height() < size.height()):
        return
    middle = box.center() if closed else QPointF(box.center().x(), box.bottom() + 0.9 * size.height())
    spot = QRectF(middle - QPointF(size.width() / 2, size.height() / 2), size)
    _draw_ground(painter, spot, tone)
    painter.setPen(QColor(tone.ink))
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, name)


def hint_box(painter: QPainter, words: str, room: QRectF) -> QRectF:
    """Return where the hint stands: at the upper left of the viewer; nowhere without words."""
    if not words:
        return QRectF()
    metrics = QFontMetricsF(painter.font())
    width = min(metrics.horizontalAdvance(words) + 2 * MARGIN_PX, room.width() - 2 * MARGIN_PX)
    return QRectF(room.left() + MARGIN_PX, room.top() + MARGIN_PX, width, 1.7 * metrics.height())


def draw_hint(painter: QPainter, words: str, box: QRectF, tokens: Tokens) -> None:
    """Write a line into a box, shortened where it is too long."""
    _draw_ground(painter, box, tokens.viewer)
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width() - 2 * MARGIN_PX + 1)
    painter.setPen(QColor(tokens.viewer.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def legend_words(model: str) -> str:
    """Return what the legend says, naming the model where several spoke."""
    return f"{model}: {LEGEND[0].lower()}{LEGEND[1:]}" if model else LEGEND


def legend_box(painter: QPainter, room: QRectF, model: str = "") -> QRectF:
    """Return where the legend stands: at the lower left of the viewer; nowhere where it has no room."""
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(legend_words(model)) + 2 * MARGIN_PX
    height = 3.1 * metrics.height() + MARGIN_PX
    if width + 2 * MARGIN_PX > room.width():
        return QRectF()
    return QRectF(room.left() + MARGIN_PX, room.bottom() - height - MARGIN_PX, width, height)


def draw_legend(painter: QPainter, box: QRectF, tokens: Tokens, model: str = "") -> None:
    """Draw the scale of the evidence, with its words, into a box."""
    line = QFontMetricsF(painter.font()).height()
    _draw_ground(painter, box, tokens.viewer)
    painter.setPen(QColor(tokens.viewer.ink))
    inner = box.adjusted(MARGIN_PX, 0.3 * line, -MARGIN_PX, -0.3 * line)
    painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, legend_words(model))
    painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, "little")
    painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "most")
    _draw_scale(painter, QRectF(inner.left(), inner.top() + 1.25 * line, inner.width(), 0.6 * line))


def _draw_scale(painter: QPainter, bar: QRectF) -> None:
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    for step in range(LEGEND_STEPS + 1):
        gradient.setColorAt(step / LEGEND_STEPS, evidence_colour(step / LEGEND_STEPS))
    painter.fillRect(bar, QColor("#808890"))  # a middle grey of a picture below
    painter.fillRect(bar, gradient)


def _draw_ground(painter: QPainter, box: QRectF, tone: Tone) -> None:
    ground = QColor(tone.ground)
    ground.setAlphaF(0.86)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 6, 6)


def _draw_arms(painter: QPainter, at: QPointF, radius: float) -> None:
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        outward = QPointF(dx, dy)
        painter.drawLine(at + outward * (radius + 1), at + outward * (radius + ARM_PX))


def _diamond(at: QPointF, radius: float) -> QPolygonF:
    return QPolygonF([at + QPointF(dx, dy) * radius for dx, dy in ((0, -1), (1, 0), (0, 1), (-1, 0))])
