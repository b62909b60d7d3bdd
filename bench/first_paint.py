"""One start: `python -m bench.first_paint bare|program SINCE` prints the seconds to its first paint."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # each start imports Qt when it comes to it
    from PySide6.QtWidgets import QApplication


def bare() -> None:
    """Show an empty window of Qt."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    end_at_first_paint(application)
    window = QMainWindow()
    window.resize(1280, 720)
    window.show()
    application.exec()


def program() -> None:
    """Show the program's window as `trabecula` does, with all that comes before it."""
    from desktop import cli

    cli.main([], open_window=_open_window, make_demo=lambda _: cli.DONE)


def _open_window(files: list[Path]) -> int:
    from desktop.ui.application import make_application, run_window

    end_at_first_paint(make_application())
    return run_window(files)


def end_at_first_paint(application: QApplication) -> None:
    """Print the time of the first paint of any window of `application`, and end it."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint:
                sys.stdout.write(f"{monotonic() - SINCE}\n")
                application.removeEventFilter(self)
                QTimer.singleShot(0, application.quit)
            return False

    application.installEventFilter(Watcher(application))


if __name__ == "__main__":
    SINCE = float(sys.argv[2])
    {"bare": bare, "program": program}[sys.argv[1]]()
