"""The corners of a lateral lumbar picture, as they stand in the arrays of the corner network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, corners_of
from training.landmarks.data import Points

OF_LEVEL = {level: [CORNERS.index(name) for name in corners_of(level)] for level in LEVELS}
"""Places of each level's corners among CORNERS."""


def shown_levels(points: Points) -> NDArray[np.bool_]:
    """Return which levels lie whole in the picture, [n, level]: none of their points is NaN."""
    known = np.isfinite(points).all(axis=-1)
    return np.stack([known[:, places].all(axis=1) for places in OF_LEVEL.values()], axis=1)
