"""Regions of a picture as a model sees them: each turned upright and stretched to one square, grey.

Training imports this, so both see the same numbers, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]
Vector = NDArray[np.float64]
Corners = Sequence[tuple[float, float]]

_MIRRORED = "left_"
_AROUND_PX = 2
"""Pixels kept around a region, for the interpolation at its border."""


def region_tensor(grey: Grey, regions: Mapping[str, Corners], size_px: int) -> Grey:
    """Return uint8 [region, row, column], `size_px` squared, in the order of `regions`.

    grey: uint8 [row, column]. A region is four corners (x, y) in pixels, clockwise from the upper left of
    the upright patient; the centre of the first pixel is (0, 0). Those whose name begins with "left_" are
    mirrored, so that both sides look alike. What lies outside the picture is black.
    """
    picture = Image.fromarray(grey)
    return np.stack([_cut(picture, _from_one_side(name, regions[name]), size_px) for name in regions])


def _from_one_side(name: str, corners: Corners) -> Vector:
    """Return upper left, upper right and lower left corner as the model sees the region, [3, (x, y)]."""
    first, second, third, fourth = corners
    mirrored = name.startswith(_MIRRORED)
    return np.array((second, first, third) if mirrored else (first, second, fourth), dtype=float)


def _cut(picture: Image.Image, corners: Vector, size_px: int) -> Grey:
    """Return one region: averaged over whole pixels where it is larger, then interpolated.

    An affine transform does not average, so that a large region would keep one pixel of many.
    """
    origin = corners[0] + 0.5  # Pillow counts from the first pixel's corner
    steps = (corners[1:] - corners[0]) / size_px
    whole = [max(1, round(extent)) for extent in np.abs(steps).max(axis=0)]
    box = _box(corners, steps, whole, picture.size)
    if box[0] >= box[2] or box[1] >= box[3]:
        return np.zeros((size_px, size_px), np.uint8)
    part = picture.crop(box).convert("F").reduce((whole[0], whole[1]))
    across, down = steps / whole
    start = (origin - box[:2]) / whole
    affine = (across[0], down[0], start[0], across[1], down[1], start[1])
    cut = part.transform((size_px, size_px), Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR)
    values: Grey = np.rint(np.asarray(cut)).clip(0, 255).astype(np.uint8)
    return values


def _box(
    corners: Vector, steps: Vector, whole: Sequence[int], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the part of the picture (left, top, right, bottom) that a region needs."""
    around = np.array(whole) * _AROUND_PX
    ends = np.vstack([corners, corners[1] + corners[2] - corners[0]])
    low = np.floor(ends.min(axis=0) - around).clip(0, size).astype(int)
    high = (np.ceil(ends.max(axis=0) + around) + 1).clip(0, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
