"""What a crash report says: kind of error and places in our code, and nothing that could name a patient."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

import PySide6

import desktop


def crash_text(error: BaseException) -> str:
    """Return a text to copy into a bug report; exception messages and folders are left out on purpose."""
    lines = [
        f"Trabecula {desktop.__version__}",
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}",
        f"{platform.system()} {platform.machine()}",
        f"Frozen: {'yes' if getattr(sys, 'frozen', False) else 'no'}",
    ]
    link: BaseException | None = error
    while link is not None:
        lines += ["", f"{type(link).__module__}.{type(link).__qualname__}", *_places(link)]
        link = link.__cause__ or link.__context__
    return "\n".join(lines)


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    parts = Path(filename).parts
    for anchor in ("desktop", "site-packages"):
        if anchor in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(anchor) :])
    return Path(filename).name
