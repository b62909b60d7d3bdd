"""Whether there is bone to judge: detail that was not lost in black or white, and hardly metal over T12."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from desktop.errors import RefusedError

BLACK, WHITE = 3, 252
SATURATED_AT_MOST = 0.25
"""Of 60 phantoms' chests 6 % at most; stretched threefold into black or white, in most 30 % and more."""
METAL_EDGES_FROM = 6.0
"""By `edge_ratio`: exceeded by 1 of 150 phantoms and none of 60 real chests, on which it was set; with rods
drawn over T12, as white as the whitest, by 73 and 70 %. Where bone is as white, metal hardly shows, and is
not found."""
_SPINE_ROWS, _SPINE_COLUMNS = (0.25, 0.95), (0.25, 0.75)
"""Where the spine lies in the crop of T12; beside it a lung's border would pass for metal."""
METAL = (
    "There may be metal over T12, an implant or a wire, which would be taken for bone: the outcome stays "
    "uncertain."
)


def check_exposure(crop: NDArray[np.uint8], of: str) -> None:
    """Raise RefusedError where much of a crop, uint8 [row, column], has no detail; of: what it shows.

    The outer eighth does not count: it may lie beyond the picture's border.
    """
    rows, columns = (side // 8 for side in crop.shape)
    inner = crop[rows:-rows, columns:-columns]
    saturated = float(((inner <= BLACK) | (inner >= WHITE)).mean())
    if saturated > SATURATED_AT_MOST:
        raise RefusedError(
            f"{saturated:.0%} of {of} is plain black or white, without detail: open the original "
            "picture with its full range of grey, or expose anew."
        )


def edge_ratio(t12: NDArray[np.uint8]) -> float:
    """Return how steep the steepest edges over the spine are against the usual ones; t12: its crop, uint8."""
    height, width = t12.shape
    (top, bottom), (left, right) = _SPINE_ROWS, _SPINE_COLUMNS
    spine = t12[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]
    smooth = np.asarray(Image.fromarray(spine).filter(ImageFilter.BoxBlur(1)), np.float64)
    rows, columns = (max(side // 14, 1) for side in spine.shape)
    edges = np.abs(np.diff(smooth, axis=1))[rows:-rows, columns:-columns]
    return float(np.percentile(edges, 99) / (np.percentile(edges, 50) + 0.5))


def metal_doubts(t12: NDArray[np.uint8]) -> tuple[str, ...]:
    """Return why nothing is settled where edges over T12 are as steep as metal's, else nothing."""
    return (METAL,) if edge_ratio(t12) > METAL_EDGES_FROM else ()
