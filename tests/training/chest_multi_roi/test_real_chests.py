"""Landmarks measured on checked points: the right distance in mm, and nothing written beside the pictures."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from desktop.clinical.chest import LANDMARKS
from training.chest_multi_roi.real_chests import PIXEL_MM, main, measured

pytestmark = pytest.mark.training
CHECKED = ("right_rib_1", "left_clavicle_medial")


class _Middle(torch.nn.Module):
    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Put every landmark into the middle of the square."""
        return torch.full((len(pictures), len(LANDMARKS), 2), 0.5)


def test_distances_are_in_mm_of_the_file(tmp_path: Path) -> None:
    Image.fromarray(np.tile(np.arange(200, dtype=np.uint8), (100, 1))).save(tmp_path / "a.png")
    row = {"file": "a.png", "right_rib_1_x": 99.5, "right_rib_1_y": 79.5}
    row |= {"left_clavicle_medial_x": 109.5, "left_clavicle_medial_y": 49.5}
    with (tmp_path / "index.csv").open("w", newline="") as stream:
        table = csv.DictWriter(stream, row)
        table.writeheader()
        table.writerow(row)
    found = measured(_Middle(), 32, tmp_path)
    assert set(found) == {"all", *CHECKED}
    assert found["right_rib_1"].mean_mm == pytest.approx(30 * PIXEL_MM)
    assert found["left_clavicle_medial"].mean_mm == pytest.approx(10 * PIXEL_MM)
    assert found["all"].mean_mm == pytest.approx(20 * PIXEL_MM)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "index.csv"]


def test_without_real_chests_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["--run", str(tmp_path), "--out", str(tmp_path / "out.json")])
    assert "no real pictures in" in capsys.readouterr().err
