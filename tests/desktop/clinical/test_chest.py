"""The seven regions follow from the 16 landmarks, whichever way the picture is turned."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.clinical.chest import LANDMARKS, REGIONS, Corners, regions_of

CHEST = {
    "cervical_spine": (500.0, 60.0),
    "t12": (505.0, 880.0),
    "right_clavicle_medial": (450.0, 180.0),
    "right_clavicle_middle": (300.0, 130.0),
    "right_clavicle_lateral": (150.0, 110.0),
    "left_clavicle_medial": (560.0, 180.0),
    "left_clavicle_middle": (710.0, 130.0),
    "left_clavicle_lateral": (860.0, 110.0),
    **{f"right_rib_{n}": (230.0 - 20.0 * n, 150.0 * n + 100.0) for n in (1, 2, 3, 4)},
    **{f"left_rib_{n}": (780.0 + 20.0 * n, 150.0 * n + 100.0) for n in (1, 2, 3, 4)},
}


def _area(corners: Corners) -> float:
    """Return the area inside, positive where the corners run clockwise on a picture (y down)."""
    x, y = np.array(corners).T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _inside(point: tuple[float, float], corners: Corners) -> bool:
    edges = np.roll(corners, -1, axis=0) - np.array(corners)
    toward = np.array(point) - np.array(corners)
    return bool(np.all(edges[:, 0] * toward[:, 1] - edges[:, 1] * toward[:, 0] > 0.0))


def test_there_are_16_landmarks_and_7_regions() -> None:
    assert set(CHEST) == set(LANDMARKS)
    assert len(LANDMARKS) == 16
    assert tuple(regions_of(CHEST)) == REGIONS
    assert len(REGIONS) == 7


@pytest.mark.parametrize("name", REGIONS)
def test_corners_run_clockwise_from_the_upper_left(name: str) -> None:
    corners = regions_of(CHEST)[name]
    assert _area(corners) > 0.0
    upper_left = np.array(corners[0])
    middle = np.mean(corners, axis=0)
    assert np.all(upper_left < middle)


@pytest.mark.parametrize(
    ("region", "prefix"),
    [
        ("right_clavicle", "right_clavicle"),
        ("left_clavicle", "left_clavicle"),
        ("right_ribs", "right_rib"),
        ("left_ribs", "left_rib"),
        ("cervical_spine", "cervical_spine"),
        ("t12", "t12"),
        ("chest", "right_rib"),
        ("chest", "left_rib"),
        ("chest", "cervical_spine"),
        ("chest", "t12"),
    ],
)
def test_a_region_holds_its_landmarks(region: str, prefix: str) -> None:
    corners = regions_of(CHEST)[region]
    for name, point in CHEST.items():
        if name.startswith(prefix):
            assert _inside(point, corners), name


@pytest.mark.parametrize("degrees", [-90.0, 17.0, 180.0])
def test_regions_turn_and_grow_with_the_landmarks(degrees: float) -> None:
    angle = np.radians(degrees)
    turn = 1.7 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = {name: tuple(turn @ np.array(point) + (30.0, -80.0)) for name, point in CHEST.items()}
    upright, turned = regions_of(CHEST), regions_of(moved)
    for name in REGIONS:
        expected = np.array(upright[name]) @ turn.T + (30.0, -80.0)
        np.testing.assert_allclose(turned[name], expected, atol=1e-6)


def test_a_mirrored_picture_keeps_the_corners_on_the_same_side_of_the_patient() -> None:
    mirrored = {name: (1000.0 - x, y) for name, (x, y) in CHEST.items()}
    upright, seen = regions_of(CHEST), regions_of(mirrored)
    for name in REGIONS:
        np.testing.assert_allclose(seen[name], [(1000.0 - x, y) for x, y in upright[name]], atol=1e-6)


def test_most_of_a_rib_region_lies_inside_the_lung() -> None:
    corners = np.array(regions_of(CHEST)["right_ribs"])
    across = corners[1] - corners[0]
    depth = (np.array(CHEST["right_rib_2"]) - corners[0]) @ across / (across @ across)
    assert 0.05 < depth < 0.35


def test_a_missing_landmark_is_named() -> None:
    with pytest.raises(KeyError, match="t12"):
        regions_of({name: point for name, point in CHEST.items() if name != "t12"})
