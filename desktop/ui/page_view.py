"""One page of information as it is read: what it is, its words or its directory, and where it comes from."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAction, QFontInfo, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.pages.directory import matching
from desktop.pages.markdown import may_be_linked
from desktop.pages.names import NOT_ADVICE, PAGE_FILES, PageName
from desktop.pages.reading import Page
from desktop.report.page_document import PageLook, directory_document, text_document
from desktop.ui.labels import muted, plain
from desktop.ui.theme import Theme

MOST_SHOWN = 100
"""Entries at once: more are found by their words, and typing stays quick."""


class PageView(QWidget):
    """Shows one page; nothing it names is ever opened: an address that is clicked is copied.

    `page_wanted` carries the name of another page that was clicked, `edit_wanted` that the user wants a copy
    of this one to edit.
    """

    page_wanted = Signal(str)
    edit_wanted = Signal(str)

    def __init__(self, name: PageName, printed: QAction, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page: Page | None = None
        self.caution, self.caution_words = _strip("notice")
        self.problem, self.problem_words = _strip("error")
        self.search = _search_line()
        self.search.setVisible(PAGE_FILES[name].endswith(".csv"))
        self.found = muted("", small=True)
        self.browser = _browser(name)
        self.source = muted("", small=True)
        self.status = plain("")
        self.printed = _printed_box(printed)
        self.edit = QPushButton("Edit this page…")
        self.edit.setAutoDefault(False)  # else Enter in the search would press it
        self.edit.setToolTip("Make a copy of your own that is shown instead")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 10)
        layout.setSpacing(8)
        for widget in (self.caution, self.problem, self.search, self.found):
            layout.addWidget(widget)
        layout.addWidget(self.browser, 1)
        for widget in (self.source, self.status):
            layout.addWidget(widget)
        layout.addLayout(self._ways_out())
        self.search.textChanged.connect(lambda _: self._write())
        self.browser.anchorClicked.connect(self._follow)
        self.edit.clicked.connect(lambda: self.edit_wanted.emit(name))
        theme.changed.connect(self._write)
        self.say("")

    def show_page(self, page: Page) -> None:
        """Show a page; one that did not change stays as it is, scrolled and searched."""
        if page == self._page:
            return
        self._page = page
        self.caution_words.setText(f"{NOT_ADVICE} {page.caution}".strip())
        self.problem_words.setText("\n".join(page.problems))
        self.problem.setVisible(bool(page.problems))
        self.source.setText(f"Your page: {page.file}" if page.is_own else "This page came with Trabecula.")
        self._write()

    def say(self, sentence: str) -> None:
        """Show what became of the last click."""
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))

    def _ways_out(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.printed)
        row.addStretch(1)
        row.addWidget(self.edit)
        return row

    def _write(self) -> None:
        """Write the page in the colours and the size of this moment."""
        page = self._page
        if page is None:
            return
        entries = matching(page.entries, self.search.text())
        document = directory_document(entries[:MOST_SHOWN], self._look()) if page.entries else None
        self.found.setVisible(bool(page.entries))
        self.found.setText(_found_sentence(len(entries), len(page.entries)))
        shown = document or text_document(page, self._look())
        shown.setParent(self.browser)  # which deletes it when another takes its place
        self.browser.setDocument(shown)

    def _look(self) -> PageLook:
        font = self.font()
        font.setPixelSize(QFontInfo(font).pixelSize())
        tokens = self._theme.tokens
        return PageLook(font, tokens.text, tokens.muted, tokens.accent)

    def _follow(self, url: QUrl) -> None:
        target = url.toString()
        if target in PAGE_FILES.values():
            self.page_wanted.emit(next(name for name, file in PAGE_FILES.items() if file == target))
        elif may_be_linked(target):
            address = target.removeprefix("mailto:").removeprefix("tel:")
            QGuiApplication.clipboard().setText(address)
            self.say(f"Copied, to be used where there is a network: {address}")


def _found_sentence(found: int, all_entries: int) -> str:
    if not found:
        return "None matches: type fewer words."
    more = f", the first {MOST_SHOWN} are shown: type more words" if found > MOST_SHOWN else ""
    return f"{found} of {all_entries}{more}"


def _strip(look: str) -> tuple[QFrame, QLabel]:
    frame = QFrame()
    frame.setProperty("look", look)
    words = plain("")
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(12, 7, 12, 7)
    layout.addWidget(words)
    return frame, words


def _search_line() -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText("Search name, specialty, contact or place")
    line.setAccessibleName("Search the specialists")
    line.setClearButtonEnabled(True)
    return line


def _browser(name: PageName) -> QTextBrowser:
    browser = QTextBrowser()
    browser.setOpenLinks(False)
    browser.setFrameShape(QFrame.Shape.NoFrame)
    browser.viewport().setAutoFillBackground(False)
    browser.setAccessibleName(f"The page {name}")
    return browser


def _printed_box(printed: QAction) -> QCheckBox:
    box = QCheckBox("Print with the report")
    box.setChecked(printed.isChecked())
    box.toggled.connect(printed.setChecked)
    printed.toggled.connect(box.setChecked)
    return box
