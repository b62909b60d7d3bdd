"""Metal is looked for over the spine: what is as steep beside it, as a lung's border, is none."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.analysis.exposure import METAL, edge_ratio, metal_doubts

SIDE = 112


@pytest.fixture
def crop() -> np.ndarray:
    """A soft, noisy spine, uint8 [row, column]."""
    across = np.linspace(-1, 1, SIDE)
    soft = 90 + 60 * np.exp(-((across / 0.4) ** 2))[None].repeat(SIDE, 0)
    return (soft + np.random.default_rng(1).normal(0, 6, soft.shape)).clip(0, 255).astype(np.uint8)


def test_rods_over_the_spine_are_metal(crop: np.ndarray) -> None:
    assert metal_doubts(crop) == ()
    for middle in (45, 67):
        crop[:, middle - 2 : middle + 3] = 255
    assert metal_doubts(crop) == (METAL,)


def test_steep_borders_beside_the_spine_are_no_metal(crop: np.ndarray) -> None:
    before = edge_ratio(crop)
    crop[:, :20] = crop[:, -20:] = 0  # lungs
    crop[: SIDE // 5] = 0
    assert edge_ratio(crop) == before
