from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from training.data.manifest import DataError, Row
from training.data.splits import by_split, split_by_hash


def test_no_person_is_in_two_parts(make_rows: Callable[..., list[Row]]) -> None:
    rows = make_rows(
        *((f"{k}.png", f"p{k % 120}", "test" if k % 120 < 20 and k < 120 else "") for k in range(400))
    )
    parts = by_split(rows)
    people = [{row.person for row in part} for part in parts.values()]
    assert sum(map(len, people)) == 120
    assert len(set().union(*people)) == 120
    assert sum(map(len, parts.values())) == 400
    assert {f"p{k}" for k in range(20)} <= people[3]


def test_the_column_decides(make_rows: Callable[..., list[Row]]) -> None:
    parts = by_split(make_rows(("a", "1", "calibrate"), ("b", "2", "train"), ("c", "1", "")))
    assert [row.file for row in parts["calibrate"]] == ["a", "c"]


def test_a_person_in_two_parts_is_refused(make_rows: Callable[..., list[Row]]) -> None:
    with pytest.raises(DataError, match="Line 3 .*give all pictures of a person one split"):
        by_split(make_rows(("a", "1", "train"), ("b", "1", "test")))


def test_hashed_parts_hold_their_shares_and_stay() -> None:
    counts = Counter(split_by_hash(str(person)) for person in range(20_000))
    assert counts["train"] / 20_000 == pytest.approx(0.7, abs=0.01)
    for name in ("tune", "calibrate", "test"):
        assert counts[name] / 20_000 == pytest.approx(0.1, abs=0.01)
    assert [split_by_hash(person) for person in ("109274", "109282", "119356")] == [
        "calibrate",
        "train",
        "train",
    ]
