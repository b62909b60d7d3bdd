"""From the paths of a command line to the files to screen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.imaging.dicom import MARK_END, is_marked
from desktop.imaging.readers import PICTURE_SUFFIXES


def gather(paths: Iterable[Path], problems: list[str]) -> Iterator[Path]:
    """Yield each file once, folders recursively in the order of their names.

    Of a folder: files with a picture's suffix, and DICOM files without any. A folder that holds none or
    cannot be listed adds a sentence to `problems`.
    """
    seen: set[str] = set()
    for path in paths:
        files = _in_folder(path, problems) if os.path.isdir(path) else [path]
        for file in files:
            if str(file) not in seen:
                seen.add(str(file))
                yield file


def _in_folder(folder: Path, problems: list[str]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        problems.append(
            f"The folder {printable(error.filename)} cannot be listed: ask for permission to read it."
        )

    found = False
    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            if not name.startswith(".") and _is_picture(file):
                found = True
                yield file
    if not found:
        problems.append(f"The folder {printable(folder)} holds no pictures: name a folder that does.")


def _is_picture(file: Path) -> bool:
    if file.suffix:
        return file.suffix.lower() in PICTURE_SUFFIXES or (file.suffix[1:].isdigit() and _has_mark(file))
    return file.name != "DICOMDIR" and _has_mark(file)


def _has_mark(file: Path) -> bool:
    try:
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            return is_marked(stream.read(MARK_END))
    except OSError:
        return False


def printable(path: Path | str) -> str:
    """Return a path as text that any output can hold; bytes that are no UTF-8 become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
