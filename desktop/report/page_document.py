"""A page of questions, treatment or specialists as a document, for the window and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QFont, QTextBlock, QTextCharFormat, QTextCursor, QTextDocument, QTextOption

from desktop.pages.directory import Specialist
from desktop.pages.reading import Page

_HEADING_FACTORS = {1: 1.45, 2: 1.2, 3: 1.05}
_READ = QTextDocument.MarkdownFeature.MarkdownNoHTML | QTextDocument.MarkdownFeature.MarkdownDialectCommonMark


@dataclass(frozen=True)
class PageLook:
    """font: of the body, sized in pixels; the colours as #RRGGBB."""

    font: QFont
    ink: str
    muted: str
    accent: str


class PageDocument(QTextDocument):
    """Words alone: whatever they name, no file and no address is ever fetched for them."""

    def loadResource(self, kind: int, name: QUrl | str) -> None:  # noqa: D102, N802
        return None


def page_document(page: Page, look: PageLook) -> PageDocument:
    """Return a page as a document; a directory under its title, a text under its own heading."""
    if not page.entries:
        return text_document(page, look)
    document = directory_document(page.entries, look)
    cursor = QTextCursor(document)
    strong = QTextCharFormat()
    strong.setFontWeight(QFont.Weight.Bold)
    cursor.insertText(page.title, _dressed(strong, 1, look))
    cursor.insertBlock()
    return document


def text_document(page: Page, look: PageLook) -> PageDocument:
    """Return a page of Markdown."""
    document = _empty(look)
    document.setMarkdown(page.text, _READ)
    edit = QTextCursor(document)
    edit.beginEditBlock()  # else each change lays out its whole paragraph
    block = document.begin()
    while block.isValid():
        _dress(block, look)
        block = block.next()
    edit.endEditBlock()
    return document


def directory_document(entries: Sequence[Specialist], look: PageLook) -> PageDocument:
    """Return the entries under each other: name, specialty and place, contact."""
    document = _empty(look)
    strong = QTextCharFormat()
    strong.setFontWeight(QFont.Weight.Bold)
    strong.setForeground(QColor(look.ink))
    quiet, plain = QTextCharFormat(), QTextCharFormat()
    quiet.setForeground(QColor(look.muted))
    plain.setForeground(QColor(look.ink))
    cursor = QTextCursor(document)
    for number, entry in enumerate(entries):
        if number:
            cursor.insertBlock()
        space = cursor.blockFormat()
        space.setBottomMargin(look.font.pixelSize() * 0.9)
        cursor.setBlockFormat(space)
        cursor.insertText(entry.name, strong)
        for words, tone in ((_joined(entry.specialty, entry.place), quiet), (entry.contact, plain)):
            if words:
                cursor.insertText(f"\u2028{words}", tone)
    return document


def _joined(*words: str) -> str:
    return " \u00b7 ".join(filter(None, words))


def _empty(look: PageLook) -> PageDocument:
    document = PageDocument()
    document.setDefaultFont(look.font)
    document.setDocumentMargin(0)
    document.setIndentWidth(look.font.pixelSize() * 2.2)
    document.setUndoRedoEnabled(False)
    option = document.defaultTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    return document


def _dress(block: QTextBlock, look: PageLook) -> None:
    """Give a block its space and its words size and colour; Markdown itself takes those of the window."""
    body_px = look.font.pixelSize()
    level = block.blockFormat().headingLevel()
    cursor = QTextCursor(block)
    shape = block.blockFormat()
    shape.setTopMargin(body_px * (0.9 if level and block.blockNumber() else 0.0))
    shape.setBottomMargin(body_px * (0.4 if level or block.textList() else 0.7))
    cursor.setBlockFormat(shape)
    mark = block.charFormat()
    mark.setForeground(QColor(look.ink))
    cursor.setBlockCharFormat(mark)
    for start, length in _stretches(block):
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(_dressed(cursor.charFormat(), level, look))


def _stretches(block: QTextBlock) -> list[tuple[int, int]]:
    return [(block.position() + each.start, each.length) for each in block.textFormats()]


def _dressed(words: QTextCharFormat, level: int, look: PageLook) -> QTextCharFormat:
    words.setForeground(QColor(look.accent if words.isAnchor() else look.ink))
    if level:
        words.clearProperty(QTextCharFormat.Property.FontSizeAdjustment)
        words.setProperty(
            QTextCharFormat.Property.FontPixelSize,
            round(look.font.pixelSize() * _HEADING_FACTORS.get(level, 1.0)),
        )
    return words
