"""Corners, heights and grades are judged against the manifest, in mm."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, corners_of
from desktop.imaging.preprocess import on_square
from training.data.manifest import Row
from training.landmarks.data import LandmarkData, Squares
from training.lumbar_xray.corner_judging import errors, judged
from training.phantom.spine.levels import SIZES

SHAPE = (400, 300)
PIXEL_MM = 0.5
LOST = {"L2": 0.30}
"""Of the height in front."""


def _points() -> dict[str, tuple[float, float]]:
    """Corners of a spine of the table's sizes, L2 a wedge."""
    found, top = {}, 20.0
    for level in LEVELS:
        size = SIZES[level]
        front, back = size.height * size.wedge * (1.0 - LOST.get(level, 0.0)), size.height
        heights = {"anterior": front, "middle": 0.445 * (size.height * size.wedge + back), "posterior": back}
        for name in corners_of(level):
            _, end, part = name.split("_")
            x = {"anterior": 120.0, "middle": 155.0, "posterior": 190.0}[part]
            found[name] = (x, top + (heights[part] / PIXEL_MM if end == "inferior" else 0.0))
        top += (size.height + size.disc) / PIXEL_MM
    return found


def _data(spacing_mm: float | None) -> LandmarkData:
    grades = dict.fromkeys(LEVELS[:-1], 0) | {"L2": 2}
    points = _points()
    row = Row(
        number=2,
        file="a.dcm",
        person="a",
        sex=None,
        age_years=None,
        weight_kg=None,
        height_cm=None,
        bmd_g_cm2={},
        bmd_l1_l4_g_cm2=None,
        t_score=None,
        category=None,
        points=points,
        fracture_grades=grades,
        exam_interval_days=None,
        exclude=None,
        view=None,
        pixel_spacing_mm=spacing_mm,
        reference_table=None,
        evidence="phantom",
        split="test",
    )
    shares = on_square(np.array([points[name] for name in CORNERS]), *SHAPE)[None]
    squares = Squares(np.zeros((1, 8, 8), np.uint8), np.array([SHAPE], np.int32))
    side_mm = np.array([max(SHAPE) * (spacing_mm or np.nan)])
    return LandmarkData((row,), squares, shares, side_mm, {"test": np.array([0])}, {})


def test_the_truth_itself_has_no_error_and_its_own_grades() -> None:
    data = _data(PIXEL_MM)
    found = judged(data, "test", data.points, np.ones((1, 7), bool))
    assert found.corners["all"].mean_mm == pytest.approx(0.0)
    assert found.heights.mean_mm == pytest.approx(
        {"anterior": 0.0, "middle": 0.0, "posterior": 0.0}, abs=1e-9
    )
    assert found.heights.grades == [[5, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert (found.labels.right, found.labels.vertebrae) == (7, 7)


def test_a_shift_of_one_corner_is_told_in_mm() -> None:
    data = _data(PIXEL_MM)
    moved = data.points.copy()
    moved[0, CORNERS.index("l4_inferior_posterior"), 1] += 6 / max(SHAPE)  # pixels
    found = judged(data, "test", moved, np.ones((1, 7), bool))
    assert found.corners["L4"].mean_mm == pytest.approx(3.0 / 6)
    assert found.corners["L3"].mean_mm == pytest.approx(0.0)
    assert found.heights.mean_mm is not None
    assert found.heights.mean_mm["posterior"] == pytest.approx(3.0 / 6)
    assert found.heights.mean_mm["anterior"] == pytest.approx(0.0, abs=1e-9)


def test_a_vertebra_that_is_cut_off_is_neither_measured_nor_graded() -> None:
    data = _data(PIXEL_MM)
    data.points[0, CORNERS.index("t12_superior_anterior")] = np.nan
    found = judged(data, "test", np.nan_to_num(data.points, nan=0.5), np.ones((1, 7), bool))
    assert found.heights.count == 5
    assert np.sum(found.heights.grades) == 5
    assert found.labels.vertebrae == 6
    assert found.labels.shown_right == pytest.approx(6 / 7)


def test_without_a_spacing_there_are_grades_and_no_mm() -> None:
    data = _data(None)
    found = judged(data, "test", data.points, np.ones((1, 7), bool))
    assert found.corners["all"].mean_mm is None
    assert found.heights.mean_mm is None
    assert found.heights.grades[2][2] == 1


def test_errors_are_of_known_points_only() -> None:
    found = errors(np.array([[0.01, np.nan], [0.03, 0.02]]), np.array([100.0, np.nan]))
    assert found.count == 3
    assert found.mean_percent == pytest.approx(2.0)
    assert found.mean_mm == pytest.approx(1.0)
    nothing = errors(np.array([[np.nan]]), np.array([1.0]))
    assert (nothing.count, nothing.mean_mm, nothing.mean_percent) == (0, None, None)
