"""What went wrong with the database, as a sentence: the environment's fault, never our bug."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import StorageError

_DAMAGED = "The studies in {path} are damaged: put the last backup of this file in its place."
_SHUT = "The studies in {path} cannot be opened: allow this user to write to the file and its folder."
_HELD = "Another program holds the studies in {path}: close it and try again."
_SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk that holds {path} is full: free some space and save again.",
    sqlite3.SQLITE_IOERR: "The disk that holds {path} failed or is full: free some space, or check the disk.",
    sqlite3.SQLITE_READONLY: "The studies in {path} cannot be changed: allow writing to file and folder.",
    sqlite3.SQLITE_PERM: _SHUT,
    sqlite3.SQLITE_CANTOPEN: _SHUT,
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def told_as_sentences(path: Path) -> Iterator[None]:
    """Turn faults of disk, permission and lock into StorageError; whatever else stays the bug that it is."""
    try:
        yield
    except sqlite3.Error as error:
        sentence = _SENTENCES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if sentence is None:
            raise
        raise StorageError(sentence.format(path=path)) from error
    except OSError as error:
        code = sqlite3.SQLITE_FULL if error.errno in _FULL_DISK else sqlite3.SQLITE_CANTOPEN
        raise StorageError(_SENTENCES[code].format(path=path)) from error
