"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from desktop.errors import StorageError

_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` for this user's eyes; what lay there stays until all is on the disk.

    Raises StorageError with what to do; no part of a file is left behind.
    """
    try:
        number, name = tempfile.mkstemp(prefix=".trabecula-", dir=path.parent)
    except OSError as error:
        raise StorageError(_sentence(path, error)) from error
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise StorageError(_sentence(path, error)) from error


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in _FULL_DISK:
        return f"The disk that holds {path} is full: free some space and save again."
    return f"{path} cannot be written ({error.strerror}): choose another folder or allow writing there."
