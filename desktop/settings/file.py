"""The settings file: written whole or not at all, set aside when broken."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from desktop.errors import StorageError
from desktop.settings.table import Settings

FILE_NAME = "settings.json"


@dataclass(frozen=True)
class LoadedSettings:
    """Settings, and a sentence for the user where the file was not used as it stood."""

    settings: Settings
    notice: str | None = None


def load_settings(folder: Path) -> LoadedSettings:
    """Read the settings kept in `folder`; a missing file gives defaults, a broken one is set aside."""
    path = folder / FILE_NAME
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return LoadedSettings(Settings())
    except OSError:
        return LoadedSettings(Settings(), f"The settings file {path} cannot be read; defaults are used.")
    try:
        return LoadedSettings(msgspec.json.decode(text, type=Settings))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return LoadedSettings(Settings(), _set_aside(path))


def save_settings(settings: Settings, folder: Path) -> None:
    """Write the settings into `folder`, which is made where missing.

    Raises StorageError, with the file as it was before, when the folder or disk refuses.
    """
    text = msgspec.json.format(msgspec.json.encode(settings), indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / FILE_NAME, text)
    except OSError as error:
        raise StorageError(
            f"The settings could not be saved in {folder} ({error.strerror or 'write error'}); "
            "free space there or allow writing."
        ) from error


def change_settings(changes: Mapping[str, Any], folder: Path) -> None:
    """Write some settings, by name; the others stay as another program may have left them since.

    Raises StorageError, with the file as it was before, when the folder or disk refuses.
    """
    save_settings(replace(load_settings(folder).settings, **changes), folder)


def _set_aside(path: Path) -> str:
    kept = path.with_name("settings.broken.json")
    try:
        path.replace(kept)
    except OSError:
        return f"The settings file {path} is broken and could not be moved away; defaults are used."
    return f"The settings file was broken and is kept as {kept}; defaults are used."


def _replace(path: Path, text: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
