"""What each region adds to an answer, as shares and as maps to lay over the regions.

The network pools its maps and weighs them linearly, so that L1-L4 is a sum over all places of all regions.
Each place's part, less its mean over pictures to train on, is what it moves the answer off that of an
average picture; the sum of all is exactly how far this answer lies off. No cause follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from desktop.findings.result import Grid, NotMeasured

NOTHING_MOVES = NotMeasured("No region moves this answer off that of an average picture.")
Parts = NDArray[np.float32]

_MIRRORED = "left_"
"""How the names of regions begin that region_tensor mirrors."""


def shares(parts_g_cm2: Parts, regions: Sequence[str]) -> Mapping[str, float] | NotMeasured:
    """Return each region's share of what moves L1-L4, up or down; parts [region, row, column]."""
    moved = np.abs(parts_g_cm2.astype(np.float64).sum(axis=(1, 2)))
    if not moved.sum() > 0.0:
        return NOTHING_MOVES
    return {name: float(each) for name, each in zip(regions, moved / moved.sum(), strict=True)}


def maps(parts_g_cm2: Parts, regions: Sequence[str]) -> Mapping[str, Grid] | NotMeasured:
    """Return how much each place moves L1-L4, up or down, 1 where it is most, over a region's corners.

    parts_g_cm2: [region, row, column], left regions mirrored as the network sees them.
    """
    moved = np.abs(parts_g_cm2.astype(np.float64))
    if not moved.max() > 0.0:
        return NOTHING_MOVES
    levels = np.round(moved / moved.max(), 3)
    return {name: _grid(name, each) for name, each in zip(regions, levels, strict=True)}


def _grid(name: str, levels: NDArray[np.float64]) -> Grid:
    as_given = levels[:, ::-1] if name.startswith(_MIRRORED) else levels
    return tuple(tuple(map(float, row)) for row in as_given)
