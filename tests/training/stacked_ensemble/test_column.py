from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.clinical.spine_column import COLUMN_SHARE, cut_column, denoised, find_column
from training.stacked_ensemble.column_study import main, measure, true_region
from training.stacked_ensemble.settings import LEAST_CONTRAST

pytestmark = pytest.mark.training
ROWS = np.arange(256)
STRIP = (256, 128)


def spine(middle: np.ndarray, half: int = 30, noise: float = 6.0) -> np.ndarray:
    """A bright band with dark discs on noisy grey, 256 x 256."""
    picture = np.random.default_rng(3).normal(40, noise, (256, 256))
    inside = np.abs(np.arange(256) - middle[:, None]) <= half
    picture += inside * np.where(ROWS % 40 < 6, 15, 110)[:, None]
    return picture.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("half", [20, 30, 45])
def test_a_straight_column_is_found_with_its_width(half: int) -> None:
    found = find_column(spine(np.full(256, 140), half))
    assert np.abs(found.middle_px - 140).max() <= 4
    assert found.half_width_px == pytest.approx(half, abs=6)
    assert found.contrast > 50


def test_a_bent_column_is_followed_and_cut_out_straight() -> None:
    middle = np.rint(128 + 35 * np.sin(ROWS / 256 * 2 * np.pi)).astype(int)
    square = spine(middle)
    found = find_column(square)
    assert np.abs(found.middle_px - middle).max() <= 10
    strip = cut_column(square, found, STRIP)
    assert strip.shape == STRIP
    bright = strip > 100
    body = bright.sum(axis=1) > 40
    assert body.mean() > 0.6
    centres = (bright[body] * np.arange(128)).sum(axis=1) / bright[body].sum(axis=1)
    assert np.abs(centres - 64).max() <= 14


def test_added_black_strips_and_bright_borders_are_no_column() -> None:
    square = spine(np.full(256, 120), 25)
    square[:, :40] = square[:, 216:] = 0
    square[:, 40:46] = 255
    assert np.abs(find_column(square).middle_px - 120).max() <= 4


def test_an_empty_picture_has_no_contrast_and_still_a_strip() -> None:
    for value in (0, 128, 255):
        found = find_column(np.full((256, 256), value, np.uint8))
        assert found.contrast <= 0
        assert cut_column(np.full((256, 256), value, np.uint8), found, STRIP).shape == STRIP


@pytest.mark.parametrize("half", [20, 32, 50])
def test_the_column_takes_the_same_share_of_every_strip(half: int) -> None:
    square = spine(np.full(256, 128), half, noise=1.0)
    strip = cut_column(square, find_column(square), STRIP)
    wide = (strip > 100).sum(axis=1)
    assert np.median(wide[wide > 20]) == pytest.approx(COLUMN_SHARE * 128, rel=0.15)


def test_a_strip_beyond_the_picture_is_black_there() -> None:
    square = spine(np.full(256, 30), 25)
    found = find_column(square)
    strip = cut_column(square, found, STRIP)
    scale = COLUMN_SHARE * 128 / (2 * found.half_width_px)
    beyond = int(64 - int(found.middle_px[0]) * scale) - 2
    assert beyond > 5
    assert not strip[128, :beyond].any()
    assert strip[128, 64] > 0


def test_stray_pixels_go_and_edges_stay() -> None:
    square = np.zeros((64, 64), np.uint8)
    square[:, 32:] = 200
    stray = square.copy()
    stray[10, 10], stray[40, 50] = 255, 0
    assert np.array_equal(denoised(stray), square)


def test_vertebrae_of_phantoms_lie_within_the_strip() -> None:
    cuts = [measure(number) for number in range(3)]
    assert min(cut.inside for cut in cuts) > 0.97
    assert max(cut.off_middle for cut in cuts) < 0.2
    assert min(cut.contrast for cut in cuts) > LEAST_CONTRAST
    assert all(cut.on_side < cut.contrast for cut in cuts)


def test_the_truth_lies_where_the_phantom_is_bright() -> None:
    region = true_region(2)
    assert 0.03 < region.mean() < 0.5
    assert region.any(axis=1).sum() > 60


def test_the_page_tells_what_was_measured(tmp_path: Path) -> None:
    assert main(["--count", "2", "--out", str(tmp_path / "page.md")]) == 0
    text = (tmp_path / "page.md").read_text()
    assert "from 2 phantoms" in text
    assert "less than 20: 0 of these phantoms" in text
    assert f"{min(measure(k).inside for k in range(2)):.3f} |" in text
