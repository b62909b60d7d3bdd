"""The window without a display: pictures of it, and the report, for who just installed the program."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop import paths
from desktop.errors import StorageError
from desktop.settings.table import Theme as ThemeChoice
from desktop.ui.application import Program, make_application
from desktop.ui.main_window import MainWindow

WINDOW_SIZE_PX = (1280, 800)
PATIENCE_SECONDS = 60.0
LOOK_MS = 50
THEMES: tuple[tuple[ThemeChoice, str], ...] = (("light", "window.png"), ("dark", "window_dark.png"))


class DemoError(StorageError):
    """The demonstration did not come to its end; the sentence says where it stopped."""


def run_demo(out: Path) -> list[Path]:
    """Screen the samples in an offscreen window; print and return what was written into `out`.

    Its studies and settings stay in `out` too, apart from the user's. Raises AppError with a sentence.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{out} cannot be made: name a folder that you may write to.") from error
    for name in ("data", "config"):
        os.environ[f"TRABECULA_{name.upper()}"] = str(out / name)
    program = Program(make_application())
    try:
        written = _photographed(program, out)
    finally:
        program.close()
    for path in written:
        sys.stdout.write(f"{path}\n")
    return written


def samples() -> list[Path]:
    """Return the shipped pictures, spine DXA first."""
    found = sorted((paths.assets_dir() / "samples").rglob("*.dcm"))
    return sorted(found, key=lambda path: "dxa" not in path.name)


def _photographed(program: Program, out: Path) -> list[Path]:
    window = program.new_window(samples())
    window.resize(*WINDOW_SIZE_PX)
    window.studies.show()
    window.actions_by_name["studies"].setChecked(True)
    wait_until(lambda: window.started and window.runner.idle, "the samples were judged")
    written = [_photograph(program, window, theme, out / name) for theme, name in THEMES]
    if window.output.report() is not None:
        written += _reports(window, out)
    window.close()
    return written


def _photograph(program: Program, window: MainWindow, theme: ThemeChoice, path: Path) -> Path:
    from desktop.report.files import write_whole
    from desktop.ui.output import png_bytes

    program.theme.choose(theme)
    write_whole(path, png_bytes(_at_rest(window)))
    return path


def _at_rest(window: MainWindow) -> QImage:
    """Return the window once two looks show the same: a long result takes several rounds to lay out."""
    seen = [QImage(), window.grab().toImage()]

    def same() -> bool:
        seen[:] = seen[1], window.grab().toImage()
        return seen[0] == seen[1]

    look()
    wait_until(same, "the window came to rest")
    return seen[1]


def _reports(window: MainWindow, out: Path) -> list[Path]:
    from desktop.report.draw import page_image
    from desktop.report.files import write_whole
    from desktop.ui.output import png_bytes

    report = window.output.report()
    assert report is not None
    write_whole(out / "report.png", png_bytes(page_image(report)))
    window.output.write_picture(out / "picture.png")
    window.output.write_pdf(out / "report.pdf")
    wait_until(lambda: window.runner.idle, "the report was written")
    return [out / name for name in ("report.pdf", "report.png", "picture.png")]


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Let the window live until `done`; raises DemoError after a minute, naming `what` was awaited."""
    latest = monotonic() + PATIENCE_SECONDS
    while not done():
        if monotonic() > latest:
            raise DemoError(f"The demonstration was stopped before {what}: start it again.")
        look()


def look() -> None:
    """Let the window paint and its tasks arrive, in an event loop of its own."""
    loop = QEventLoop(QApplication.instance())
    QTimer.singleShot(LOOK_MS, loop.quit)
    loop.exec()
