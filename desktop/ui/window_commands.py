"""What each command of a window does, by the command's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from desktop.ui.main_window import MainWindow


def slots(window: MainWindow) -> Mapping[str, Callable[[], object]]:
    """Return the commands' slots; what a window gets after its first paint is looked up when called."""
    return {
        "open": window.choose_files,
        "new_window": window.window_wanted.emit,
        "save_pdf": lambda: window.output.save_pdf(),
        "export": lambda: window.output.export_picture(),
        "save_study": lambda: window.screening.keep_again(),
        "preview": lambda: window.output.preview(),
        "print": lambda: window.output.print_report(),
        "close": window.close,
        "quit": QApplication.closeAllWindows,
        "copy": lambda: window.output.copy_picture(),
        "copy_text": lambda: window.output.copy_text(),
        "patient": window.edit_patient,
        "view": lambda: window.screening.ask_view(),
        "put_back": lambda: window.screening.move_landmarks({}),
        "delete": window.delete_shown,
        "settings": window.choose_settings,
        "studies": window.toggle_studies,
        "questions": lambda: window.information.show("questions"),
        "treatment": lambda: window.information.show("treatment"),
        "specialists": lambda: window.information.show("specialists"),
        "shortcuts": lambda: _help(window, "shortcuts"),
        "about": lambda: _help(window, "about"),
    }


def _help(window: MainWindow, topic: str) -> None:
    from desktop.ui.about import TOPICS

    TOPICS[topic](window)
