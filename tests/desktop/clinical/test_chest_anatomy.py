"""Which landmarks are an adult's chest, and by which reason others are not."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from desktop.clinical.chest import LANDMARKS
from desktop.clinical.chest_anatomy import LIMITS, contradiction, measures, nonsense
from tests.desktop.made_up_graphs import chest_shares

SIDE = 800
SHAPE = (SIDE, SIDE)
ADULT_MM = (0.75, 0.75)  # a spine of 270 mm
Point = tuple[float, float]


def chest(**changes: Point) -> dict[str, Point]:
    """An adult's chest, with some points elsewhere, in shares of the side."""
    return {name: (SIDE * x, SIDE * y) for name, (x, y) in (chest_shares() | changes).items()}


def turned(angle_deg: float) -> dict[str, Point]:
    cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    middle = SIDE / 2
    return {
        name: (
            middle + cosine * (x - middle) - sine * (y - middle),
            middle + sine * (x - middle) + cosine * (y - middle),
        )
        for name, (x, y) in chest().items()
    }


@pytest.mark.parametrize("pixel_mm", [ADULT_MM, None])
def test_an_adults_chest_makes_sense(pixel_mm) -> None:
    assert nonsense(chest(), SHAPE, pixel_mm) is None


def test_the_measures_are_those_of_the_figure() -> None:
    points = {name: np.array(point) * 0.75 for name, point in chest().items()}
    found = measures(points, in_mm=True)
    assert set(found) == set(LIMITS)
    length = 0.45 * SIDE * 0.75
    assert found["spine_length_mm"] == pytest.approx(length)
    assert found["cage_width_mm"] == pytest.approx(2 * 0.25 * SIDE * 0.75)
    assert found["cage_width"] == pytest.approx(0.5 / 0.45)
    assert found["rib_step"] == pytest.approx(0.08 / 0.45)
    assert found["clavicle_length"] == pytest.approx(math.hypot(0.23, 0.03) / 0.45)
    assert found["lean_deg"] == pytest.approx(0.0, abs=1e-9)
    assert found["clavicle_difference"] == pytest.approx(0.0, abs=1e-9)


def test_a_mirrored_file_is_a_chest_too() -> None:
    mirrored = {name: (SIDE - x, y) for name, (x, y) in chest().items()}
    assert nonsense(mirrored, SHAPE, ADULT_MM) is None


@pytest.mark.parametrize("angle", [-10.0, 10.0])
def test_a_little_turned_is_still_a_chest(angle: float) -> None:
    assert nonsense(turned(angle), SHAPE, ADULT_MM) is None


@pytest.mark.parametrize("angle", [45.0, 90.0, 180.0, -90.0])
def test_a_turned_chest_is_none(angle: float) -> None:
    assert "off the vertical" in (nonsense(turned(angle), SHAPE, ADULT_MM) or "")


def test_a_childs_chest_is_refused_by_its_size_where_that_is_known() -> None:
    assert "rib cage is only 180 mm wide" in (nonsense(chest(), SHAPE, (0.45, 0.45)) or "")
    assert nonsense(chest(), SHAPE, None) is None


def _raised(share: float) -> dict[str, Point]:
    return {name: (x, y - SIDE * share) for name, (x, y) in chest().items()}


def test_shoulders_and_neck_may_lie_beyond_the_border_and_the_other_bones_may_not() -> None:
    assert nonsense(_raised(0.26), SHAPE, None) is None  # the neck at -1 %
    aside = {name: (x - SIDE * 0.265, y) for name, (x, y) in chest().items()}  # a shoulder at -1.5 %
    assert nonsense(aside, SHAPE, None) is None
    further = {name: (x - SIDE * 0.32, y) for name, (x, y) in chest().items()}
    assert "right rib 2 lies outside" in (nonsense(further, SHAPE, None) or "")


@pytest.mark.parametrize("share", [0.285, 0.31])
def test_a_picture_cut_off_at_the_clavicles_is_told_by_them(share: float) -> None:
    assert "cuts off the clavicles" in (nonsense(_raised(share), SHAPE, None) or "")
    assert "right clavicle medial lies outside" in (nonsense(_raised(share + 0.07), SHAPE, None) or "")


def _swapped(first: str, second: str) -> dict[str, Point]:
    shares = chest_shares()
    return chest(**{first: shares[second], second: shares[first]})


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (
            _swapped("right_rib_2", "right_rib_3"),
            "points of the ribs lie too close together or in the wrong order",
        ),
        (_swapped("left_clavicle_medial", "left_clavicle_lateral"), "points of a clavicle lie too close"),
        (chest(right_rib_1=(0.6, 0.38)), "a point of the ribs lies too near to the spine"),
        (chest(left_clavicle_lateral=(0.63, 0.31)), "points of a clavicle lie too close"),
        (chest(left_clavicle_medial=(0.65, 0.32), left_clavicle_middle=(0.72, 0.3)), "clavicle"),
        (chest(**{f"left_rib_{k}": (0.6, 0.3 + 0.08 * k) for k in (1, 2, 3, 4)}), "point of the ribs"),
        (chest(**{f"left_rib_{k}": (0.7, 0.45 + 0.08 * k) for k in (1, 2, 3, 4)}), "below the neck|higher"),
        (chest(cervical_spine=(0.5, 0.6)), "rib"),
        (chest(cervical_spine=(0.5, 0.7)), "lie in one place"),
        (chest(t12=(math.nan, 0.7)), "t12 lies outside"),
        (chest(t12=(math.inf, 0.7)), "t12 lies outside"),
    ],
)
def test_points_that_cannot_be_a_chest_have_their_reason(points: dict[str, Point], words: str) -> None:
    reason = nonsense(points, SHAPE, None)
    assert reason is not None
    assert re.search(words, reason)


@pytest.mark.parametrize("name", LANDMARKS)
def test_no_landmark_can_be_dragged_to_the_other_end_of_the_picture(name: str) -> None:
    x, y = chest_shares()[name]
    assert nonsense(chest(**{name: (1 - x, 1 - y)}), SHAPE, None) is not None or abs(x - 0.5) < 0.1
    assert nonsense(chest(**{name: (x, 0.99 if y < 0.5 else 0.01)}), SHAPE, None) is not None


def test_half_of_the_landmarks_may_lie_off_their_spots_and_those_left_out_do_not_count() -> None:
    shares = np.array(list(chest_shares().values()))
    off = np.where(np.arange(len(LANDMARKS)) < 7, 0.3, 0.01)[:, None] * (0.6, 0.8)
    assert contradiction(shares, shares + off) == pytest.approx(0.01)
    assert contradiction(shares, shares + off, without=LANDMARKS[5:]) == pytest.approx(0.3)
    assert contradiction(shares, shares + off, without=LANDMARKS) == 0.0
