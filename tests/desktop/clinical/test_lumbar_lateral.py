"""The region L1-L3 follows from the corners, whichever way the patient faces and leans."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.clinical.lumbar_lateral import (
    CORNERS,
    LEVELS,
    REGION,
    REGION_CORNERS,
    corners_of,
    faces_left,
    region_of,
)
from desktop.imaging.regions import region_tensor
from training.phantom.radiograph.file import CORNERS as PHANTOM_CORNERS

DEEP, HIGH, PITCH = 36.0, 25.0, 34.0


def spine(facing: str = "left", lean_deg: float = 0.0) -> dict[str, tuple[float, float]]:
    """Corners of upright bodies down the middle of a picture of 320 x 320, turned about its middle."""
    angle = np.radians(lean_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = {}
    for number, level in enumerate(LEVELS):
        for name in corners_of(level):
            _, end, part = name.split("_")
            x = {"anterior": -DEEP / 2, "middle": 0.0, "posterior": DEEP / 2}[part]
            y = 40.0 + PITCH * number + (HIGH if end == "inferior" else 0.0)
            at = turn @ np.array([x if facing == "left" else -x, y - 160.0]) + 160.0
            found[name] = (float(at[0]), float(at[1]))
    return found


def test_names_are_those_of_the_manifest() -> None:
    assert CORNERS == PHANTOM_CORNERS
    assert len(CORNERS) == 39
    assert len(REGION_CORNERS) == 18


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("lean_deg", [-25.0, 0.0, 25.0])
def test_the_region_holds_l1_to_l3_and_no_other_body(facing: str, lean_deg: float) -> None:
    points = spine(facing, lean_deg)
    first, second, _, fourth = (np.array(corner) for corner in region_of(points))
    sides = np.array([second - first, fourth - first]).T
    shares = {name: np.linalg.solve(sides, np.array(point) - first) for name, point in points.items()}
    inside = {name for name, share in shares.items() if np.all((share > 0.0) & (share < 1.0))}
    assert inside == set(REGION_CORNERS)
    assert shares["l2_superior_anterior"][0] < 0.5 < shares["l2_superior_posterior"][0]
    assert shares["l1_superior_middle"][1] < shares["l3_superior_middle"][1]


@pytest.mark.parametrize(("facing", "left"), [("left", True), ("right", False)])
def test_it_is_told_which_way_the_patient_faces(facing: str, left: bool) -> None:
    assert faces_left(spine(facing)) is left


def test_both_ways_of_facing_are_cut_alike() -> None:
    rows, columns = np.mgrid[:320, :320]
    picture = (127 + 60 * np.sin(columns / 9) + 60 * np.cos(rows / 7 + columns / 40)).astype(np.uint8)
    mirrored = picture[:, ::-1]
    points = spine("left", 10.0)
    across = {name: (picture.shape[1] - 1.0 - x, y) for name, (x, y) in points.items()}
    cuts = [
        region_tensor(each, {REGION: region_of(where)}, 48).astype(int)
        for each, where in ((picture, points), (mirrored, across))
    ]
    assert np.abs(cuts[0] - cuts[1]).max() <= 4


def test_a_missing_corner_is_named() -> None:
    points = spine()
    del points["l2_inferior_middle"]
    with pytest.raises(KeyError, match="l2_inferior_middle"):
        region_of(points)
