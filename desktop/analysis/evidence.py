"""What each region adds to an answer, as shares and as maps to lay over the regions.

The network pools its maps and weighs them linearly, so that L1-L4 is a sum over all places of all regions.
Each place's part, less its mean over pictures to train on, is what it moves the answer off that of an
average picture; the sum of all is exactly how far this answer lies off. No cause follows from it.
A network of the whole picture has no such mean: its places are told as they add to the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop.findings.anatomy_words import WHOLE_PICTURE
from desktop.findings.result import Corners, Grid, NotMeasured
from desktop.imaging.preprocess import on_square

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
    return {name: _as_given(name, each) for name, each in zip(regions, levels, strict=True)}


def whole_picture(shape: tuple[int, int]) -> Mapping[str, Corners]:
    """Return the one region that a network of the whole picture looks at; shape: rows and columns."""
    bottom, right = shape[0] - 0.5, shape[1] - 0.5
    return {WHOLE_PICTURE: ((-0.5, -0.5), (right, -0.5), (right, bottom), (-0.5, bottom))}


def picture_map(parts_g_cm2: Parts, shape: tuple[int, int]) -> Mapping[str, Grid] | NotMeasured:
    """Return how much each place of a picture moves L1-L4, up or down, 1 where it is most.

    parts_g_cm2: [row, column] over the padded square, whose margins are left out. shape: of the picture.
    """
    height, width = shape
    ends = on_square(np.array([[-0.5, -0.5], [width - 0.5, height - 0.5]]), height, width)
    (left, top), (right, bottom) = (ends * parts_g_cm2.shape[::-1]).tolist()
    moved = Image.fromarray(np.abs(parts_g_cm2).astype(np.float32))
    size = ceil(right - left), ceil(bottom - top)
    within = np.asarray(moved.resize(size, Image.Resampling.BILINEAR, box=(left, top, right, bottom)))
    if not within.max() > 0.0:
        return NOTHING_MOVES
    return {WHOLE_PICTURE: _grid(np.round(within.astype(np.float64) / within.max(), 3))}


def _as_given(name: str, levels: NDArray[np.float64]) -> Grid:
    return _grid(levels[:, ::-1] if name.startswith(_MIRRORED) else levels)


def _grid(levels: NDArray[np.float64]) -> Grid:
    return tuple(tuple(map(float, row)) for row in levels)
