"""The drawing of regions and of their evidence over a picture, for the window and the report alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from desktop.findings.anatomy_words import region_words, titled
from desktop.findings.result import Grid, Point

if TYPE_CHECKING:  # the window needs no NumPy for its first paint
    from desktop.clinical.chest import Corners

Place = Callable[[Point], QPointF]
"""Where a point of the picture, in pixels, lies in the painter's units."""

Outline = list[QPointF]


@dataclass(frozen=True)
class OutlineStyle:
    """#RRGGBB of the line, of the dark rim that parts it from a bright picture, and the line's width."""

    line: str
    rim: str
    width: float


OUTLINE = OutlineStyle("#7FDCEC", "#06141A", 1.6)
EVIDENCE_STEPS = ("#3B0F70", "#8C2981", "#DE4968", "#FE9F6D", "#FCFDBF")
"""From little to much, evenly brighter, so that it reads without colour too (matplotlib's magma, CC0)."""
OPAQUE_MOST = 0.72
_SMOOTHED = 8
COVERED_MOST = 0.2
"""A name that is higher than this share of its region stands outside of it, where there is room."""


def draw_regions(
    painter: QPainter,
    regions: Mapping[str, Corners],
    place: Place,
    style: OutlineStyle = OUTLINE,
    chosen: str | None = None,
) -> None:
    """Draw the outlines, that of `chosen` twice as wide; the rims first, so that no line is covered."""
    outlines = {name: _outline(corners, place) for name, corners in regions.items()}
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, rim in ((style.rim, 2 * style.width * 0.8), (style.line, 0.0)):
        for name, outline in outlines.items():
            pen = QPen(QColor(colour), style.width * (2 if name == chosen else 1) + rim)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawPolygon(QPolygonF(outline))


def draw_labels(
    painter: QPainter,
    regions: Mapping[str, Corners],
    place: Place,
    room: QRectF,
    style: OutlineStyle = OUTLINE,
    points: Sequence[QPointF] = (),
    covered: Sequence[QRectF] = (),
) -> None:
    """Write each region's name at a corner of what is seen of it in `room`, the smallest region first.

    It keeps out of what is `covered`, and clear of `points` where it can; a name that finds no free corner
    is left out.
    """
    metrics = QFontMetricsF(painter.font())
    height = 1.25 * metrics.height()
    boxes = {name: QPolygonF(_outline(each, place)).boundingRect() for name, each in regions.items()}
    seen = {name: box.intersected(room) for name, box in boxes.items() if box.intersects(room)}
    middle = QPolygonF([box.center() for box in boxes.values()]).boundingRect().center()
    taken = list(covered)
    for name in sorted(seen, key=lambda name: boxes[name].width() * boxes[name].height()):
        words = titled(region_words(name))
        size = QSizeF(metrics.horizontalAdvance(words) + 0.7 * height, height)
        spots = (spot for spot in _corner_spots(seen[name], size, middle) if room.contains(spot))
        free = [spot for spot in spots if not any(spot.intersects(other) for other in taken)]
        if free:
            best = next((spot for spot in free if not _covers(spot, points)), free[0])
            taken.append(best)
            _draw_label(painter, words, best, style)


def draw_name(painter: QPainter, words: str, middle: QPointF, style: OutlineStyle = OUTLINE) -> None:
    """Write a name around its middle."""
    metrics = QFontMetricsF(painter.font())
    size = QSizeF(metrics.horizontalAdvance(words) + 0.5 * metrics.height(), 1.1 * metrics.height())
    _draw_label(painter, words, QRectF(middle - QPointF(size.width() / 2, size.height() / 2), size), style)


def evidence_image(grid: Grid) -> QImage:
    """Return values 0 to 1 [row][column] as a smooth picture, the more opaque the more evident."""
    rows, columns = len(grid), len(grid[0])
    coarse = QImage(columns, rows, QImage.Format.Format_Grayscale8)
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            level = round(255 * min(max(value, 0.0), 1.0))
            coarse.setPixel(column, row, QColor(level, level, level).rgb())
    smooth = coarse.scaled(
        columns * _SMOOTHED,
        rows * _SMOOTHED,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_Grayscale8)
    levels = QImage(
        smooth.constBits(),
        smooth.width(),
        smooth.height(),
        smooth.bytesPerLine(),
        QImage.Format.Format_Indexed8,
    ).copy()
    levels.setColorTable(_colour_table())
    return levels.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def draw_evidence(
    painter: QPainter,
    images: Mapping[str, QImage],
    regions: Mapping[str, Corners],
    place: Place,
    opacity: float = 1.0,
) -> None:
    """Lay each region's picture over it; where regions overlap the smallest is seen."""
    outlines = {name: _outline(regions[name], place) for name in images if name in regions}
    taken = QPainterPath()
    painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
    for name in sorted(outlines, key=lambda name: _area(outlines[name])):
        whole = QPainterPath()
        whole.addPolygon(QPolygonF(outlines[name]))
        whole.closeSubpath()
        onto = _onto(images[name], outlines[name])
        painter.save()
        painter.setOpacity(opacity)
        painter.setClipPath(whole.subtracted(taken), Qt.ClipOperation.IntersectClip)
        if onto is not None:
            painter.setTransform(onto, True)
            painter.drawImage(0, 0, images[name])
        painter.restore()
        taken = taken.united(whole)


def evidence_colour(value: float) -> QColor:
    """Return the colour of a value from 0 to 1, in which it covers the picture."""
    place = min(max(value, 0.0), 1.0) * (len(EVIDENCE_STEPS) - 1)
    first = min(int(place), len(EVIDENCE_STEPS) - 2)
    low, high = (QColor(EVIDENCE_STEPS[first + offset]) for offset in (0, 1))
    share = place - first
    parts = zip((low.red(), low.green(), low.blue()), (high.red(), high.green(), high.blue()), strict=True)
    mixed = QColor(*(round(a + share * (b - a)) for a, b in parts))
    mixed.setAlphaF(OPAQUE_MOST * min(max(value, 0.0), 1.0) ** 0.8)
    return mixed


def _draw_label(painter: QPainter, words: str, spot: QRectF, style: OutlineStyle) -> None:
    ground = QColor(style.rim)
    ground.setAlphaF(0.8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(spot, 0.15 * spot.height(), 0.15 * spot.height())
    painter.setPen(QColor(style.line))
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, words)


def _covers(spot: QRectF, points: Sequence[QPointF]) -> bool:
    around = spot.marginsAdded(QMarginsF(*[0.3 * spot.height()] * 4))
    return any(around.contains(point) for point in points)


def _corner_spots(box: QRectF, size: QSizeF, middle: QPointF) -> list[QRectF]:
    """Return places for a label at the corners of a box: those far from `middle` first, upper first."""
    sides = (box.left(), box.right() - size.width())
    outer_first = sorted(sides, key=lambda x: -abs(x + size.width() / 2 - middle.x()))
    above, below = box.top() - size.height(), box.bottom()
    inside_top, inside_bottom = box.top(), box.bottom() - size.height()
    heights = (inside_top, above, inside_bottom, below)
    if size.height() > COVERED_MOST * box.height():
        heights = (above, below, inside_top, inside_bottom)
    return [QRectF(QPointF(x, y), size) for x in outer_first for y in heights]


def _outline(corners: Corners, place: Place) -> Outline:
    return [place(corner) for corner in corners]


def _onto(image: QImage, outline: Outline) -> QTransform | None:
    """Return what brings a picture's corners to those of an outline, None where the outline has no area."""
    wide, high = image.width(), image.height()
    corners = [QPointF(0, 0), QPointF(wide, 0), QPointF(wide, high), QPointF(0, high)]
    found = QTransform.quadToQuad(QPolygonF(corners), QPolygonF(outline))
    return found if isinstance(found, QTransform) else None


def _area(outline: Outline) -> float:
    """Return twice the area of a polygon."""
    pairs = zip(outline, [*outline[1:], outline[0]], strict=True)
    return abs(sum(a.x() * b.y() - b.x() * a.y() for a, b in pairs))


def _colour_table() -> list[int]:
    return [evidence_colour(level / 255).rgba() for level in range(256)]
