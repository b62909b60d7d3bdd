"""The vertebra corners of a lateral lumbar radiograph by name, and the region L1-L3 that follows from them.

Points are (x, y) in pixels, y down. "Anterior" is where the patient's front is, on either side.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
Vector = NDArray[np.float64]

WHOLE_LEVELS = ("T12", "L1", "L2", "L3", "L4", "L5")
"""Vertebrae with six corners."""
LEVELS = (*WHOLE_LEVELS, "S1")
"""From the top; of S1 the upper three corners only."""
PARTS = ("anterior", "middle", "posterior")
REGION = "l1_l3"
REGION_LEVELS = ("L1", "L2", "L3")

_LENGTH = 1.6
"""Of the region over the distance from the middle of L1 to that of L3: half a disc is left at both ends."""
_ASPECT = 0.8
"""Width over length: the bodies with about as much in front of and behind them."""


def corners_of(level: str) -> tuple[str, ...]:
    """Return the names of a level's corners, upper ones first, such as `l1_superior_anterior`."""
    ends = ("superior", "inferior") if level in WHOLE_LEVELS else ("superior",)
    return tuple(f"{level.lower()}_{end}_{part}" for end in ends for part in PARTS)


def level_of(corner: str) -> str:
    """Return the level of a corner, such as L1."""
    return corner.partition("_")[0].upper()


CORNERS = tuple(name for level in LEVELS for name in corners_of(level))
"""All 39, from the top."""
REGION_CORNERS = tuple(name for level in REGION_LEVELS for name in corners_of(level))
"""The 18 that the region follows from."""


def region_of(corners: Mapping[str, Point]) -> Corners:
    """Return the four corners of L1-L3, clockwise from the upper left of the patient upright, facing left.

    The region lies along the line from L1 to L3, so it turns with the spine; where the patient faces right,
    its corners run the other way round and the cut picture faces left all the same. It may reach beyond the
    picture. Raises KeyError where one of REGION_CORNERS is missing.
    """
    middles = [np.mean([corners[name] for name in corners_of(level)], axis=0) for level in REGION_LEVELS]
    down = (middles[2] - middles[0]) * _LENGTH
    back = np.array([down[1], -down[0]]) * _ASPECT
    if back @ _backward(corners) < 0.0:
        back = -back
    middle = np.mean(middles, axis=0)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    first, second, third, fourth = (middle + (across * back + along * down) / 2 for across, along in signs)
    return _point(first), _point(second), _point(third), _point(fourth)


def faces_left(corners: Mapping[str, Point]) -> bool:
    """Return whether the patient's front is on the left of the picture, by the corners of L1 to L3."""
    return bool(_backward(corners)[0] > 0.0)


def _backward(corners: Mapping[str, Point]) -> Vector:
    """Return the vector from the front of L1-L3 to their back."""
    front, back = (
        np.mean([corners[name] for name in REGION_CORNERS if name.endswith(part)], axis=0)
        for part in ("anterior", "posterior")
    )
    vector: Vector = back - front
    return vector


def _point(vector: Vector) -> Point:
    return float(vector[0]), float(vector[1])
