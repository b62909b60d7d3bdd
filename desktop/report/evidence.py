"""The picture on the page with its regions, and each region's share of the answer below it."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from desktop.findings.anatomy_words import parts_of_picture
from desktop.findings.marks import EVIDENCE_MEANING
from desktop.findings.result import Point
from desktop.report.model import Report
from desktop.report.outlines import (
    OUTLINE,
    OutlineStyle,
    draw_evidence,
    draw_labels,
    draw_name,
    draw_regions,
    evidence_colour,
    evidence_image,
)
from desktop.report.sheet import ACCENT, MUTED, Sheet, Style
from desktop.report.words import share_percent

HEADING = Style(8.0, bold=True, colour=ACCENT)
WORDS = Style(7.2)
QUIET = Style(6.6, colour=MUTED)
REGION_NAME = Style(5.4)
TITLE = "What the estimate draws on"
OUTLINE_MM = 0.22
NAME_MM, PERCENT_MM, BAR_MM = 22.0, 9.0, 1.9
GAP_MM = 1.2
EVIDENCE_OPACITY = 0.7
LEGEND = "how much a place moves the estimate"
LEGEND_STEPS, STEP_MM = 10, 1.3


def draw_picture(
    painter: QPainter, sheet: Sheet, report: Report, x: float, y: float, width: float, height: float
) -> float:
    """Draw the report's picture with its regions as large as fits, and return its height in millimetres."""
    lies = sheet.picture(report.picture_png, x, y, width, height)
    if report.regions:
        room = sheet.area(lies.x(), lies.y(), lies.width(), lies.height())
        style = OutlineStyle(OUTLINE.line, OUTLINE.rim, OUTLINE_MM * sheet.px_per_mm)

        def place(share: Point) -> QPointF:
            return QPointF(room.x() + share[0] * room.width(), room.y() + share[1] * room.height())

        painter.save()
        painter.setClipRect(room)
        painter.setFont(sheet.font(REGION_NAME))
        maps = {name: evidence_image(grid) for name, grid in report.evidence.items()}
        draw_evidence(painter, maps, report.regions, place, EVIDENCE_OPACITY)
        outlined = parts_of_picture(report.regions)
        draw_regions(painter, outlined, place, style)
        draw_labels(painter, outlined, place, room, style)
        for level, middle in report.vertebrae.items():
            draw_name(painter, level, place(middle), style)
        painter.restore()
    return lies.height() + _draw_legend(sheet, report, x, lies.bottom(), width)


def legend_height(report: Report) -> float:
    """Return the height of the evidence's legend below the picture, 0 without evidence."""
    return GAP_MM + QUIET.line_mm if report.evidence and report.regions else 0.0


def _draw_legend(sheet: Sheet, report: Report, x: float, y: float, width: float) -> float:
    height = legend_height(report)
    if height:
        steps = [evidence_colour(step / LEGEND_STEPS) for step in range(LEGEND_STEPS + 1)]
        for step, colour in enumerate(steps):
            sheet.fill(x + step * STEP_MM, y + GAP_MM + 0.4, STEP_MM, QUIET.line_mm - 0.8, colour.name())
        start = len(steps) * STEP_MM + GAP_MM
        sheet.line(LEGEND, x + start, y + GAP_MM, width - start, QUIET)
    return height


def draw_shares(sheet: Sheet, report: Report, x: float, y: float, width: float) -> float:
    """Draw a bar for each region's share, and what they mean; return the height."""
    if not report.shares:
        return 0.0
    top = y
    sheet.line(TITLE, x, y, width, HEADING)
    y += HEADING.line_mm + GAP_MM / 2
    room = width - NAME_MM - PERCENT_MM
    largest = max(share for _, share in report.shares) or 1.0
    for words, share in report.shares:
        sheet.line(words, x, y, NAME_MM, WORDS)
        bar_y = y + (WORDS.line_mm - BAR_MM) / 2
        sheet.fill(x + NAME_MM, bar_y, room * share / largest, BAR_MM, HEADING.colour)
        sheet.line(share_percent(share), x + width - PERCENT_MM, y, PERCENT_MM, WORDS, "right")
        y += WORDS.line_mm
    y += GAP_MM / 2
    return y + sheet.paragraph(EVIDENCE_MEANING, x, y, width, QUIET) - top


def shares_height(sheet: Sheet, report: Report, width: float) -> float:
    """Return the height that `draw_shares` takes, 0 without shares."""
    if not report.shares:
        return 0.0
    rows = HEADING.line_mm + len(report.shares) * WORDS.line_mm + GAP_MM
    return rows + sheet.paragraph_height(EVIDENCE_MEANING, width, QUIET)
