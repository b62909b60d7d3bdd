from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.data.manifest import Row, read_manifest
from training.dxa_bmd.baselines import brightness, by_brightness, fit_person_model

pytestmark = pytest.mark.training


def people(tmp_path: Path, count: int) -> list[Row]:
    random = np.random.default_rng(4)
    lines = ["file,person,sex,age_years,weight_kg,height_cm"]
    lines += [
        f"{k}.png,{k},{'FM'[k % 2]},{random.integers(50, 81)},{random.uniform(50, 110):.1f},"
        f"{random.uniform(150, 190):.1f}"
        for k in range(count)
    ]
    (tmp_path / "manifest.csv").write_text("\n".join(lines), encoding="utf-8")
    return read_manifest(tmp_path / "manifest.csv")


def test_brightness_is_the_mean_grey_level() -> None:
    pictures = np.stack([np.full((4, 4, 3), value, dtype=np.uint8) for value in (10, 200, 30)])
    assert brightness(pictures, np.array([2, 1])).tolist() == [30.0, 200.0]


def test_a_line_on_brightness_is_found() -> None:
    train = np.array([50.0, 100.0, 150.0])
    assert by_brightness(train, 0.5 + train / 200, np.array([120.0])) == pytest.approx([1.1])


def test_the_person_model_finds_what_depends_on_the_person(tmp_path: Path) -> None:
    rows = people(tmp_path, 300)
    truth = np.array(
        [1 - 0.004 * (row.age_years - 50) * (row.sex == "F") + 0.002 * row.weight_kg for row in rows]
    )
    model = fit_person_model(rows[:200], truth[:200])
    assert model is not None
    assert model(rows[200:]) == pytest.approx(truth[200:], abs=1e-6)


def test_the_network_joins_as_a_fifth_variable(tmp_path: Path) -> None:
    rows = people(tmp_path, 200)
    answer = np.random.default_rng(1).normal(1, 0.1, 200)
    model = fit_person_model(rows, answer * 0.5 + 0.4, answer)
    assert model is not None
    assert model(rows, answer) == pytest.approx(answer * 0.5 + 0.4, abs=1e-6)


def test_a_person_who_is_not_described_leaves_no_model(tmp_path: Path) -> None:
    rows = people(tmp_path, 30)
    rows[7] = replace(rows[7], weight_kg=None)
    assert fit_person_model(rows, np.linspace(0.8, 1.2, 30)) is None
