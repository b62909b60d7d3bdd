from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.phantom.other.picture import KINDS, make_other_picture, write_other_picture

pytestmark = pytest.mark.training


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_a_picture(kind: str) -> None:
    grey = KINDS[kind][1](96, np.random.default_rng(3))
    assert grey.shape[0] == 96
    assert np.isfinite(grey).all()
    assert np.ptp(grey) > 0


def test_a_picture_depends_on_seed_and_number_alone() -> None:
    first, again, another = (make_other_picture(4, number, 96) for number in (7, 7, 8))
    assert first.kind == again.kind
    assert np.array_equal(first.pixels, again.pixels)
    assert first.pixels.shape != another.pixels.shape or not np.array_equal(first.pixels, another.pixels)


def test_kinds_vary() -> None:
    assert len({make_other_picture(1, number, 64).kind for number in range(60)}) >= 8


def test_the_desktop_reads_what_is_written(tmp_path: Path) -> None:
    row = write_other_picture(0, seed=2, looks="every", size_px=256, folder=tmp_path)
    assert row["view"] == "other"
    assert row["split"] in ("train", "tune", "calibrate", "test")
    assert square_tensor(read_radiograph(tmp_path / row["file"]), 32).std() > 0
