"""Tables of the pages that studies draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    return lines([head, ["---"] * len(head), *rows]) + "\n"


def lines(rows: Iterable[Sequence[object]]) -> str:
    """Return rows of a Markdown table."""
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)
