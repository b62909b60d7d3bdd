"""The pages of information in a window of the program: read, shown, edited, and printed with a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from desktop.pages.names import PAGE_TITLES, PageName
from desktop.pages.reading import Page
from desktop.ui.services import Services
from desktop.ui.tasks import Lane, TaskRunner
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.ui.information_window import InformationWindow
    from desktop.ui.main_window import MainWindow

MENU_WORDS = "Pages with the report"
OWN_COPY = "Edit it with a text editor or spreadsheet, then come back here."


class Information(QObject):
    """What one window does with the pages; `printed` are the choices of those that go with a report."""

    def __init__(self, window: MainWindow, services: Services, runner: TaskRunner, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._services, self._runner, self._theme = window, services, runner, theme
        self._shown: InformationWindow | None = None
        self.printed = {name: self._choice(name) for name in PageName}

    def add_choices(self, menu: QMenu, before: QAction) -> None:
        """Put the choices of the pages that are printed where reports are made."""
        choices = QMenu(MENU_WORDS, menu)
        choices.addActions(list(self.printed.values()))
        menu.insertMenu(before, choices)

    def show_choices(self) -> None:
        """Check the choices as the settings have them, which another window may have changed."""
        for name, action in self.printed.items():
            action.setChecked(name in self._window.settings.printed_pages)

    def show(self, name: str) -> None:
        """Bring the window of the pages to the front, with one of them."""
        if self._shown is None:
            from desktop.ui.information_window import InformationWindow

            self._shown = InformationWindow(self.printed, self._theme, self._window)
            self._shown.pages_wanted.connect(self.read)
            self._shown.edit_wanted.connect(self.edit)
        self.read()
        self._shown.show()
        self._shown.activateWindow()
        self._shown.turn_to(name)

    def close(self) -> None:
        """Close the window of the pages, which does not go with its parent by itself."""
        if self._shown is not None:
            self._shown.close()

    def read(self) -> None:
        """Read the pages and show them."""
        shown = self._shown
        if shown is not None:
            self._runner.start(
                Lane.DISK,
                lambda _: self._services.pages(),
                shown.show_pages,
                self._window.say_error,
                slot="pages",
            )

    def edit(self, name: str) -> None:
        """Make a copy of a page that the user may edit, and say where it lies."""

        def done(path: Path) -> None:
            QGuiApplication.clipboard().setText(str(path))
            self._say(name, f"Your file of this page is {path}, also on the clipboard. {OWN_COPY}")
            self.read()

        self._runner.start(
            Lane.DISK,
            lambda _: self._services.own_page(PageName(name)),
            done,
            lambda error: self._say(name, str(error)),
        )

    def to_print(self) -> Callable[[], tuple[Page, ...]]:
        """Return the reading, for the disk lane, of the pages that go with a report now."""
        names = self._window.settings.printed_pages
        if not names:
            return tuple
        return lambda: tuple(page for name, page in self._services.pages().items() if name in names)

    def _say(self, name: str, sentence: str) -> None:
        if self._shown is not None:
            self._shown.views[PageName(name)].say(sentence)

    def _choice(self, name: PageName) -> QAction:
        action = QAction(PAGE_TITLES[name], self)
        action.setCheckable(True)
        action.setChecked(name in self._window.settings.printed_pages)
        action.setToolTip("Print this page with the report")
        action.toggled.connect(lambda checked: self._keep_choice(name, checked))
        return action

    def _keep_choice(self, name: PageName, chosen: bool) -> None:
        kept = self._window.settings.printed_pages
        if chosen != (name in kept):
            pages = tuple(page for page in PageName if (chosen if page is name else page in kept))
            self._window.keep(replace(self._window.settings, printed_pages=pages))
