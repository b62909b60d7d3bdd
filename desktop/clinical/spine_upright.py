"""Whether a spine DXA picture seems to stand on its head, by the column's width and the ribs beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop.clinical.spine_column import Column, Grey, straightened

Values = NDArray[np.float64]

COLUMN_SHARE = 0.4
"""Of the width looked at that the column takes: ribs show beside it."""
SMALL = (32, 24)
"""Rows and columns on which signs are read."""
SIDE = slice(0, 7)
EDGE = slice(7, 9)
MIDDLE = slice(9, 12)
"""Columns beside the spine, of its edge, and of its middle, once both halves are laid on each other."""
UPPER, LOWER = slice(2, 11), slice(-11, -2)
SPREADS = (0.6, 0.5, 0.002)
"""Of the three signs over phantoms, about, so that each counts alike."""
UPSIDE_DOWN_BELOW = -1.25
"""By `upright`: 1 % of 400 phantoms lie below; docs/results/stacked_ensemble_upright.md tells of others."""


def upright(square: Grey, column: Column) -> float:
    """Return how upright a spine looks: well above 0 as it should be, well below 0 upside down.

    square: uint8 [row, column], bone bright; column: as found there. Below, the column is wider and its
    edges are denser; above, ribs fall towards the outside. A mirrored picture looks the same.
    """
    half = _half(square, column)
    upper, lower = half[UPPER], half[LOWER]
    falls = np.gradient(half[:, SIDE], axis=0) * np.gradient(half[:, SIDE], axis=1)
    signs = (
        _width(lower) - _width(upper),
        lower[:, EDGE].mean() - upper[:, EDGE].mean(),
        falls[2 : SMALL[0] // 2].mean(),
    )
    return float(sum(sign / spread for sign, spread in zip(signs, SPREADS, strict=True)))


def _half(square: Grey, column: Column) -> Values:
    """Return the straightened spine, both halves laid on each other, in SDs from its mean, outside first."""
    straight = straightened(square, column, round(2 * column.half_width_px / COLUMN_SHARE))
    shown = straight[straight.any(axis=1)]
    small = np.asarray(Image.fromarray(shown).resize(SMALL[::-1], Image.Resampling.BOX), float)
    even = (small - small.mean()) / (small.std() + 1.0)
    half: Values = (even + even[:, ::-1])[:, : SMALL[1] // 2] / 2
    return half


def _width(part: Values) -> float:
    """Return the width of the column in a part: its area above its surroundings over its height."""
    profile = part.mean(axis=0)
    above = np.maximum(profile - profile[: SIDE.stop - 2].min(), 0.0)
    return float(above.sum() / max(above[MIDDLE].mean(), 1e-6))
