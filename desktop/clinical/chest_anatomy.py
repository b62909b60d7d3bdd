"""Whether landmarks make sense as an adult's chest: inside the picture, upright, in order, both sides alike.

The limits are the range of phantoms' true landmarks, but for about one in a thousand, widened a little for
what a network is off; `python -m conversion.chest_anatomy` measures how many chests they would refuse.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from math import atan2, degrees, dist, log

import numpy as np

from desktop.clinical.chest import CERVICAL_SPINE, LANDMARKS, T12, Point, Vector
from desktop.clinical.limits import Limits, Measures, broken_limit

OFTEN_CUT_OFF = (CERVICAL_SPINE, "right_clavicle_lateral", "left_clavicle_lateral")
OUTSIDE_AT_MOST, OUTSIDE_AT_MOST_OFTEN_CUT_OFF = 0.02, 0.15
"""Shares of the picture's longer side; shoulders and neck often lie beyond the border."""
CLAVICLES_BELOW_BORDER = 0.035
"""Share of the picture's height; of 300 phantoms 1 % lie above 5 %, of 60 real chests none above 8 %."""
T12_ABOVE_BORDER = 0.09
"""Share of the spine's length; of 600 phantoms 0.8 % lie lower, of 60 real chests none. Cut at three
quarters of their height, 48 of these 60 do."""

_SIDES = (("right", -1.0), ("left", 1.0))
LIMITS: Mapping[str, Limits] = {
    "lean_deg": Limits(
        0.0,
        15.0,
        "the angle of the spine with the vertical",
        too_high="the spine stands {value:.0f}° off the vertical",
        unit="°",
    ),
    "rib_step": Limits(
        0.09,
        0.3,
        "the smallest step from one rib point down to the next",
        too_low="points of the ribs lie too close together or in the wrong order",
        too_high="points of the ribs lie too far apart",
    ),
    "clavicle_step": Limits(
        0.14,
        0.45,
        "the smallest step along a clavicle outwards",
        too_low="points of a clavicle lie too close together or in the wrong order",
        too_high="points of a clavicle lie too far apart",
    ),
    "rib_outside": Limits(
        0.26,
        0.7,
        "the smallest distance of a rib point from the spine",
        too_low="a point of the ribs lies too near to the spine or beyond it",
        too_high="the ribs lie too far from the spine",
    ),
    "clavicle_outside": Limits(
        -0.05,
        0.15,
        "the smallest distance of a clavicle from the spine",
        too_low="a clavicle reaches beyond the spine",
        too_high="a clavicle begins too far from the spine",
    ),
    "cage_width": Limits(
        0.68,
        1.45,
        "the width of the rib cage",
        too_low="the rib cage is too narrow for the length of the spine",
        too_high="the rib cage is too wide for the length of the spine",
    ),
    "clavicle_length": Limits(
        0.35,
        0.8,
        "the length of a clavicle",
        too_low="a clavicle is too short for the length of the spine",
        too_high="a clavicle is too long for the length of the spine",
    ),
    "lung_border_length": Limits(
        0.33,
        0.9,
        "the length of a lung's border",
        too_low="the border of a lung is too short for the length of the spine",
        too_high="the border of a lung is too long for the length of the spine",
    ),
    "clavicle_below_neck": Limits(
        -0.04,
        0.3,
        "how far a clavicle lies below the neck",
        too_low="a clavicle lies too high beside the neck",
        too_high="a clavicle lies too far below the neck",
    ),
    "first_rib_below_neck": Limits(
        0.14,
        0.42,
        "how far the first rib point lies below the neck",
        too_low="the uppermost point of the ribs lies too high beside the neck",
        too_high="the uppermost point of the ribs lies too far below the neck",
    ),
    "last_rib_below_neck": Limits(
        0.45,
        1.2,
        "how far the last rib point lies below the neck",
        too_low="the lowest point of the ribs lies too close below the neck",
        too_high="the lowest point of the ribs lies too far below the neck",
    ),
    "clavicle_difference": Limits(
        0.0,
        0.3,
        "how much the clavicles differ in length",
        too_high="one clavicle is far longer than the other",
    ),
    "lung_border_difference": Limits(
        0.0,
        0.35,
        "how much the lungs' borders differ in length",
        too_high="the border of one lung is far longer than that of the other",
    ),
    "height_difference": Limits(
        0.0,
        0.24,
        "how much the two sides differ in height",
        too_high="one side of the chest lies far higher than the other",
    ),
    "middle_off_spine": Limits(
        0.0,
        0.08,
        "how far the middle of the ribs lies from the spine",
        too_high="the spine lies too far from the middle of the ribs",
    ),
    "cage_width_mm": Limits(
        185.0,
        390.0,
        "the width of the rib cage",
        too_low="the rib cage is only {value:.0f} mm wide, too little for an adult",
        too_high="the rib cage is {value:.0f} mm wide, too much for an adult",
        unit=" mm",
    ),
    "spine_length_mm": Limits(
        160.0,
        390.0,
        "the length of the spine from C7 to T12",
        too_low="the spine from C7 to T12 is only {value:.0f} mm long, too little for an adult",
        too_high="the spine from C7 to T12 is {value:.0f} mm long, too much for an adult",
        unit=" mm",
    ),
}
"""Lengths without a unit are shares of the spine's length from C7 to T12; differences are logarithms."""


def nonsense(
    landmarks: Mapping[str, Point], shape: tuple[int, int], pixel_mm: tuple[float, float] | None
) -> str | None:
    """Return the first reason, a clause, why landmarks cannot be those of an adult's chest; None without.

    landmarks: (x, y) in pixels, each of LANDMARKS. shape: the picture's rows and columns. pixel_mm: between
    columns and between rows, None where it is not known: then nothing is said about size.
    """
    outside = _first_outside(landmarks, shape)
    if outside is not None:
        return f"the {outside.replace('_', ' ')} lies outside of the picture"
    height = np.mean([y for name, (_, y) in landmarks.items() if "clavicle" in name])
    if height < CLAVICLES_BELOW_BORDER * shape[0]:
        return "the upper border cuts off the clavicles"
    points = {name: np.array(landmarks[name]) * (pixel_mm or (1.0, 1.0)) for name in LANDMARKS}
    return broken_limit(measures(points, in_mm=pixel_mm is not None), LIMITS)


def t12_at_border(landmarks: Mapping[str, Point], shape: tuple[int, int]) -> bool:
    """Return whether T12 is so near to the lower border that it may be another vertebra; all in pixels."""
    length = dist(landmarks[CERVICAL_SPINE], landmarks[T12])
    return shape[0] - 1 - landmarks[T12][1] < T12_ABOVE_BORDER * length


def contradiction(shares: Vector, spots: Vector, without: Container[str] = ()) -> float:
    """Return how far landmarks lie from their spots, the median, share of the side.

    Both [landmark, (x, y)], shares; those named in `without` do not count, and 0 is of none. A spot is where
    a landmark's own map shows it. Of a chest both say the same; where there is none, they have little to do
    with each other.
    """
    counted = [k for k, name in enumerate(LANDMARKS) if name not in without]
    return float(np.median(np.hypot(*(shares - spots)[counted].T))) if counted else 0.0


def measures(points: Mapping[str, Vector], *, in_mm: bool) -> Measures:
    """Return the measures of LIMITS by name, those in mm only of points (x, y) in mm; else of any unit."""
    down = points[T12] - points[CERVICAL_SPINE]
    length = float(np.hypot(*down))
    if not length > 0.0:
        return {"lean_deg": float("nan")}
    frame = _in_frame(points, down / length, length)
    ribs = {side: np.array([frame[f"{side}_rib_{k}"] for k in (1, 2, 3, 4)]) for side, _ in _SIDES}
    clavicles = {
        side: np.array([frame[f"{side}_clavicle_{part}"] for part in ("medial", "middle", "lateral")])
        for side, _ in _SIDES
    }
    found = {"lean_deg": degrees(atan2(abs(down[0]), down[1]))}
    found |= _of_ribs(ribs) | _of_clavicles(clavicles) | _of_both(ribs, clavicles)
    if in_mm:
        found |= {"cage_width_mm": found["cage_width"] * length, "spine_length_mm": length}
    return found


def _in_frame(points: Mapping[str, Vector], down: Vector, length: float) -> dict[str, Vector]:
    """Return points as (to the patient's left, down) from the neck, shares of the spine's length."""
    across = np.array([down[1], -down[0]])
    if (points["left_rib_2"] - points["right_rib_2"]) @ across < 0.0:
        across = -across
    turn = np.array([across, down]) / length
    return {name: turn @ (points[name] - points[CERVICAL_SPINE]) for name in LANDMARKS}


def _of_ribs(ribs: Mapping[str, Vector]) -> Measures:
    tops, ends = ([each[k, 1] for each in ribs.values()] for k in (0, 3))
    return {
        "rib_step": float(min(np.diff(each[:, 1]).min() for each in ribs.values())),
        "rib_outside": float(min((sign * ribs[side][:, 0]).min() for side, sign in _SIDES)),
        "cage_width": float((ribs["left"] - ribs["right"])[:, 0].max()),
        "lung_border_length": LIMITS["lung_border_length"].furthest(
            [_length(each) for each in ribs.values()]
        ),
        "first_rib_below_neck": LIMITS["first_rib_below_neck"].furthest(tops),
        "last_rib_below_neck": LIMITS["last_rib_below_neck"].furthest(ends),
    }


def _of_clavicles(clavicles: Mapping[str, Vector]) -> Measures:
    heights = [each[:, 1].mean() for each in clavicles.values()]
    return {
        "clavicle_step": float(min((sign * np.diff(clavicles[side][:, 0])).min() for side, sign in _SIDES)),
        "clavicle_outside": float(min((sign * clavicles[side][:, 0]).min() for side, sign in _SIDES)),
        "clavicle_length": LIMITS["clavicle_length"].furthest([_length(each) for each in clavicles.values()]),
        "clavicle_below_neck": LIMITS["clavicle_below_neck"].furthest(heights),
    }


def _of_both(ribs: Mapping[str, Vector], clavicles: Mapping[str, Vector]) -> Measures:
    apart = [np.abs((pair["left"] - pair["right"])[:, 1]).max() for pair in (ribs, clavicles)]
    return {
        "clavicle_difference": _difference(clavicles),
        "lung_border_difference": _difference(ribs),
        "height_difference": float(max(apart)),
        "middle_off_spine": float(np.abs((ribs["left"] + ribs["right"])[:, 0] / 2.0).max()),
    }


def _difference(pair: Mapping[str, Vector]) -> float:
    lengths = [_length(each) for each in pair.values()]
    return abs(log(lengths[0] / lengths[1])) if min(lengths) > 0.0 else float("inf")


def _length(line: Vector) -> float:
    return float(np.hypot(*(line[-1] - line[0])))


def _first_outside(landmarks: Mapping[str, Point], shape: tuple[int, int]) -> str | None:
    """Return the name of a landmark that lies beyond the border by more than it may, or is no number."""
    height, width = shape
    for name in LANDMARKS:
        x, y = landmarks[name]
        allowed = OUTSIDE_AT_MOST_OFTEN_CUT_OFF if name in OFTEN_CUT_OFF else OUTSIDE_AT_MOST
        slack = allowed * max(height, width)
        if not (-slack <= x <= width - 1 + slack and -slack <= y <= height - 1 + slack):
            return name
    return None
