"""Finds the bone region of a spine DXA picture, the column of vertebrae, and cuts it out straightened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grey = NDArray[np.uint8]
"""uint8 [row, column]."""
Values = NDArray[np.float64]

COARSE_PX = 64
"""Side of the reduced picture on which the column is sought."""
HALF_WIDTHS = tuple(range(4, 15))
"""Half widths of the column that are tried, in coarse pixels: vertebrae take 14 % to 45 % of a screen."""
COLUMN_SHARE = 0.6
"""Of the strip's width that the column takes: the rest is the soft tissue that bone is compared with."""
BESIDE_PX = 3
"""Coarse pixels on each side that the column is compared with."""
SMOOTHED_ROWS = 9
"""Coarse rows that are averaged before the search, so that a dark disc does not break the column."""
BENDS = 3
"""Degree of the curve of the column's middle: an S, as scoliosis has."""
_NO_COLUMN = -255.0


@dataclass(frozen=True, eq=False)
class Column:
    """Where the vertebrae stand on a square picture, in its pixels.

    middle_px: [row], the middle of the column; half_width_px: of all of it; contrast: by how many grey levels
    it is brighter than what lies beside it, a mean over rows, 0 or below where there is no column.
    """

    middle_px: NDArray[np.intp]
    half_width_px: int
    contrast: float


def find_column(square: Grey) -> Column:
    """Return the band from top to bottom that stands out most from both its sides.

    square: uint8 [row, column], as high as wide, bone bright. Of all paths that bend by 45 degrees at most
    and all widths, the one of the highest mean contrast, by dynamic programming; a cubic smooths it.
    """
    sums = _running_sums(_coarse(square))
    contrasts = np.stack([_contrasts(sums, half) for half in HALF_WIDTHS])
    paths, totals = _best_paths(contrasts)
    best = int(totals.argmax())
    rows = np.arange(COARSE_PX)
    curve = np.polynomial.Polynomial.fit(rows, paths[best], BENDS)
    scale = square.shape[0] / COARSE_PX
    middle = (curve((np.arange(square.shape[0]) + 0.5) / scale - 0.5) + 0.5) * scale - 0.5
    return Column(
        middle_px=np.rint(middle).astype(np.intp),
        half_width_px=round((HALF_WIDTHS[best] + 0.5) * scale),
        contrast=float(totals[best]) / COARSE_PX,
    )


def cut_column(square: Grey, column: Column, shape: tuple[int, int]) -> Grey:
    """Return uint8 of `shape`, (rows, columns): the column upright, of one width at any zoom of the screen.

    Rows move by whole pixels until the column's middle stands in the middle; then all is scaled so that the
    column takes COLUMN_SHARE of the width. Black where the picture ends, cut above and below alike.
    """
    rows, columns = shape
    scale = COLUMN_SHARE * columns / (2 * column.half_width_px)
    height, width = round(rows / scale), round(columns / scale)
    straight = straightened(square, column, width)
    above = (height - len(straight)) // 2
    taken = np.pad(straight, ((max(above, 0), max(height - len(straight) - above, 0)), (0, 0)))
    start = max(-above, 0)
    found = Image.fromarray(np.ascontiguousarray(taken[start : start + height]))
    return np.asarray(found.resize((columns, rows), Image.Resampling.BILINEAR))


def straightened(square: Grey, column: Column, width_px: int) -> Grey:
    """Return uint8 [row, width_px]: each row moved until the column's middle stands in the middle."""
    wide = np.pad(square, ((0, 0), (width_px, width_px)))
    first = np.clip(column.middle_px, 0, square.shape[1]) + width_px - width_px // 2
    straight: Grey = np.take_along_axis(wide, first[:, None] + np.arange(width_px), axis=1)
    return straight


def denoised(square: Grey) -> Grey:
    """Return the picture without single stray pixels: the median of each pixel and the eight around it."""
    return np.asarray(Image.fromarray(square).filter(ImageFilter.MedianFilter(3)))


def _coarse(square: Grey) -> Values:
    """Return the picture at COARSE_PX, averaged along its columns; strips added to make a square are NaN."""
    small = Image.fromarray(square).resize((COARSE_PX, COARSE_PX), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=float)
    reach = SMOOTHED_ROWS // 2
    padded = np.pad(grey, ((reach, reach), (0, 0)), "edge")
    smooth: Values = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHED_ROWS, axis=0).mean(axis=-1)
    smooth[:, grey.max(axis=0) == 0] = np.nan
    return smooth


def _running_sums(coarse: Values) -> Values:
    """Return [sum or count, row, column + 1]: grey, and pixels that are there, left of each column."""
    known = ~np.isnan(coarse)
    each = np.stack([np.where(known, coarse, 0.0), known])
    return np.pad(each.cumsum(axis=2), ((0, 0), (0, 0), (1, 0)))


def _contrasts(sums: Values, half: int) -> Values:
    """Return [row, middle]: the mean grey of a band less that of the brighter of its sides.

    Where one side is not in the picture there is no column: a window's bright border is none.
    """
    inside = _window_means(sums, -half, half)
    right = _window_means(sums, half + 1, half + BESIDE_PX)
    left = _window_means(sums, -half - BESIDE_PX, -half - 1)
    return np.nan_to_num(inside - np.maximum(left, right), nan=_NO_COLUMN)


def _window_means(sums: Values, first: int, last: int) -> Values:
    """Return at [row, c] the mean of those columns from c+first to c+last that are there, NaN without any."""
    width = sums.shape[2] - 1
    start, end = (np.clip(np.arange(width) + each, 0, width) for each in (first, last + 1))
    total, count = sums[:, :, end] - sums[:, :, start]
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _best_paths(scores: Values) -> tuple[NDArray[np.intp], Values]:
    """Return for each of `scores` [kind, row, column] the path of highest sum, [kind, row], and the sum."""
    kinds, rows, columns = scores.shape
    total, steps = scores[:, 0], np.zeros((rows, kinds, columns), np.intp)
    for row in range(1, rows):
        reached = np.pad(total, ((0, 0), (1, 1)), constant_values=-np.inf)
        choices = np.stack([reached[:, step : step + columns] for step in range(3)])
        steps[row] = choices.argmax(axis=0) - 1
        total = choices.max(axis=0) + scores[:, row]
    each, path = np.arange(kinds), np.zeros((kinds, rows), np.intp)
    path[:, -1] = total.argmax(axis=1)
    for row in range(rows - 1, 0, -1):
        path[:, row - 1] = path[:, row] + steps[row, each, path[:, row]]
    return path, total.max(axis=1)
