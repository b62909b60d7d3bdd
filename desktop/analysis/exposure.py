"""Whether there is bone to judge: shades of grey, detail that was not lost, and hardly metal over T12."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from desktop.errors import RefusedError
from desktop.findings.anatomy_words import region_words

BLACK, WHITE = 3, 252
SATURATED_AT_MOST = 0.25
"""Of 60 phantoms' chests 6 % at most; stretched threefold into black or white, in most 30 % and more."""
SHADES_AT_LEAST = 16
"""Of grey, of 256; 800 phantoms have 83 or more, 60 real chests 19 or more."""
TO_BE_SEEN = ("right_clavicle", "left_clavicle", "t12")
"""Neck and lungs may well lie in the dark."""
COVERED_FROM = 0.98
"""Share of one shade in the middle of T12. Of 600 phantoms 6 % are doubted for this or for what is saturated,
and of the 57 real chests that are judged one; with a box over T12 all that are judged stay uncertain."""
METAL_EDGES_FROM = 6.0
"""By `edge_ratio`: exceeded by 1 of 150 phantoms and none of 60 real chests, on which it was set; with rods
drawn over T12, as white as the whitest, by 73 and 70 %. Where bone is as white, metal hardly shows, and is
not found."""
_T12_ROWS, _T12_COLUMNS = (0.59, 0.76), (0.42, 0.59)
_SPINE_ROWS, _SPINE_COLUMNS = (0.25, 0.95), (0.25, 0.75)
"""Where T12 and the spine lie in the crop of T12; beside it a lung's border would pass for metal."""
METAL = (
    "There may be metal over T12, an implant or a wire, which would be taken for bone: the outcome stays "
    "uncertain."
)


def check_shades(grey: NDArray[np.uint8]) -> None:
    """Raise RefusedError where a picture, uint8 [row, column], has hardly any shades of grey."""
    step = max(1, min(grey.shape) // 512)
    shades = np.count_nonzero(np.bincount(grey[::step, ::step].ravel()))
    if shades < SHADES_AT_LEAST:
        raise RefusedError(
            f"The picture has only {shades} shades of grey, too few to judge bone by: open the original "
            "picture."
        )


def check_exposure(crop: NDArray[np.uint8], of: str) -> None:
    """Raise RefusedError where much of a crop, uint8 [row, column], has no detail; of: what it shows."""
    share = saturated(crop)
    if share > SATURATED_AT_MOST:
        raise RefusedError(
            f"{share:.0%} of {of} is plain black or white, without detail: open the original "
            "picture with its full range of grey, or expose anew."
        )


def saturated(crop: NDArray[np.uint8]) -> float:
    """Return the share of a crop that is plain black or white, or beyond the picture, which is cut as black.

    The outer eighth does not count.
    """
    rows, columns = (side // 8 for side in crop.shape)
    inner = crop[rows:-rows, columns:-columns]
    return float(((inner <= BLACK) | (inner >= WHITE)).mean())


def unseen_doubts(crops: Mapping[str, NDArray[np.uint8]]) -> tuple[str, ...]:
    """Return why nothing is settled where clavicles or T12 are not to be seen; crops by region, uint8."""
    shares = {name: saturated(crops[name]) for name in TO_BE_SEEN}
    doubts = [
        f"Of the region {region_words(name)} {share:.0%} is plain black or white or beyond the picture: the "
        "outcome stays uncertain."
        for name, share in shares.items()
        if share > SATURATED_AT_MOST
    ]
    middle = _part(crops["t12"], _T12_ROWS, _T12_COLUMNS)
    if shares["t12"] <= SATURATED_AT_MOST and np.bincount(middle.ravel()).max() >= COVERED_FROM * middle.size:
        doubts.append("T12 shows no detail, as if something covered it: the outcome stays uncertain.")
    return tuple(doubts)


def edge_ratio(t12: NDArray[np.uint8]) -> float:
    """Return how steep the steepest edges over the spine are against the usual ones; t12: its crop, uint8."""
    spine = _part(t12, _SPINE_ROWS, _SPINE_COLUMNS)
    smooth = np.asarray(Image.fromarray(spine).filter(ImageFilter.BoxBlur(1)), np.float64)
    rows, columns = (max(side // 14, 1) for side in spine.shape)
    edges = np.abs(np.diff(smooth, axis=1))[rows:-rows, columns:-columns]
    return float(np.percentile(edges, 99) / (np.percentile(edges, 50) + 0.5))


def metal_doubts(t12: NDArray[np.uint8]) -> tuple[str, ...]:
    """Return why nothing is settled where edges over T12 are as steep as metal's, else nothing."""
    return (METAL,) if edge_ratio(t12) > METAL_EDGES_FROM else ()


def _part(
    crop: NDArray[np.uint8], rows: tuple[float, float], columns: tuple[float, float]
) -> NDArray[np.uint8]:
    """Return what lies between shares of a crop's height and width."""
    height, width = crop.shape
    (top, bottom), (left, right) = rows, columns
    return crop[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]
