"""The sheets show every view, plain and with its truth, in files small enough for a repository."""

from __future__ import annotations

from pathlib import Path

import cv2

from training.phantom.studies import sheet


def test_a_sheet_for_each_view_is_drawn(tmp_path: Path) -> None:
    assert sheet.main(["--out", str(tmp_path), "--seed", "2"]) == 0
    for name in ("dxa_phantoms", "lateral_phantoms", "chest_phantoms"):
        path = tmp_path / f"{name}.jpg"
        assert path.stat().st_size < 400_000
        drawn = cv2.imread(str(path))
        assert drawn.std() > 20
        red = (drawn[:, :, 2].astype(int) - drawn[:, :, 1]) > 90
        assert bool(red.any()) == (name != "dxa_phantoms")
