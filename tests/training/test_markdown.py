"""Tables of the pages that studies draw."""

from __future__ import annotations

from training.markdown import table


def test_tables_are_markdown() -> None:
    assert table(["a", "b"], [["1", 2]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
