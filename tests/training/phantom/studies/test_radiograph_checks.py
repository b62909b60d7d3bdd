"""The study of the physics holds its limits on few people, and its page says what it measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.studies import production, radiographs
from training.phantom.studies.radiograph_checks import bmd_errors, dose_slope, heights, slab_errors

SEED = 5


def test_slabs_and_counts_are_within_the_limits() -> None:
    assert max(slab_errors(500).values()) <= 0.001
    assert abs(dose_slope(256) - 1.0) <= 0.02


def test_distances_give_heights_and_the_spacing_alone_does_not() -> None:
    found = heights(SEED, 4)
    assert found.vertebrae == 16
    assert found.with_distances[0] < 0.02
    assert found.without[0] > 0.15
    assert found.ratios[0] < 0.02


def test_the_dxa_view_and_the_solid_mineral_agree() -> None:
    assert np.abs(bmd_errors(SEED, 2)).max() <= 0.01


def test_memory_stays_as_it_is() -> None:
    few, many = production.memory_mb(View.LUMBAR_LATERAL, "one", 96, (6, 18))
    assert many < 1.1 * few


def test_the_page_tells_what_was_measured(tmp_path: Path) -> None:
    out = tmp_path / "phantom.md"
    assert radiographs.main(["--out", str(out), "--people", "1", "--pictures", "1"]) == 0
    page = out.read_text(encoding="utf-8")
    assert "4 vertebrae" in page
    for name in ("DXA spine", "lateral lumbar", "chest, 1024 x 1024"):
        assert page.count(f"| {name}") == 1
