from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.data.manifest import DataError
from training.stacked_ensemble.__main__ import main
from training.stacked_ensemble.data import read_data
from training.stacked_ensemble.level1 import inputs
from training.stacked_ensemble.run import make_run
from training.stacked_ensemble.run_files import read_ensemble, read_run
from training.stacked_ensemble.settings import MEMBERS, Settings

pytestmark = pytest.mark.training
Finished = tuple[Path, Path]


def answers(run: Path, part: str) -> list[dict[str, str]]:
    with (run / f"answers_{part}.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_run_leaves_a_whole_folder(finished: Finished) -> None:
    _, run = finished
    config = json.loads((run / "config.json").read_text())
    assert (config["family"], config["evidence"]) == ("stacked_ensemble", "phantom")
    assert config["pictures"] == {"train": 18, "tune": 6, "calibrate": 3, "test": 3}
    metrics = json.loads((run / "metrics.json").read_text())
    assert set(metrics) == {"tune", "calibrate", "test"}
    models = {
        *MEMBERS,
        "stack",
        "shallow_network",
        "mean_of_members",
        "majority_vote",
        "age_sex_weight_height",
    }
    assert set(metrics["test"]["two"]) == set(metrics["test"]["three"]) == models
    figures = {"accuracy", "sensitivity", "specificity", "precision", "f1", "auc"}
    assert figures <= set(metrics["test"]["two"]["stack"]["figures"])
    for name in MEMBERS:
        assert len((run / "members" / name / "curves.csv").read_text().splitlines()) == 2
        assert (run / "members" / name / "fold_2" / "curves.csv").is_file()
    assert len(answers(run, "test")) == 3


def test_the_ensemble_read_back_answers_as_the_run_did(finished: Finished, small: Settings) -> None:
    folder, run = finished
    data, ensemble = read_data(folder, small), read_ensemble(run)
    strips = np.asarray(data.strips[data.parts["test"]])
    found = ensemble.members(strips)
    written = answers(run, "test")
    for name in MEMBERS:
        told = np.array([float(row[f"{name}_osteoporosis"]) for row in written])
        assert found[name][:, 2] == pytest.approx(told, abs=1e-4)
        assert found[name].sum(axis=1) == pytest.approx(1, abs=1e-5)
    told = np.array([float(row["stack_osteoporosis"]) for row in written])
    assert ensemble.probability(strips) == pytest.approx(told, abs=1e-4)
    assert ensemble.stack.three.probabilities(inputs(found)).sum(axis=1) == pytest.approx(1)


def test_shapley_values_of_the_patient_sum_to_the_answer(finished: Finished) -> None:
    run = read_run(finished[1])
    assert run is not None
    _, told = run.answers("test")
    highest = told["stack"].max()
    weights, constant, means = run.stack.two.weights[0], run.stack.two.constants[0], run.stack.two.means
    usual = constant + np.dot(weights, means)
    logit = usual + sum(run.shapley.patient_members.values())
    assert 1 / (1 + np.exp(-logit)) == pytest.approx(highest, abs=1e-4)
    assert set(run.shapley.patient_groups) == {"resnet", "gradient", "texture", "trabecular"}


def test_a_finished_run_is_left_alone_and_another_is_refused(finished: Finished, small: Settings) -> None:
    data, run = finished
    before = (run / "metrics.json").stat().st_mtime_ns
    make_run(small, data, run)
    assert (run / "metrics.json").stat().st_mtime_ns == before
    with pytest.raises(DataError, match="holds a run of other settings or data"):
        make_run(replace(small, seed=2), data, run)


def test_no_run_is_one_sentence(tmp_path: Path) -> None:
    assert read_run(tmp_path) is None
    with pytest.raises(DataError, match="no finished run"):
        read_ensemble(tmp_path)


def test_wrong_data_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--preset", "smoke", "--out", str(tmp_path / "run")]) == 2
    assert "manifest.csv cannot be read" in capsys.readouterr().err


def test_a_tuning_part_without_osteoporosis_is_one_sentence(
    tmp_path: Path, make_data: Callable[..., Path], small: Settings
) -> None:
    folder = make_data(30)
    lines = (folder / "manifest.csv").read_text().splitlines()
    moved = [line.replace(",tune,", ",train,") if ",osteoporosis," in line else line for line in lines]
    (folder / "manifest.csv").write_text("\n".join(moved) + "\n")
    with pytest.raises(DataError, match=r"needs pictures to tune with a T-score of -2.5 or below"):
        make_run(small, folder, tmp_path / "run")
    assert not (tmp_path / "run").exists()
