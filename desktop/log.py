"""A log file for support: what the program did and where it broke, without any patient's data."""

from __future__ import annotations

import contextlib
import logging
import traceback
from logging.handlers import RotatingFileHandler

import desktop
from desktop.paths import log_dir

MAX_BYTES = 1_000_000
BACKUPS = 3

logger = logging.getLogger("trabecula")


def start_log() -> None:
    """Write the log to `log_dir()`; where that cannot be written, go on without a log."""
    logger.setLevel(logging.INFO)
    if logger.handlers:
        return
    try:
        log_dir().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _QuietFileHandler(
            log_dir() / "trabecula.log",
            maxBytes=MAX_BYTES,
            backupCount=BACKUPS,
            encoding="utf-8",
            delay=False,
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.info("Trabecula %s starts", desktop.__version__)


def stop_log() -> None:
    """Close the log file, so that a test or an uninstaller can remove it."""
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def log_bug(error: BaseException) -> None:
    """Log where an unexpected error arose, and never its text, which may quote the picture's tags."""
    logger.error("bug: %s", where(error))


def where(error: BaseException) -> str:
    """Return the error's type and the lines that it passed, innermost last, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return " < ".join([type(error).__name__, *reversed(steps)])


class _QuietFileHandler(RotatingFileHandler):
    """A full disk must not turn a screening into a traceback."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say nothing: the line is lost, the work goes on."""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()
