"""The program around its windows: look, settings, working threads, and the services of the layers below."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import paths
from desktop.clinical.reference import DEFAULT_TABLE, ReferenceTable, load_tables
from desktop.errors import AppError, SettingsError
from desktop.settings import Settings, load_settings, save_settings
from desktop.ui.icons import icon_path
from desktop.ui.installed import installed_services
from desktop.ui.main_window import MainWindow
from desktop.ui.services import Services
from desktop.ui.tasks import Lane, Lanes
from desktop.ui.theme import Theme


class Program:
    """What the windows of one process share; `close` it after the last window."""

    def __init__(self, application: QApplication, services: Services | None = None) -> None:
        loaded = load_settings(paths.config_dir())
        self.notices = [loaded.notice] if loaded.notice else []
        self.settings = loaded.settings
        self.lanes = Lanes()
        self.theme = Theme(application, self.settings.theme, paths.assets_dir() / "fonts")
        self._services = services
        self.windows: list[MainWindow] = []

    @cached_property
    def services(self) -> Services:
        """Return the services, by default those of this installation."""
        return self._services or installed_services(self._table())

    def new_window(self, files: Sequence[Path] = ()) -> MainWindow:
        """Show one more window and open `files` in it."""
        window = MainWindow(self.services, self.lanes, self.settings, self.theme)
        window.settings_changed.connect(lambda settings: self._keep(settings, window))
        window.window_wanted.connect(self.new_window)
        self.windows.append(window)
        while self.notices:
            window.messages.say(self.notices.pop(0), "notice")
        # work that began sooner would take the processor from the first paint
        window.painted.connect(lambda: window.start(files), Qt.ConnectionType.QueuedConnection)
        window.show()
        return window

    def close(self) -> None:
        """Wait for the working threads; what was being kept is kept."""
        self.lanes.submit(Lane.DISK, self.services.close)
        self.lanes.close()

    def show_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Show an exception that reached the event loop in the crash dialog."""
        sys.__excepthook__(kind, error, trace)
        if self.windows and isinstance(error, Exception):
            self.windows[-1].show_crash(error)

    def _table(self) -> ReferenceTable:
        try:
            tables = load_tables()
        except SettingsError as error:
            self.notices.append(str(error))
            tables = load_tables(paths.assets_dir() / "reference" / "tables")
        if self.settings.reference_table not in tables:
            self.notices.append(
                f"The reference table {self.settings.reference_table} of the settings is not there; "
                f"{DEFAULT_TABLE} is used."
            )
        return tables.get(self.settings.reference_table, tables[DEFAULT_TABLE])

    def _keep(self, settings: Settings, window: MainWindow) -> None:
        self.settings = settings
        if window.isVisible():
            window.runner.start(
                Lane.DISK,
                lambda _: save_settings(settings, paths.config_dir()),
                lambda _: None,
                lambda error: window.messages.say(str(error), "notice"),
                lasting=True,
            )
        else:
            self.lanes.submit(Lane.DISK, lambda: _keep_quietly(settings))


def run_window(files: Sequence[Path]) -> int:
    """Show the window with `files` opened, until the last window is closed; return the exit status."""
    application = make_application()
    program = Program(application)
    sys.excepthook = program.show_bug
    program.lanes.submit(Lane.DISK, start_log)
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


def start_log() -> None:
    """Begin the log file, in which bugs are noted without a patient's data."""
    from desktop import log

    log.start_log()


def _keep_quietly(settings: Settings) -> None:
    with suppress(AppError):  # the window that could say so is gone; the old settings stay
        save_settings(settings, paths.config_dir())
