"""One start: `python -m bench.first_paint bare|program SINCE` prints the seconds to its first paint.

Both windows note it in their own paintEvent: a filter over all events would cost the program, which has more
of them, 30 ms that no user pays.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic


def bare() -> None:
    """Show an empty window of Qt."""
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            super().paintEvent(event)
            _painted()

    application = QApplication([])
    window = Window()
    window.resize(1280, 720)
    window.show()
    application.exec()


def program() -> None:
    """Show the program's window as `trabecula` does, with all that comes before it."""
    from desktop import cli

    cli.main([], open_window=_open_window, make_demo=lambda _: cli.DONE)


def _open_window(files: list[Path]) -> int:
    from desktop.ui.application import Program, make_application

    application = make_application()
    started = Program(application)
    started.new_window(files).painted.connect(_painted)
    status = application.exec()
    started.close()
    return status


def _painted() -> None:
    sys.stdout.write(f"{monotonic() - SINCE}\n")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    QTimer.singleShot(0, QApplication.quit)


if __name__ == "__main__":
    SINCE = float(sys.argv[2])
    {"bare": bare, "program": program}[sys.argv[1]]()
