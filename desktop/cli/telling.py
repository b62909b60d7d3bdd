"""Words to the user: sentences on stderr, results on stdout."""

from __future__ import annotations

import contextlib
import os
import sys

from desktop.errors import StorageError


def visible(text: str) -> str:
    """Return `text` as one line that no terminal obeys, with escapes for what does not print."""
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in text)


def tell(sentence: str) -> None:
    """Write a sentence on stderr; a stderr that is gone changes nothing."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"trabecula: {visible(sentence)}\n")
        sys.stderr.flush()


def show_line(words: str) -> None:
    """Write one line on stdout, for people."""
    show(visible(words) + "\n")


def show(text: str) -> None:
    """Write `text` on stdout as UTF-8, whatever the terminal says; StorageError where there is no room."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except OSError as error:
        _drop_stdout()
        raise StorageError(
            "The results cannot be printed: the disk is full or the pipe is closed."
        ) from error


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _drop_stdout() -> None:
    """Point stdout nowhere, or the interpreter complains once more about what is left when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
