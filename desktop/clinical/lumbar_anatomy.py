"""Whether vertebra corners make sense as an adult's lateral spine: inside, upright, in order, of a size.

The limits are the range of phantoms' true corners, but for about one in a thousand, widened a little for what
a network is off; docs/lumbar_xray.md tells how many pictures they refuse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, degrees

import numpy as np

from desktop.clinical.limits import Limits, Measures, broken_limit
from desktop.clinical.lumbar_lateral import (
    CORNERS,
    LEVELS,
    WHOLE_LEVELS,
    Point,
    Vector,
    corners_of,
    level_of,
)

OUTSIDE_AT_MOST = 0.02
"""Share of the picture's longer side by which a corner may lie beyond the border."""
BORDER = 0.04
"""Share of the picture's longer side within which a corner lies at the border."""
ENDS = (("T12",), ("L5", "S1"))
"""Levels that the region L1 to L3 can do without, from either end of the row."""
LIMITS: Mapping[str, Limits] = {
    "lean_deg": Limits(
        0.0,
        42.0,
        "the angle of L1 to L3 with the vertical",
        too_high="L1 to L3 stand {value:.0f}° off the vertical",
        unit="°",
    ),
    "step_ratio": Limits(
        0.65,
        1.55,
        "the step from one vertebra to the next against the mean step",
        too_low="two neighbouring vertebrae lie far too close together, as if one were marked twice",
        too_high="two neighbouring vertebrae lie far too far apart, as if one between them were missed",
    ),
    "bend_deg": Limits(
        0.0,
        40.0,
        "the bend from one vertebra to the next",
        too_high="the row of vertebrae bends by {value:.0f}° at one of them",
        unit="°",
    ),
    "height": Limits(
        0.15,
        1.35,
        "the height of a body",
        too_low="a vertebra is far too flat for its distance from the next",
        too_high="a vertebra is far too tall for its distance from the next",
    ),
    "depth": Limits(
        0.55,
        1.7,
        "the depth of a body",
        too_low="a vertebra is far too narrow from front to back",
        too_high="a vertebra is far too deep from front to back",
    ),
    "tilt_deg": Limits(
        0.0,
        60.0,
        "the tilt of a body against the spine",
        too_high="a vertebra is tilted by {value:.0f}° against the spine",
        unit="°",
    ),
    "l1_l3_mm": Limits(
        48.0,
        125.0,
        "the length from L1 to L3",
        too_low="L1 to L3 measure only {value:.0f} mm, too little for an adult",
        too_high="L1 to L3 measure {value:.0f} mm, too much for an adult",
        unit=" mm",
    ),
}
"""Lengths without a unit are shares of the mean step from one vertebra's middle to the next."""


def nonsense(
    corners: Mapping[str, Point], shape: tuple[int, int], pixel_mm: tuple[float, float] | None
) -> str | None:
    """Return the first reason, a clause, why corners cannot be those of an adult's spine; None without.

    corners: (x, y) in pixels, all of each level that is given, L1 to L3 at least. shape: the picture's rows
    and columns. pixel_mm: between columns and between rows, None where it is not known: then nothing is said
    about size.
    """
    outside = _first_outside(corners, shape)
    if outside is not None:
        return f"{outside} lies outside of the picture"
    scaled = {name: np.array(point) * (pixel_mm or (1.0, 1.0)) for name, point in corners.items()}
    return broken_limit(measures(scaled, in_mm=pixel_mm is not None), LIMITS)


def levels_without_sense(
    corners: Mapping[str, Point], shape: tuple[int, int], pixel_mm: tuple[float, float] | None
) -> tuple[str, ...] | None:
    """Return the levels of one of ENDS without which corners make sense, () where all do; None where none is.

    Takes what `nonsense` takes. A vertebra that the border cuts may be told whole all the same; that
    its corners are lost says little of the others.
    """
    for left_out in ((), *ENDS):
        kept = {name: point for name, point in corners.items() if level_of(name) not in left_out}
        of_end = [point for name, point in corners.items() if name not in kept]
        if (not left_out or _at_border(of_end, shape)) and nonsense(kept, shape, pixel_mm) is None:
            return tuple(level for level in left_out if corners_of(level)[0] in corners)
    return None


def _at_border(points: Sequence[Point], shape: tuple[int, int]) -> bool:
    """Return whether a point lies near the upper or lower border, or beyond."""
    margin = BORDER * max(shape)
    return any(not margin <= y <= shape[0] - 1 - margin for _, y in points)


def measures(points: Mapping[str, Vector], *, in_mm: bool) -> Measures:
    """Return the measures of LIMITS by name, those in mm only of points (x, y) in mm; else of any unit."""
    levels = [level for level in LEVELS if corners_of(level)[0] in points]
    middles = {level: np.mean([points[name] for name in corners_of(level)], axis=0) for level in levels}
    whole = [level for level in levels if level in WHOLE_LEVELS]
    steps = np.array([middles[b] - middles[a] for a, b in _neighbours(whole)])
    length = float(np.hypot(*steps.T).mean())
    if not length > 0.0:
        return {"lean_deg": float("nan")}
    along = middles["L3"] - middles["L1"]
    found = {
        "lean_deg": degrees(atan2(abs(along[0]), along[1])),
        "step_ratio": LIMITS["step_ratio"].furthest(np.hypot(*steps.T) / length),
        "bend_deg": max((_angle_deg(a, b) for a, b in zip(steps, steps[1:], strict=False)), default=0.0),
    }
    found |= _of_bodies(points, whole, along, length)
    return found | ({"l1_l3_mm": float(np.hypot(*along))} if in_mm else {})


def _of_bodies(points: Mapping[str, Vector], levels: Sequence[str], along: Vector, length: float) -> Measures:
    heights, depths, tilts = [], [], []
    for level in levels:
        upper, lower = np.array([points[name] for name in corners_of(level)]).reshape(2, 3, 2)
        down = (lower - upper) @ along / np.hypot(*along)
        heights += list(down)
        depths += [float(np.hypot(*(end[2] - end[0]))) for end in (upper, lower)]
        tilts.append(_angle_deg(lower.mean(axis=0) - upper.mean(axis=0), along))
    return {
        "height": LIMITS["height"].furthest(np.array(heights) / length),
        "depth": LIMITS["depth"].furthest(np.array(depths) / length),
        "tilt_deg": max(tilts),
    }


def _neighbours(levels: Sequence[str]) -> list[tuple[str, str]]:
    pairs = zip(LEVELS, LEVELS[1:], strict=False)
    return [(a, b) for a, b in pairs if a in levels and b in levels]


def _angle_deg(one: Vector, other: Vector) -> float:
    """Return the angle between two directions, 0 to 180 degrees."""
    crossed = float(one[0] * other[1] - one[1] * other[0])
    return degrees(atan2(abs(crossed), float(one @ other)))


def _first_outside(corners: Mapping[str, Point], shape: tuple[int, int]) -> str | None:
    """Return the level of a corner that lies beyond the border by more than it may, or is no number."""
    height, width = shape
    slack = OUTSIDE_AT_MOST * max(height, width)
    for name in CORNERS:
        x, y = corners.get(name, (0.0, 0.0))
        if not (-slack <= x <= width - 1 + slack and -slack <= y <= height - 1 + slack):
            return level_of(name)
    return None
