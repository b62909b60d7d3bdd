import numpy as np
import pytest

from desktop.clinical.lumbar_anatomy import (
    LIMITS,
    levels_without_sense,
    measures,
    nonsense,
)
from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, PARTS, corners_of

SHAPE = (400, 300)


def spine(**moved: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """Bodies 36 deep and 28 high, one every 40 pixels, the front on the left."""
    found = {}
    for number, level in enumerate(LEVELS):
        for name in corners_of(level):
            _, end, part = name.split("_")
            x = 114.0 + 18.0 * PARTS.index(part)
            found[name] = (x, 30.0 + 40.0 * number + (28.0 if end == "inferior" else 0.0))
    return found | moved


def test_an_upright_spine_makes_sense_facing_either_way_and_of_few_vertebrae():
    assert nonsense(spine(), SHAPE, None) is None
    mirrored = {name: (299.0 - x, y) for name, (x, y) in spine().items()}
    assert nonsense(mirrored, SHAPE, None) is None
    three = {name: point for name, point in spine().items() if name[:2] in ("l1", "l2", "l3")}
    assert nonsense(three, SHAPE, (1.0, 1.0)) is None


def test_measures_are_in_steps_and_mm():
    points = {name: np.array(point) * 0.9 for name, point in spine().items()}
    found = measures(points, in_mm=True)
    assert found == pytest.approx(
        {
            "lean_deg": 0.0,
            "step_ratio": 1.0,
            "bend_deg": 0.0,
            "height": 0.7,
            "depth": 0.9,
            "tilt_deg": 0.0,
            "l1_l3_mm": 72.0,
        }
    )
    assert set(found) == set(LIMITS)
    assert "l1_l3_mm" not in measures(points, in_mm=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, y: (x, 399.0 - y), "L1 to L3 stand 180° off the vertical"),
        (lambda x, y: (y - 20.0, 300.0 - x), "stand 90° off"),
        (lambda x, y: (x, y + 140.0), "S1 lies outside of the picture"),
        (lambda x, y: (x * 3.0 - 250.0, y), "far too deep from front to back"),
        (lambda x, y: (float("nan"), y), "T12 lies outside of the picture"),
    ],
)
def test_what_no_spine_is_has_a_reason(change, words):
    broken = {name: change(*point) for name, point in spine().items()}
    assert words in (nonsense(broken, SHAPE, None) or "")


def test_a_swapped_a_slipped_and_a_turned_body_are_found():
    there = spine()
    swap = {"l2": "l3", "l3": "l2"}
    swapped = {name: there[swap.get(name[:2], name[:2]) + name[2:]] for name in there if name[:2] in swap}
    assert "bends by" in (nonsense(spine(**swapped), SHAPE, None) or "")
    slipped = {name: (x, y + 30.0) for name, (x, y) in there.items() if name.startswith("l4")}
    assert "too close together" in (nonsense(spine(**slipped), SHAPE, None) or "")
    flipped = {
        name: there[name.replace("superior", "x").replace("inferior", "superior").replace("x", "inferior")]
        for name in corners_of("L5")
    }
    assert "far too flat" in (nonsense(spine(**flipped), SHAPE, None) or "")


def flipped(level: str) -> dict[str, tuple[float, float]]:
    """The corners of a body whose end plates changed places."""
    upper, lower = corners_of(level)[:3], corners_of(level)[3:]
    there = spine()
    return dict(zip((*upper, *lower), (there[name] for name in (*lower, *upper)), strict=True))


@pytest.mark.parametrize(
    ("broken", "rows", "left_out"),
    [
        ((), (0, 400), ()),
        (("T12",), (28, 400), ("T12",)),
        (("T12",), (0, 400), None),
        (("L5",), (0, 274), ("L5", "S1")),
        (("L5",), (0, 400), None),
        (("T12", "L5"), (28, 274), None),
        (("L1",), (28, 274), None),
    ],
)
def test_levels_that_the_border_cuts_are_left_out_where_they_make_no_sense(broken, rows, left_out):
    points = spine()
    for level in broken:
        points |= flipped(level)
    moved = {name: (x, y - rows[0]) for name, (x, y) in points.items()}
    assert levels_without_sense(moved, (rows[1] - rows[0], SHAPE[1]), None) == left_out


def test_what_was_not_found_whole_is_not_left_out_again():
    points = {name: point for name, point in (spine() | flipped("L5")).items() if not name.startswith("s1")}
    assert levels_without_sense(points, (260, SHAPE[1]), None) == ("L5",)


def test_size_is_told_only_with_a_spacing():
    assert nonsense(spine(), SHAPE, (1.0, 1.0)) is None
    assert "L1 to L3 measure only 32 mm" in (nonsense(spine(), SHAPE, (0.4, 0.4)) or "")
    assert "L1 to L3 measure 160 mm, too much" in (nonsense(spine(), SHAPE, (2.0, 2.0)) or "")


def test_all_corners_in_one_place_are_nonsense():
    assert "lie in one place" in (nonsense(dict.fromkeys(CORNERS, (10.0, 10.0)), SHAPE, None) or "")
