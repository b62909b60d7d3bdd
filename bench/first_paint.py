"""One start: `python -m bench.first_paint bare|program SINCE` prints the seconds to its first paint."""

from __future__ import annotations

import sys
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class FirstPaint(QObject):
    """Ends the application after the first paint of any of its windows."""

    seconds: float | None = None

    def __init__(self, application: QApplication, since: float) -> None:
        super().__init__()
        self.since = since
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note the first paint; let every event pass."""
        if event.type() == QEvent.Type.Paint and self.seconds is None:
            self.seconds = monotonic() - self.since
            QTimer.singleShot(0, QApplication.quit)
        return False


def bare(since: float) -> float:
    """Show an empty window of Qt."""
    application = QApplication([])
    watcher = FirstPaint(application, since)
    window = QMainWindow()
    window.resize(1280, 720)
    window.show()
    application.exec()
    return watcher.seconds or 0.0


def program(since: float) -> float:
    """Show the program's window as `trabecula` does."""
    import desktop.__main__  # noqa: F401 - its imports are part of the start
    from desktop.ui.application import Program, make_application

    application = make_application()
    watcher = FirstPaint(application, since)
    started = Program(application)
    started.new_window()
    application.exec()
    started.close()
    return watcher.seconds or 0.0


if __name__ == "__main__":
    measured = {"bare": bare, "program": program}[sys.argv[1]](float(sys.argv[2]))
    sys.stdout.write(f"{measured}\n")
