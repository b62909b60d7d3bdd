"""The window of the pages: questions, treatment and specialists as tabs beside the work."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QTabWidget, QVBoxLayout, QWidget

from desktop.pages.names import PAGE_TITLES, PageName
from desktop.pages.reading import Page
from desktop.ui.page_view import PageView
from desktop.ui.theme import Theme

SIZE_PX = (680, 640)


class InformationWindow(QDialog):
    """Shows the pages, one at a time; `pages_wanted` that they are to be read, as when it is come back to."""

    pages_wanted = Signal()
    edit_wanted = Signal(str)

    def __init__(self, printed: Mapping[PageName, QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Information")
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Pages")
        self.views = {name: PageView(name, printed[name], theme) for name in PageName}
        for name, view in self.views.items():
            self.tabs.addTab(view, PAGE_TITLES[name])
            view.page_wanted.connect(self.turn_to)
            view.edit_wanted.connect(self.edit_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self.tabs)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._find)
        room = self.screen().availableSize()
        self.resize(min(SIZE_PX[0], room.width() - 20), min(SIZE_PX[1], room.height() - 60))

    def turn_to(self, name: str) -> None:
        """Bring one page to the front, ready for its keys."""
        page = PageName(name)
        view = self.views[page]
        self.tabs.setCurrentWidget(view)
        (view.search if view.search.isVisibleTo(view) else view.browser).setFocus()

    def show_pages(self, pages: Mapping[PageName, Page]) -> None:
        """Show what was read."""
        for name, page in pages.items():
            self.views[name].show_page(page)

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.pages_wanted.emit()  # a file may have been edited, added or taken away

    def _find(self) -> None:
        self.turn_to(PageName.SPECIALISTS)
        self.views[PageName.SPECIALISTS].search.setFocus(Qt.FocusReason.ShortcutFocusReason)
