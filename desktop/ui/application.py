"""The program around its windows: look, settings, working threads, and the services of the layers below."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import paths
from desktop.errors import AppError, SettingsError
from desktop.settings import change_settings, load_settings
from desktop.ui.icons import icon_path
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import Theme

if TYPE_CHECKING:  # the first paint waits for none of these
    from types import TracebackType

    from desktop.clinical.reference import ReferenceTable
    from desktop.settings import Settings
    from desktop.ui.services import Services
    from desktop.ui.tasks import Lanes


class Program:
    """What the windows of one process share; `close` it after the last window."""

    def __init__(
        self, application: QApplication, services: Services | None = None, keeps_log: bool = False
    ) -> None:
        loaded = load_settings(paths.config_dir())
        self.notices = [loaded.notice] if loaded.notice else []
        self.settings = loaded.settings
        self.theme = Theme(application, self.settings.theme, paths.assets_dir() / "fonts")
        self._services = services
        self._keeps_log = keeps_log
        self.windows: list[MainWindow] = []

    @cached_property
    def lanes(self) -> Lanes:
        """Return the working threads."""
        from desktop.ui.tasks import Lanes

        return Lanes()

    @cached_property
    def services(self) -> Services:
        """Return the services, by default those of this installation."""
        from desktop.ui.installed import installed_services

        return self._services or installed_services(self.table, lambda: self.tables)

    @cached_property
    def tables(self) -> Mapping[str, ReferenceTable]:
        """Return the reference tables by name; where a clinic's is faulty, the shipped ones and a notice."""
        from desktop.clinical.reference import load_tables

        try:
            return load_tables()
        except SettingsError as error:
            self.notices.append(str(error))
            return load_tables(paths.assets_dir() / "reference" / "tables")

    def new_window(self, files: Sequence[Path] = ()) -> MainWindow:
        """Show one more window and open `files` in it."""
        window = MainWindow(self.settings, self.theme)
        window.settings_changed.connect(lambda settings: self._keep(settings, window))
        window.window_wanted.connect(self.new_window)
        self.windows.append(window)
        # work that began sooner would take the processor from the first paint
        window.painted.connect(lambda: self._start(window, files), Qt.ConnectionType.QueuedConnection)
        window.show()
        return window

    def table(self) -> ReferenceTable:
        """Return the reference table that the settings name, the default where it is not there."""
        from desktop.clinical.reference import DEFAULT_TABLE

        return self.tables.get(self.settings.reference_table, self.tables[DEFAULT_TABLE])

    def close(self) -> None:
        """Wait for the working threads; what was being kept is kept."""
        self.lanes.close()
        with suppress(AppError):  # the windows that could say so are gone
            self.services.close()

    def _start_log(self) -> None:
        from desktop import log
        from desktop.ui.tasks import Lane

        self.lanes.submit(Lane.DISK, log.start_log)

    def show_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Show an exception that reached the event loop in the crash dialog."""
        sys.__excepthook__(kind, error, trace)
        if self.windows and isinstance(error, Exception):
            self.windows[-1].show_crash(error)

    def _start(self, window: MainWindow, files: Sequence[Path]) -> None:
        if self.settings.reference_table not in self.tables:
            self.notices.append(
                f"The reference table {self.settings.reference_table} of the settings is not there; "
                f"{self.table().name} is used."
            )
        if self._keeps_log:
            self._start_log()
        window.start(self.services, self.lanes, files)
        while self.notices:
            window.messages.say(self.notices.pop(0), "notice")

    def _keep(self, settings: Settings, window: MainWindow) -> None:
        from desktop.ui.tasks import Lane

        changes = _changes(self.settings, settings)
        self.settings = settings
        for other in self.windows:
            if other is not window:
                other.adopt(settings)
        if window.isVisible():
            window.runner.start(
                Lane.DISK,
                lambda _: change_settings(changes, paths.config_dir()),
                lambda _: None,
                lambda error: window.messages.say(str(error), "notice"),
                lasting=True,
            )
        else:
            self.lanes.submit(Lane.DISK, lambda: _keep_quietly(changes))


def run_window(files: Sequence[Path]) -> int:
    """Show the window with `files` opened, until the last window is closed; return the exit status."""
    application = make_application()
    program = Program(application, keeps_log=True)
    sys.excepthook = program.show_bug
    program.new_window(list(files))
    status = application.exec()
    program.close()
    return status


def make_application() -> QApplication:
    """Return this process's Qt application, made where there is none."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(["trabecula"])
    application.setApplicationName("Trabecula")
    application.setDesktopFileName("trabecula")
    application.setWindowIcon(QIcon(str(icon_path("trabecula"))))
    return application


def _changes(before: Settings, after: Settings) -> Mapping[str, object]:
    """Return the settings that differ, by name."""
    now = {each.name: getattr(after, each.name) for each in fields(after)}
    return {name: value for name, value in now.items() if value != getattr(before, name)}


def _keep_quietly(changes: Mapping[str, object]) -> None:
    with suppress(AppError):  # the window that could say so is gone; the old settings stay
        change_settings(changes, paths.config_dir())
