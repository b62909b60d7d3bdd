"""The one page of a report: what stands where, and how it looks."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop.clinical.lumbar import GROUP
from desktop.findings.result import NotMeasured, Outcome
from desktop.report.curve import PAPER, draw_curve
from desktop.report.evidence import draw_picture, draw_shares, legend_height, shares_height
from desktop.report.facts import Fact
from desktop.report.model import Report
from desktop.report.sheet import ACCENT, INK, LEFT, LINE, MUTED, WIDTH, Sheet, Style
from desktop.report.table import ScoreTable

PICTURE_WIDTH = 62.0
GAP = 6.0
COLUMN_WIDTH = WIDTH - PICTURE_WIDTH - GAP
ROW_HEIGHT, LOW_ROW = 5.4, 4.6
SMALLEST_CURVE = 42.0
LARGEST_CURVE = 92.0
SMALLEST_PICTURE = 44.0
CROWDED_PICTURE = 24.0
LEAST_CURVE = 22.0
WARNINGS_BELOW_LIMITS = 7.0
NO_ROOM = "The curve by age is shown in the program: this page has no room for it."
NOTE_GAP = 0.4
HEIGHTS_TITLE = "Vertebrae, as information"

MARK_INK, MARK_GROUND = "#2A2000", "#FFD35C"
TONES = {
    Outcome.FLAGGED: ("#9C2F1B", "#FBE8E3"),
    Outcome.UNCERTAIN: ("#704B00", "#FCF0D6"),
    Outcome.NOT_FLAGGED: ("#1B548A", "#E2EEF9"),
    None: (MUTED, "#EEF2F5"),
}
BODY = Style(8.5, colour=INK)
STRONG = Style(8.5, bold=True, colour=INK)
SMALL = Style(7.2, colour=INK)
QUIET = Style(7.2, colour=MUTED)
LABEL = Style(6.8, colour=MUTED)
FIGURE = Style(7.2, bold=True, colour=INK)
HEADING = Style(8.0, bold=True, colour=ACCENT)


Columns = tuple[tuple[float, float], ...]
"""Where each column starts and how wide it is, in millimetres."""


def draw_report(painter: QPainter, report: Report, rect: QRectF, sheets: int = 1) -> None:
    """Draw `report` into `rect`, the whole sheet of paper with its margins, in the painter's units.

    sheets: how many there are with those of the pages behind it.
    """
    sheet = Sheet(painter, rect)
    top = _draw_head(sheet, report)
    top = _draw_verdict(sheet, report, top)
    if report.models is not None:
        top += _draw_table(sheet, report.models, _MODEL_COLUMNS, LEFT, top - 2, LOW_ROW) + 1
    top += _draw_votes(sheet, report, top)
    bottom = _draw_foot(sheet, report, sheets)
    bottom = _draw_provenance(sheet, report.provenance, bottom)
    bottom = _draw_lists(sheet, report, bottom, room=bottom - top - _smallest_middle(sheet, report))
    _draw_middle(painter, sheet, report, top, bottom)


def _draw_head(sheet: Sheet, report: Report) -> float:
    if report.mark:
        sheet.fill(LEFT, 9, WIDTH, 7.5, MARK_GROUND)
        sheet.line(report.mark, LEFT, 9.9, WIDTH, Style(10.5, bold=True, colour=MARK_INK), "centre")
    sheet.line("Trabecula", LEFT, 20, 90, Style(9, bold=True, colour=ACCENT))
    sheet.line(report.title, LEFT, 24.2, 110, Style(17, bold=True, colour=INK))
    for number, words in enumerate(report.dates):
        sheet.line(words, LEFT + 90, 23.3 + 4.3 * number, WIDTH - 90, QUIET, "right")
    sheet.rule(LEFT, 34, WIDTH, LINE)
    return _draw_patient(sheet, report.patient, 36.2)


def _draw_patient(sheet: Sheet, facts: tuple[Fact, ...], top: float) -> float:
    columns = ((LEFT, 82.0), (LEFT + 86, 52.0), (LEFT + 142, 38.0))
    for number, fact in enumerate(facts):
        x, width = columns[number % 3]
        y = top + 9.4 * (number // 3)
        sheet.line(fact.label, x, y, width, LABEL)
        sheet.line(fact.value, x, y + 3.2, width, Style(9.5, bold=number == 0, colour=INK))
    return top + 19.5


def _draw_verdict(sheet: Sheet, report: Report, top: float) -> float:
    ink, ground = TONES[report.verdict.outcome]
    words_width = 119.0 if report.figures else WIDTH - 12
    strong = Style(8.8, bold=True, colour=INK)
    meaning = sheet.paragraph_height(report.verdict.meaning, words_width, Style(8.8))
    advice = sheet.paragraph_height(report.verdict.recommendation, words_width, strong)
    height = max(24.5, 12.8 + meaning + advice + 3.2)
    sheet.fill(LEFT, top, WIDTH, height, ground)
    sheet.fill(LEFT, top, 1.6, height, ink)
    sheet.line(report.verdict.title, LEFT + 6, top + 2.6, words_width, Style(17, bold=True, colour=ink))
    y = top + 12.2
    y += sheet.paragraph(report.verdict.meaning, LEFT + 6, y, words_width, Style(8.8, colour=INK)) + 0.6
    sheet.paragraph(report.verdict.recommendation, LEFT + 6, y, words_width, strong)
    _draw_figures(sheet, report.figures, top, ink)
    return top + height + GAP


def _draw_figures(sheet: Sheet, figures: tuple[Fact, ...], top: float, ink: str) -> None:
    x, width = LEFT + WIDTH - 55, 50.0
    if not figures:
        return
    first, *others = figures
    large = Style(20, bold=True, colour=ink)
    sheet.line(first.label, x, top + 2.6, width, LABEL, "right")
    sheet.line(first.value, x, top + 5.4, width, large, "right")
    y = top + 5.4 + large.line_mm + 0.4
    for fact in others:
        sheet.line(f"{fact.label}: {fact.value}", x, y, width, FIGURE, "right")
        y += FIGURE.line_mm


def draw_foot_line(sheet: Sheet, report: Report, number: int, sheets: int) -> float:
    """Write what stands at the foot of every sheet, counted from 1; return its top."""
    y = sheet.height_mm - 12
    sheet.line(f"{report.program}. Page {number} of {sheets}.", LEFT, y, 60, LABEL)
    if report.mark:
        sheet.line(report.mark, LEFT + 60, y, WIDTH - 60, Style(6.8, bold=True, colour=INK), "right")
    return y


def _draw_foot(sheet: Sheet, report: Report, sheets: int) -> float:
    y = draw_foot_line(sheet, report, 1, sheets) - 8.5
    for x, words, width in ((LEFT, "Reviewed by", 116.0), (LEFT + 124, "Date", 56.0)):
        sheet.rule(x, y + 3.6, width, LINE)
        sheet.line(words, x, y + 4.0, width, LABEL)
    return y - 5


def _draw_provenance(sheet: Sheet, facts: tuple[Fact, ...], bottom: float) -> float:
    line = QUIET.line_mm
    top = bottom - line * len(facts)
    for number, fact in enumerate(facts):
        sheet.line(fact.label, LEFT, top + number * line, 24, LABEL)
        sheet.line(fact.value, LEFT + 24, top + number * line, WIDTH - 24, QUIET)
    sheet.rule(LEFT, top - 2, WIDTH, LINE)
    return top - 4


def _draw_lists(sheet: Sheet, report: Report, bottom: float, room: float) -> float:
    lists = [("What this result does not say", report.limits), ("Warnings", report.warnings)]
    filled = [(title, items) for title, items in lists if items]
    if not filled:
        return bottom
    width = (WIDTH - GAP * (len(filled) - 1)) / len(filled)
    head = HEADING.line_mm + 1
    needed = max(sheet.bullets_height(items, width, SMALL) for _, items in filled)
    # warnings give way to the curve where they are much longer than the limits, which never do
    limits = sheet.bullets_height(report.limits, width, SMALL)
    height = min(needed, max(room - head - 3, limits + WARNINGS_BELOW_LIMITS))
    for number, (title, items) in enumerate(filled):
        x = LEFT + number * (width + GAP)
        sheet.line(title, x, bottom - height - head, width, HEADING)
        sheet.bullets(items, x, bottom - height, width, SMALL, height + 0.01)
    return bottom - height - head - 3


def _smallest_middle(sheet: Sheet, report: Report) -> float:
    if isinstance(report.table, NotMeasured):
        return PICTURE_WIDTH
    rows = (len(report.table.rows) + 1) * ROW_HEIGHT
    below = SMALLEST_CURVE if report.heights is None else _heights_height(sheet, report)
    beside = rows + _notes_height(sheet, report.notes, COLUMN_WIDTH) + 7 + below
    shares = shares_height(sheet, report, PICTURE_WIDTH)
    return max(beside, SMALLEST_PICTURE + 2.5 + shares) if shares else beside


def _draw_middle(painter: QPainter, sheet: Sheet, report: Report, top: float, bottom: float) -> None:
    if report.verdict.outcome is None:
        sheet.picture(report.picture_png, LEFT, top, WIDTH, min(bottom - top - 2, 120))
        return
    room = _picture_room(sheet, report, bottom - top)
    left = top + draw_picture(painter, sheet, report, LEFT, top, PICTURE_WIDTH, room) + 2.5
    left += draw_shares(sheet, report, LEFT, left, PICTURE_WIDTH) + (2.5 if report.shares else 0)
    x, y = LEFT + PICTURE_WIDTH + GAP, top + 2
    gives_classes = not isinstance(report.table, NotMeasured) and len(report.table.heads) == len(
        _CLASS_COLUMNS
    )
    columns = _CLASS_COLUMNS if gives_classes else _SCORE_COLUMNS
    y += _draw_table(sheet, report.table, columns, x, top)
    if left + _notes_height(sheet, report.notes, PICTURE_WIDTH) <= bottom:
        _draw_notes(sheet, report.notes, LEFT, left, PICTURE_WIDTH)
    else:  # a tall picture leaves no room below it
        y += _draw_notes(sheet, report.notes, x, y, COLUMN_WIDTH) + 3
    if isinstance(report.curve, NotMeasured):
        y += sheet.paragraph(report.curve.reason, x, y, COLUMN_WIDTH, BODY) + 3
        _draw_heights(sheet, report, x, y)
        return
    if bottom - y < LEAST_CURVE:
        sheet.paragraph(NO_ROOM, x, y, COLUMN_WIDTH, QUIET)
        return
    painter.setFont(sheet.font(LABEL))
    draw_curve(painter, sheet.area(x, y, COLUMN_WIDTH, min(bottom - y, LARGEST_CURVE)), report.curve, PAPER)


def _picture_room(sheet: Sheet, report: Report, height: float) -> float:
    """Return the most that the picture may take; on a crowded page it leaves room for the notes below it."""
    room = height - 1 - legend_height(report) - shares_height(sheet, report, PICTURE_WIDTH)
    rows = 0 if isinstance(report.table, NotMeasured) else len(report.table.rows) + 1
    beside = rows * ROW_HEIGHT + _notes_height(sheet, report.notes, COLUMN_WIDTH) + 6 + SMALLEST_CURVE
    below = _notes_height(sheet, report.notes, PICTURE_WIDTH) + 2.5
    return room - below if beside > height and room - below >= CROWDED_PICTURE else room


def _draw_heights(sheet: Sheet, report: Report, x: float, y: float) -> None:
    if report.heights is not None:
        sheet.line(HEIGHTS_TITLE, x, y, COLUMN_WIDTH, HEADING)
        y += HEADING.line_mm + 1
        y += _draw_table(sheet, report.heights, _HEIGHT_COLUMNS, x, y)
        _draw_notes(sheet, report.height_notes, x, y, COLUMN_WIDTH)


def _heights_height(sheet: Sheet, report: Report) -> float:
    rows = len(report.heights.rows) + 1 if report.heights else 0
    notes = _notes_height(sheet, report.height_notes, COLUMN_WIDTH)
    return BODY.line_mm + 3 + HEADING.line_mm + 1 + rows * ROW_HEIGHT + 1.2 + notes


def _draw_votes(sheet: Sheet, report: Report, top: float) -> float:
    """Write what members say, and where models and members do not agree, and return the height."""
    if report.members is None:
        height = _draw_notes(sheet, report.votes, LEFT, top, WIDTH)
        return height + 3 if height else 0.0
    table = _draw_table(sheet, report.members, _MEMBER_COLUMNS, LEFT, top - 2, LOW_ROW)
    x = sum(_MEMBER_COLUMNS[-1]) + GAP
    height = max(table, _draw_notes(sheet, report.votes, LEFT + x, top, WIDTH - x))
    return height + _draw_notes(sheet, report.votes_legend, LEFT + 1.5, top + height, WIDTH) + 2


def _draw_notes(sheet: Sheet, notes: tuple[str, ...], x: float, y: float, width: float) -> float:
    top = y
    for note in notes:
        y += sheet.paragraph(note, x, y, width, QUIET) + NOTE_GAP
    return y - top


def _notes_height(sheet: Sheet, notes: tuple[str, ...], width: float) -> float:
    return sum(sheet.paragraph_height(note, width, QUIET) + NOTE_GAP for note in notes)


def _draw_table(
    sheet: Sheet,
    table: ScoreTable | NotMeasured,
    columns: Columns,
    x: float,
    y: float,
    row: float = ROW_HEIGHT,
) -> float:
    width = sum(columns[-1]) + 1.5
    if isinstance(table, NotMeasured):
        return sheet.paragraph(table.reason, x, y, width, BODY)
    for number, cells in enumerate((table.heads, *table.rows)):
        is_group = cells[0] == GROUP
        top = y + number * row + (1.2 if is_group else 0)
        if is_group:
            sheet.fill(x, top - 0.2, width, row, "#EEF2F5")
        for column, ((start, room), cell) in enumerate(zip(columns, cells, strict=True)):
            strong = column == 0 or (is_group and column in (1, 3))
            style = LABEL if number == 0 else STRONG if strong else BODY
            sheet.line(
                cell,
                x + start,
                top + (row - BODY.line_mm) / 2,
                room,
                style,
                "left" if column == 0 else "right",
            )
    sheet.rule(x, y + row - 0.3, width, LINE)
    return row * (len(table.rows) + 1) + 1.2


_SCORE_COLUMNS: Columns = ((1.5, 14.0), (16.0, 22.0), (40.0, 26.0), (68.0, 18.0), (87.0, 23.5))
_CLASS_COLUMNS: Columns = ((1.5, 56.0), (58.0, 24.0), (84.0, 26.5))
_HEIGHT_COLUMNS: Columns = ((1.5, 20.0), (22.0, 17.0), (40.0, 17.0), (58.0, 17.0), (76.0, 12.0), (89.0, 21.5))
_MEMBER_COLUMNS: Columns = ((1.5, 36.0), (38.0, 19.0), (58.0, 18.0), (77.0, 12.0))
_MODEL_COLUMNS: Columns = ((1.5, 50.0), (52.0, 24.0), (77.0, 36.0), (114.0, 40.0), (155.0, 23.5))
