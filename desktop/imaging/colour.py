"""Colour pictures: kept as they are, with their brightness beside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def split_colour(picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
    """Return float32 [row, column] ITU-R 601 brightness and uint8 [row, column, RGB], None if all grey."""
    red = picture[..., 0]
    if np.array_equal(red, picture[..., 1]) and np.array_equal(red, picture[..., 2]):
        return red.astype(np.float32), None
    colour = np.ascontiguousarray(picture)
    return np.asarray(Image.fromarray(colour).convert("L"), dtype=np.float32), colour
