"""Another folder's test part is judged as one with the run's own, and only of people not learned from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop.clinical.lumbar_lateral import CORNERS
from tests.spine_figures import SIDE, write_data
from training.data.manifest import DataError, read_manifest
from training.lumbar_xray import corner_more
from training.lumbar_xray.corner_more import judge_more_corners
from training.lumbar_xray.corner_stage import Placed
from training.lumbar_xray.run_files import read_corner_figures
from training.lumbar_xray.settings import Settings

pytestmark = pytest.mark.training


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A network that puts every corner into the middle; how many pictures it saw at each call."""
    calls: list[int] = []

    def placed(network: object, grey: np.ndarray) -> Placed:
        calls.append(len(grey))
        return Placed(np.full((len(grey), len(CORNERS), 2), 0.5), np.ones((len(grey), 7), bool))

    monkeypatch.setattr(corner_more, "read_network", lambda run: None)
    monkeypatch.setattr(corner_more, "placed", placed)
    return calls


def _mean_percent(folders: list[Path]) -> float:
    """How far the corners of the test parts lie from the middle."""
    rows = [
        row for folder in folders for row in read_manifest(folder / "manifest.csv") if row.split == "test"
    ]
    points = np.array([point for row in rows for point in row.points.values()])
    return 100 * float(np.linalg.norm((points + 0.5) / SIDE - 0.5, axis=1).mean())


def test_both_test_parts_are_judged_as_one(
    tmp_path: Path, make_data: Callable[..., Path], small: Settings, seen: list[int]
) -> None:
    data, more = make_data(), tmp_path / "more"
    more.mkdir()
    write_data(more, ["train"] * 20 + ["test"] * 8)
    (tmp_path / "corners").mkdir()
    (tmp_path / "corners" / "metrics.json").write_text("{}")
    judge_more_corners(small, data, tmp_path, more)
    judge_more_corners(small, data, tmp_path, more)
    assert seen == [4 + 8]
    found = read_corner_figures(tmp_path)
    assert found is not None
    assert found["test"].labels.pictures == 4 + 8
    assert found["test"].corners["all"].count == (4 + 8) * len(CORNERS)
    assert found["test"].corners["all"].mean_percent == pytest.approx(_mean_percent([data, more]), abs=0.3)
    assert json.loads((tmp_path / "corners" / "metrics.json").read_text()) == {}


@pytest.mark.usefixtures("seen")
def test_people_learned_from_test_nothing(
    tmp_path: Path, make_data: Callable[..., Path], small: Settings
) -> None:
    data, known = make_data(), tmp_path / "known"
    known.mkdir()
    write_data(known, ["test"] * 3)
    with pytest.raises(DataError, match="tests people from whose pictures"):
        judge_more_corners(small, data, tmp_path, known)
