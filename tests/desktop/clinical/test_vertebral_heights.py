"""Heights and grades from corners, on bodies whose shape is known."""

from __future__ import annotations

import pytest

from desktop.clinical.lumbar_lateral import WHOLE_LEVELS
from desktop.clinical.vertebral_heights import crush_by_level, genant_grade, heights_of
from training.phantom.spine.fractures import genant_grade as phantom_grade
from training.phantom.spine.levels import SIZES

Corners = dict[str, tuple[float, float]]


def body(level: str, front: float, middle: float, back: float, top: float = 0.0) -> Corners:
    """Corners, in pixels, of a body of these heights."""
    found = {}
    for x, part, height in ((0.0, "anterior", front), (17.0, "middle", middle), (34.0, "posterior", back)):
        found[f"{level.lower()}_superior_{part}"] = (x, top)
        found[f"{level.lower()}_inferior_{part}"] = (x, top + height)
    return found


def sound(size: float = 1.0) -> Corners:
    found: Corners = {}
    for level in WHOLE_LEVELS:
        back = SIZES[level].height * size
        front = back * SIZES[level].wedge
        found |= body(level, front, 0.445 * (front + back), back)
    return found


def test_heights_are_lengths_in_mm() -> None:
    leaning = {
        name: (x, y * 3.0 if "inferior" in name else 0.0) for name, (x, y) in body("L2", 8, 8, 8).items()
    }
    leaning |= {name: (x + 10.0, y) for name, (x, y) in leaning.items() if "inferior" in name}
    found = heights_of(leaning, (0.5, 0.5))["L2"]
    assert (found.anterior, found.middle, found.posterior) == (13.0, 13.0, 13.0)  # 5 by 12 mm
    assert found.wedge_ratio == found.biconcavity_ratio == 1.0


def test_rows_and_columns_may_be_spaced_differently() -> None:
    points = {name: (y, 0.0) for name, (_, y) in body("L2", 10, 10, 10).items()}
    assert heights_of(points, (9.0, 0.4))["L2"].anterior == pytest.approx(4.0)


def test_a_level_with_a_missing_corner_has_no_heights() -> None:
    points = sound()
    del points["l4_inferior_middle"]
    assert set(heights_of(points, (1.0, 1.0))) == set(WHOLE_LEVELS) - {"L4"}


@pytest.mark.parametrize("size", [0.85, 1.0, 1.3])
def test_sound_bodies_of_any_size_are_of_grade_0(size: float) -> None:
    lost = crush_by_level(heights_of(sound(size), (1.0, 1.0)))
    assert set(lost) == set(WHOLE_LEVELS)
    assert all(abs(share) < 0.01 for share in lost.values())


@pytest.mark.parametrize(
    ("kept", "grade"), [(0.81, 0), (0.79, 1), (0.76, 1), (0.74, 2), (0.61, 2), (0.59, 3), (0.3, 3)]
)
@pytest.mark.parametrize("part", ["anterior", "middle", "posterior"])
def test_the_worst_of_three_heights_sets_the_grade(kept: float, grade: int, part: str) -> None:
    points = sound()
    x, y = points[f"l2_inferior_{part}"]
    points[f"l2_inferior_{part}"] = (x, y * kept)
    lost = crush_by_level(heights_of(points, (1.0, 1.0)))
    assert {level: genant_grade(share) for level, share in lost.items()} == dict.fromkeys(WHOLE_LEVELS, 0) | {
        "L2": grade
    }


def test_two_levels_are_too_few_to_compare() -> None:
    points = body("L1", 10, 20, 20) | body("L2", 20, 20, 20)
    assert crush_by_level(heights_of(points, (1.0, 1.0))) == {}


def test_grades_begin_where_those_of_the_phantoms_do() -> None:
    shares = [0.0, 0.199, 0.2, 0.249, 0.25, 0.399, 0.4, 1.0]
    assert [genant_grade(share) for share in shares] == [phantom_grade(share) for share in shares]
