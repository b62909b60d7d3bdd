"""Changing training strips as DXA screens differ from each other, their grain left as it is."""

from __future__ import annotations

import numpy as np

from training.picture_changes import Picture, moved, tone

SHIFT_ROWS, SHIFT_COLUMNS = 0.08, 0.04
"""Of the strip's height and width, at most, in whole pixels."""


def augmented(strip: Picture, random: np.random.Generator) -> Picture:
    """Return a changed copy: moved, of another tone, and every other one as its mirror image."""
    reach = np.array(strip.shape) * (SHIFT_ROWS, SHIFT_COLUMNS)
    rows, columns = (random.uniform(-1, 1, 2) * reach).astype(int)
    toned = tone(random)[moved(strip, rows, columns)]
    return toned[:, ::-1] if random.random() < 0.5 else toned
