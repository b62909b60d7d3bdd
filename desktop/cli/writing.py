"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from desktop.cli.gather import printable
from desktop.errors import StorageError


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a path beside `path`, for this user only, that takes its place at the end; else StorageError."""
    with told(path):
        handle, name = tempfile.mkstemp(prefix=".trabecula-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses while writing to `path` into a sentence."""
    try:
        yield
    except OSError as error:
        place = printable(path)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            sentence = f"The disk is full, so {place} was not written: make room and run it again."
        else:
            sentence = (
                f"{place} cannot be written: check that its folder exists and that you may write there."
            )
        raise StorageError(sentence) from error
