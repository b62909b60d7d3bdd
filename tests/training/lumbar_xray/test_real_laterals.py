"""The sheet of real laterals: one tile a picture, nothing written beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.clinical.lumbar_lateral import CORNERS
from training.lumbar_xray.real_laterals import COLUMNS, NOT_WHOLE, TILE_PX, WHOLE, main, sheet

pytestmark = pytest.mark.training


class _Straight:
    """Puts a straight spine into every square, all whole but S1."""

    input_shape = (None, 32, 32, 3)

    def predict_on_batch(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        points = [
            (0.4 + 0.08 * (k % 3), 0.1 + 0.12 * (k // 6) + 0.07 * (k % 6 // 3)) for k in range(len(CORNERS))
        ]
        shown = [[3.0] * 6 + [-3.0]] * len(pictures)
        return {"corners": np.array([points] * len(pictures)), "shown": np.array(shown)}


def test_every_picture_gets_its_tile(tmp_path: Path) -> None:
    files = [tmp_path / f"{k}.png" for k in range(6)]
    for k, file in enumerate(files):
        grey = np.tile(np.arange(150 + 10 * k, dtype=np.uint8), (200, 1))
        Image.fromarray(grey).save(file)
    drawn = sheet(_Straight(), files)
    assert drawn.shape == (2 * TILE_PX, COLUMNS * TILE_PX, 3)
    assert (drawn == WHOLE).all(axis=2).any()
    assert (drawn == NOT_WHOLE).all(axis=2).any()
    assert not drawn[TILE_PX:, TILE_PX:].any()
    assert len(list(tmp_path.iterdir())) == 6


def test_without_real_pictures_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["--run", str(tmp_path), "--sheet", str(tmp_path / "sheet.png")])
    assert "no real pictures in" in capsys.readouterr().err
