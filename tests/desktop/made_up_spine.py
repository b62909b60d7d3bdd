"""A made-up square of a spine DXA picture: a column that widens downwards, and ribs that fall outwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE_PX = 256


def widening_spine(by_px: int = 20, bone: int = 180, beside: int = 40) -> NDArray[np.uint8]:
    """Return uint8 [row, column]; half the column is 26 pixels wide above and `by_px` more below."""
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX]
    off = np.abs(columns - SIDE_PX / 2)
    ribs = ((rows - 0.6 * off) % 60 < 12) & (rows < SIDE_PX / 2)
    square = np.where(ribs, beside + 40, beside)
    return np.where(off <= 26 + by_px * rows / SIDE_PX, bone, square).astype(np.uint8)
