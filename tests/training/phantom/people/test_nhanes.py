"""The NHANES file as it is read: what is valid stays, what is not goes, L1-L4 is mineral over area."""

import csv
from pathlib import Path

import numpy as np
import pytest

from training.phantom.people.nhanes import default_file, mineral_over_area, read_participants


def _row(number: int) -> int:
    return int(np.flatnonzero(read_participants().number == number)[0])


def test_everybody_is_read_and_three_false_values_are_dropped() -> None:
    people = read_participants()
    assert len(people) == 3888
    assert people.measured.all(axis=1).sum() == 2121 - 2
    assert people.measured.any(axis=1).all()
    assert list(people.measured[_row(119356)]) == [False, True, True, True]
    assert list(people.measured[_row(115666)]) == [True, True, True, False]
    assert list(people.measured[_row(124401)]) == [True, True, False, False]


def test_valid_values_are_as_published() -> None:
    people, row = read_participants(), _row(109274)
    assert list(people.bmd_g_cm2[row]) == [1.031, 1.137, 1.123, 0.954]
    assert list(people.area_cm2[row]) == [18.71, 19.38, 24.33, 22.13]
    assert people.bmd_l1_l4_g_cm2[row] == pytest.approx(1.062, abs=0.0005)


def test_bmd_and_area_are_missing_together() -> None:
    people = read_participants()
    np.testing.assert_array_equal(np.isnan(people.bmd_g_cm2), np.isnan(people.area_cm2))


def test_a_value_marked_invalid_is_left_out(tmp_path: Path) -> None:
    with default_file().open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[:2]
    rows[0]["l3_invalidity_code"] = "4"
    changed = tmp_path / "changed.csv"
    with changed.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    people = read_participants(changed)
    assert list(people.measured[0]) == [True, True, False, True]
    mineral, area = 19.29 + 22.04 + 21.12, 18.71 + 19.38 + 22.13
    assert people.bmd_l1_l4_g_cm2[0] == pytest.approx(mineral / area, abs=0.001)


def test_l1_l4_weighs_by_area_and_skips_what_is_missing() -> None:
    bmd, area = np.array([1.0, np.nan, 0.5, np.nan]), np.array([10.0, np.nan, 30.0, np.nan])
    assert mineral_over_area(bmd, area) == pytest.approx(25.0 / 40.0)
