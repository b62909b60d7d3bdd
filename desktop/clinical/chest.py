"""The chest's 16 landmarks by name, and how the seven regions follow from them.

All lengths are in the unit of the landmarks, pixels or mm, x to the right and y down. Regions turn with the
patient: "up" is from T12 to the neck, and the upper left corner lies on the side of the patient's right.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
Vector = NDArray[np.float64]

CERVICAL_SPINE = "cervical_spine"
T12 = "t12"
LANDMARKS = (
    *(f"{side}_clavicle_{part}" for side in ("right", "left") for part in ("medial", "middle", "lateral")),
    *(f"{side}_rib_{number}" for side in ("right", "left") for number in (1, 2, 3, 4)),
    CERVICAL_SPINE,
    T12,
)
"""Clavicles from the midline out; four points down each lung's lateral border; C6-C7; the body of T12."""

REGIONS = (
    "right_clavicle",
    "left_clavicle",
    "cervical_spine",
    "right_ribs",
    "left_ribs",
    "t12",
    "chest",
)

_CLAVICLE_LENGTH, _CLAVICLE_ASPECT = 1.2, 0.45
_RIBS_LENGTH, _RIBS_OUTSIDE, _RIBS_INSIDE = 5.0 / 3.0, 0.10, 0.42
_CERVICAL_WIDTH, _CERVICAL_HEIGHT = 0.26, 0.26
_T12_WIDTH, _T12_HEIGHT, _T12_ABOVE = 0.36, 0.36, 0.06
_CHEST_MARGIN, _CHEST_ABOVE, _CHEST_BELOW = 0.06, 0.08, 0.10


def regions_of(landmarks: Mapping[str, Point]) -> dict[str, Corners]:
    """Return the seven regions by name: four corners, clockwise from the upper left of the upright patient.

    Raises KeyError where one of LANDMARKS is missing. Corners may lie outside the picture.
    """
    points = {name: np.array(landmarks[name], float) for name in LANDMARKS}
    spine = points[T12] - points[CERVICAL_SPINE]
    length = float(np.hypot(*spine))
    down = spine / length
    across = np.array([down[1], -down[0]])
    if (points["left_rib_2"] - points["right_rib_2"]) @ across < 0.0:
        across = -across
    neck, lowest = points[CERVICAL_SPINE], points[T12] - spine * _T12_ABOVE
    return {
        "right_clavicle": _clavicle(points, "right", across, down),
        "left_clavicle": _clavicle(points, "left", across, down),
        "cervical_spine": _box(neck, across * _CERVICAL_WIDTH * length, spine * _CERVICAL_HEIGHT),
        "right_ribs": _ribs(points, "right", across),
        "left_ribs": _ribs(points, "left", across),
        "t12": _box(lowest, across * _T12_WIDTH * length, spine * _T12_HEIGHT),
        "chest": _chest(points, across, down, length),
    }


def _clavicle(points: Mapping[str, Vector], side: str, across: Vector, down: Vector) -> Corners:
    """Return a box along the bone from end to end, its middle on the mean of the three points."""
    medial, middle, lateral = (points[f"{side}_clavicle_{part}"] for part in ("medial", "middle", "lateral"))
    along = (lateral - medial) * _CLAVICLE_LENGTH
    if along @ across < 0.0:
        along = -along
    below = np.array([-along[1], along[0]]) * _CLAVICLE_ASPECT
    if below @ down < 0.0:
        below = -below
    return _box((medial + middle + lateral) / 3.0, along, below)


def _ribs(points: Mapping[str, Vector], side: str, across: Vector) -> Corners:
    """Return a box along the lung's lateral border, from its apex to its angle, most of it inside."""
    border = np.array([points[f"{side}_rib_{number}"] for number in (1, 2, 3, 4)])
    down = (border[3] - border[0]) * _RIBS_LENGTH
    inward = np.array([down[1], -down[0]])
    if inward @ across < 0.0:
        inward = -inward
    sign = 1.0 if side == "right" else -1.0
    middle = border.mean(axis=0) + sign * inward * (_RIBS_INSIDE - _RIBS_OUTSIDE) / 2.0
    return _box(middle, inward * (_RIBS_INSIDE + _RIBS_OUTSIDE), down)


def _chest(points: Mapping[str, Vector], across: Vector, down: Vector, length: float) -> Corners:
    """Return the upright box around ribs and spine."""
    border = [points[f"{side}_rib_{number}"] for side in ("right", "left") for number in (1, 2, 3, 4)]
    out = np.array([point @ across for point in border])
    left, right = out.min() - _CHEST_MARGIN * length, out.max() + _CHEST_MARGIN * length
    top = points[CERVICAL_SPINE] @ down - _CHEST_ABOVE * length
    bottom = points[T12] @ down + _CHEST_BELOW * length
    middle = across * (left + right) / 2.0 + down * (top + bottom) / 2.0
    return _box(middle, across * (right - left), down * (bottom - top))


def _box(middle: Vector, across: Vector, down: Vector) -> Corners:
    """Return the corners of a box by its middle and its two sides."""
    corners = (middle - across / 2 - down / 2, middle + across / 2 - down / 2)
    opposite = (middle + across / 2 + down / 2, middle - across / 2 + down / 2)
    first, second, third, fourth = ((float(x), float(y)) for x, y in (*corners, *opposite))
    return first, second, third, fourth
