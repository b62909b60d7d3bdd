"""BMD from age, sex, weight and height: found where it hangs on them, alone and beside a network's answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.data.manifest import Row, read_manifest
from training.person_model import fit_person_model

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


def test_four_vertebrae_at_once(tmp_path: Path) -> None:
    rows = people(tmp_path, 200)
    truth = np.array([[0.5 + 0.005 * row.weight_kg, 1.5 - 0.01 * row.age_years] for row in rows])
    answers = np.random.default_rng(2).normal(1, 0.1, (200, 2))
    model, joined = fit_person_model(rows, truth), fit_person_model(rows, truth + answers, answers)
    assert model is not None
    assert joined is not None
    assert model(rows) == pytest.approx(truth, abs=1e-6)
    assert joined(rows, answers) == pytest.approx(truth + answers, abs=1e-6)
