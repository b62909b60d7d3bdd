from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from desktop.errors import AppError
from training.data.manifest import DataError, read_manifest
from training.runs.command_line import ended, given, training_parser
from training.runs.curves import Epoch, read_curves, write_curves
from training.runs.folder import begin, finished

pytestmark = pytest.mark.training
ROWS = "file,person,sex,bmd_l1_l4_g_cm2,evidence\na.png,1,F,0.9,{0}\nb.png,1,F,0.9,{0}\nc.png,2,M,1.1,{0}\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "manifest.csv").write_text(ROWS.format("phantom"))
    return tmp_path


def begun(run: Path, data: Path) -> dict[str, object]:
    rows = read_manifest(data / "manifest.csv")
    parts = {"train": np.array([0, 1]), "test": np.array([2])}
    begin(run, "family", data, rows, parts, {"vertebroplasty": 2}, {"settings": {"epochs": 3}})
    return json.loads((run / "config.json").read_text())


def three_epochs(config: dict[str, object]) -> bool:
    return config["settings"] == {"epochs": 3}


def test_a_run_tells_what_it_learns_from(data: Path) -> None:
    config = begun(data / "run", data)
    assert (config["family"], config["evidence"]) == ("family", "phantom")
    assert config["pictures"] == {"train": 2, "test": 1}
    assert config["people"] == {"train": 1, "test": 1}
    assert config["left_out"] == {"vertebroplasty": 2}
    assert config["settings"] == {"epochs": 3}
    (data / "manifest.csv").write_text(ROWS.format("clinical"))
    assert begun(data / "other", data)["evidence"] == "clinical"


def test_a_run_is_finished_once_it_has_its_metrics(data: Path) -> None:
    assert not finished(data / "run", data, three_epochs)
    begun(data / "run", data)
    assert not finished(data / "run", data, three_epochs)
    (data / "run" / "metrics.json").write_text("{}")
    assert finished(data / "run", data, three_epochs)


def test_a_run_of_other_settings_or_data_is_refused(data: Path) -> None:
    begun(data / "run", data)
    with pytest.raises(DataError, match="holds a run of other settings or data"):
        finished(data / "run", data, lambda config: False)
    (data / "manifest.csv").write_text(ROWS.format("clinical"))
    with pytest.raises(DataError, match="holds a run of other settings or data"):
        finished(data / "run", data, three_epochs)


@dataclass(frozen=True)
class Line:
    epoch: int
    accuracy: float | None


def test_curves_are_read_as_they_were_written(tmp_path: Path) -> None:
    lines = (Line(1, None), Line(2, 0.25))
    write_curves(lines, tmp_path / "curves.csv")
    assert (tmp_path / "curves.csv").read_text() == "epoch,accuracy\n1,\n2,0.25\n"
    assert read_curves(tmp_path / "curves.csv", Line) == lines
    epochs = (Epoch(1, 0.5, 0.25, 1e-3, 2.0),)
    write_curves(epochs, tmp_path / "curves.csv")
    assert read_curves(tmp_path / "curves.csv", Epoch) == epochs


def test_an_expected_failure_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise AppError("The manifest is empty: add rows.")

    assert ended(fail) == 2
    assert capsys.readouterr().err == "The manifest is empty: add rows.\n"
    assert ended(lambda: None) == 0


def test_only_arguments_that_were_given_change_a_preset() -> None:
    parser = training_parser("family", None, ("smoke",))
    words = ["--data", "DATA", "--preset", "smoke", "--out", "RUN", "--seed", "0"]
    assert given(parser.parse_args(words), "seed", "limit") == {"seed": 0}
