from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from training.data.manifest import DataError
from training.dxa_bmd.__main__ import main
from training.dxa_bmd.data import read_data
from training.dxa_bmd.run import make_run
from training.dxa_bmd.settings import PRESETS, Settings

pytestmark = pytest.mark.training
MakeData = Callable[..., Path]


@pytest.fixture
def small() -> Settings:
    return replace(PRESETS["smoke"], size_px=64, epochs=2)


def predictions(run: Path, part: str = "test") -> list[dict[str, str]]:
    with (run / f"predictions_{part}.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_smoke_leaves_a_whole_run_folder(tmp_path: Path, make_data: MakeData) -> None:
    data, run = make_data(), tmp_path / "run"
    assert main(["--data", str(data), "--preset", "smoke", "--out", str(run), "--size-px", "64"]) == 0
    config = json.loads((run / "config.json").read_text())
    assert config["evidence"] == "phantom"
    assert config["pictures"] == {"train": 15, "tune": 3, "calibrate": 3, "test": 3}
    assert sum(config["targets"]["area_shares"]) == pytest.approx(1, abs=1e-3)
    assert len((run / "curves.csv").read_text().splitlines()) == 3
    metrics = json.loads((run / "metrics.json").read_text())
    assert set(metrics) == {"tune", "calibrate", "test"}
    assert set(metrics["test"]["sites"]) == {"L1", "L2", "L3", "L4", "L1-L4"}
    model = keras.models.load_model(run / "model.keras")
    pictures = read_data(data, replace(PRESETS["smoke"], size_px=64))
    answer = np.asarray(model.predict_on_batch(np.asarray(pictures.pictures[pictures.parts["test"]]))["bmd"])
    written = [[float(row[f"predicted_l{k}_g_cm2"]) for k in (1, 2, 3, 4)] for row in predictions(run)]
    assert answer == pytest.approx(np.array(written), abs=2e-5)


def test_no_person_is_in_two_parts(make_data: MakeData, small: Settings) -> None:
    data = read_data(make_data(pictures_each=3), small)
    people = [{data.rows[k].person for k in places} for places in data.parts.values()]
    assert sum(map(len, people)) == len(set().union(*people)) == 24
    assert sum(map(len, data.parts.values())) == 72


def test_the_published_split_is_three_quarters_of_the_pictures(make_data: MakeData) -> None:
    data = read_data(make_data(), replace(PRESETS["paper"], size_px=64))
    assert {part: len(places) for part, places in data.parts.items()} == {"train": 18, "test": 6}
    assert data.bmd_g_cm2.shape == (24, 1)


def test_paper_writes_its_one_answer(tmp_path: Path, make_data: MakeData) -> None:
    settings = replace(PRESETS["paper"], size_px=64, filters=(4, 4, 4), epochs=1)
    make_run(settings, make_data(), tmp_path / "run")
    assert list(predictions(tmp_path / "run")[0])[4:] == ["true_l1_l4_g_cm2", "predicted_l1_l4_g_cm2"]


def test_a_run_killed_outright_goes_on_to_the_same_end(
    tmp_path: Path, make_data: MakeData, small: Settings
) -> None:
    data, killed, whole = make_data(), tmp_path / "killed", tmp_path / "whole"
    settings = replace(small, epochs=12)
    command = [sys.executable, "-m", "training.dxa_bmd", "--data", str(data), "--preset", "smoke"]
    command += ["--out", str(killed), "--size-px", "64", "--epochs", "12"]
    with subprocess.Popen(
        command, env=os.environ | {"PYTHONWARNINGS": ""}, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 60
        while not (killed / "checkpoint" / "state.json").is_file() and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert not (killed / "metrics.json").exists()
    make_run(settings, data, killed)
    make_run(settings, data, whole)
    for one, other in zip(predictions(killed), predictions(whole), strict=True):
        assert float(one["predicted_l1_l4_g_cm2"]) == pytest.approx(
            float(other["predicted_l1_l4_g_cm2"]), abs=1e-4
        )
    assert len((killed / "curves.csv").read_text().splitlines()) == 13


def test_a_finished_run_is_left_alone_and_another_is_refused(
    tmp_path: Path, make_data: MakeData, small: Settings
) -> None:
    data, run = make_data(), tmp_path / "run"
    make_run(replace(small, epochs=1), data, run)
    before = (run / "model.keras").stat().st_mtime_ns
    make_run(replace(small, epochs=1), data, run)
    assert (run / "model.keras").stat().st_mtime_ns == before
    with pytest.raises(DataError, match="holds a run of other settings or data"):
        make_run(small, data, run)


def test_patience_ends_a_run_and_keeps_its_best_epoch(
    tmp_path: Path, make_data: MakeData, small: Settings
) -> None:
    settings = replace(small, epochs=40, patience=2, learning_rate=0.05, cosine=False)
    make_run(settings, make_data(), tmp_path / "run")
    with (tmp_path / "run" / "curves.csv").open(newline="") as stream:
        errors = [float(row["watched_mae_g_cm2"]) for row in csv.DictReader(stream)]
    assert len(errors) < 40
    assert int(np.argmin(errors)) == len(errors) - 3
    tune = predictions(tmp_path / "run", "tune")
    shares = json.loads((tmp_path / "run" / "config.json").read_text())["targets"]["area_shares"]
    found = [
        sum(s * float(row[f"predicted_l{k}_g_cm2"]) for s, k in zip(shares, (1, 2, 3, 4), strict=True))
        for row in tune
    ]
    true = [float(row["true_l1_l4_g_cm2"]) for row in tune]
    assert np.abs(np.subtract(found, true)).mean() == pytest.approx(min(errors), abs=1e-4)


def test_wrong_data_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--preset", "smoke", "--out", str(tmp_path / "run")]) == 2
    assert "manifest.csv cannot be read" in capsys.readouterr().err


def test_too_few_persons_are_one_sentence(tmp_path: Path, make_data: MakeData, small: Settings) -> None:
    data = make_data()
    lines = (data / "manifest.csv").read_text().splitlines()
    (data / "manifest.csv").write_text("\n".join(line for line in lines if ",calibrate," not in line))
    with pytest.raises(DataError, match="has no pictures to calibrate"):
        make_run(small, data, tmp_path / "run")
