"""Whether there is bone to judge: detail that was not lost in black or white, and no metal over T12."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from desktop.errors import RefusedError

BLACK, WHITE = 3, 252
SATURATED_AT_MOST = 0.25
"""Of 60 phantoms' chests 6 % at most; stretched threefold into black or white, in most 30 % and more."""
METAL_EDGES_FROM = 7.0
"""The steepest edges over the usual ones, and half a grey level. Of 60 phantoms and 60 real chests at most 6
and 4; with rods and screws drawn over T12, in half of them above 7: what hardly shows is not found."""


def check_exposure(chest: NDArray[np.uint8]) -> None:
    """Raise RefusedError where much of the chest has no detail; chest: its crop, uint8 [row, column].

    The outer eighth does not count: it may lie beyond the picture's border.
    """
    rows, columns = (side // 8 for side in chest.shape)
    inner = chest[rows:-rows, columns:-columns]
    saturated = float(((inner <= BLACK) | (inner >= WHITE)).mean())
    if saturated > SATURATED_AT_MOST:
        raise RefusedError(
            f"{saturated:.0%} of the chest is plain black or white, without detail: open the original "
            "picture with its full range of grey, or expose anew."
        )


def check_metal(t12: NDArray[np.uint8]) -> None:
    """Raise RefusedError where edges over T12 are as steep as metal's; t12: its crop, uint8 [row, column]."""
    smooth = np.asarray(Image.fromarray(t12).filter(ImageFilter.BoxBlur(1)), np.float64)
    rows, columns = (max(side // 14, 1) for side in t12.shape)
    edges = np.abs(np.diff(smooth, axis=1))[rows:-rows, columns:-columns]
    if np.percentile(edges, 99) > METAL_EDGES_FROM * (np.percentile(edges, 50) + 0.5):
        raise RefusedError(
            "There seems to be metal over T12, which would be taken for bone: a chest with an implant or "
            "a wire there is not judged."
        )
