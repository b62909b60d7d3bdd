"""Both landmark methods learn the same pictures, once, and the page holds what each came to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from training.chest_multi_roi import landmark_study
from training.chest_multi_roi.landmark_study import main
from training.chest_multi_roi.settings import PRESETS

pytestmark = pytest.mark.training


@pytest.fixture
def command(tmp_path: Path, make_data: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(landmark_study, "PRESETS", {"edge": PRESETS["smoke"]})
    monkeypatch.setattr(landmark_study, "EPOCHS", 1)
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path / "none"))
    return ["--data", str(make_data()), "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "out")]


def test_both_methods_are_trained_alike_and_once(command: list[str], tmp_path: Path) -> None:
    assert main(command) == 0
    places = {name: tmp_path / "runs" / name / "landmarks" for name in ("graph", "heatmap")}
    configs = {name: json.loads((place / "config.json").read_text()) for name, place in places.items()}
    assert {name: each["settings"].pop("method") for name, each in configs.items()} == {
        name: name for name in places
    }
    assert configs["graph"] == configs["heatmap"]
    before = [(place / "network.pt").stat().st_mtime_ns for place in places.values()]
    page = (tmp_path / "out" / "chest_multi_roi_landmarks.md").read_text()
    for name in ("all", "t12"):
        errors = [json.loads((place / "metrics.json").read_text())["test"][name] for place in places.values()]
        cells = [f"{each['mean_mm']:.1f}, {each['p95_mm']:.1f} | -" for each in errors]
        assert f"| {name} | {' | '.join(cells)} |" in page
    assert "| picture | phantoms |" in page
    assert "| noise | " in page
    assert main(command) == 0
    assert [(place / "network.pt").stat().st_mtime_ns for place in places.values()] == before


def test_wrong_data_are_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--runs", str(tmp_path / "runs"), "--out", str(tmp_path)]) == 2
    assert "manifest.csv" in capsys.readouterr().err
    assert not (tmp_path / "chest_multi_roi_landmarks.md").exists()
