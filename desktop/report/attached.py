"""The pages of questions, treatment or specialists on sheets of their own behind a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop, QRectF, QSizeF
from PySide6.QtGui import QFont, QPainter, QTextCursor, QTextDocument, QTextFormat

from desktop.pages.names import NOT_ADVICE
from desktop.pages.reading import Page
from desktop.report.page_document import PageLook, page_document
from desktop.report.sheet import ACCENT, INK, LEFT, LINE, MUTED, WIDTH, Sheet, Style, font_family

UNITS_PER_MM = 20.0
"""Of a document: fine enough that every device breaks its lines alike."""
TOP, BOTTOM = 23.0, 18.0
BODY_PX = round(9.0 * 25.4 / 72 * UNITS_PER_MM)


@dataclass(frozen=True)
class AttachedSheet:
    """One sheet of a page; `number` counts from 0 within its page's document."""

    page: Page
    document: QTextDocument
    number: int


def attached_sheets(pages: Sequence[Page], height_mm: float) -> list[AttachedSheet]:
    """Return the sheets that `pages` take on paper 210 mm wide and this high; each page begins a new one."""
    _timers = QEventLoop()  # a document is laid out by timers, which a working thread has only after this
    sheets = []
    for page in pages:
        document = page_document(page, _look())
        document.setPageSize(QSizeF(WIDTH, height_mm - TOP - BOTTOM) * UNITS_PER_MM)
        _keep_headings_with_their_words(document)
        sheets += [AttachedSheet(page, document, number) for number in range(document.pageCount())]
    return sheets


def draw_attached(painter: QPainter, sheet: Sheet, attached: AttachedSheet) -> None:
    """Draw one sheet below its head; the foot is the report's."""
    page = attached.page
    sheet.line("Trabecula", LEFT, 11, 60, Style(9, bold=True, colour=ACCENT))
    strong = Style(7.2, bold=True, colour=INK)
    for row, words in enumerate((NOT_ADVICE, page.caution)):
        sheet.line(words, LEFT + 40, 11 + row * strong.line_mm, WIDTH - 40, strong, "right")
    sheet.rule(LEFT, 18, WIDTH, LINE)
    area = sheet.area(LEFT, TOP, WIDTH, sheet.height_mm - TOP - BOTTOM)
    size = attached.document.pageSize()
    painter.save()
    painter.translate(area.topLeft())
    painter.scale(area.width() / size.width(), area.width() / size.width())
    painter.translate(0, -attached.number * size.height())
    attached.document.drawContents(
        painter, QRectF(0, attached.number * size.height(), size.width(), size.height())
    )
    painter.restore()


def _look() -> PageLook:
    font = QFont(font_family())
    font.setPixelSize(BODY_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("liga"), 0)  # else a search in the PDF misses "flagged"
    return PageLook(font, INK, MUTED, ACCENT)


def _keep_headings_with_their_words(document: QTextDocument) -> None:
    height = document.pageSize().height()
    layout = document.documentLayout()
    block = document.begin()
    while block.isValid():
        following = block.next()
        if block.blockFormat().headingLevel() and following.isValid():
            here, there = (int(layout.blockBoundingRect(each).top() // height) for each in (block, following))
            if here != there:
                _begin_sheet(document, block.position())
        block = following


def _begin_sheet(document: QTextDocument, position: int) -> None:
    cursor = QTextCursor(document)
    cursor.setPosition(position)
    shape = cursor.blockFormat()
    shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    cursor.setBlockFormat(shape)
