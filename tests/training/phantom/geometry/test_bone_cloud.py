"""A cloud of mineral weighs the same from every side and at every distance."""

from __future__ import annotations

import numpy as np
import pytest

from training.phantom.geometry.bone_cloud import Cloud, joined, shadow
from training.phantom.geometry.grid import Grid
from training.phantom.geometry.projection import Projection


def _onto(side: str, source_mm: float = 1e7, pivot_mm: float = 0.0) -> Projection:
    grid = Grid(0.5, 400, 400)
    return Projection(grid, side, source_mm, pivot_mm, np.zeros(3), (100.0, 100.0), np.eye(3))


def _block(seed: int = 0) -> Cloud:
    points = np.random.default_rng(seed).uniform(-20.0, 20.0, (60000, 3)) * np.array([1.0, 0.5, 0.25])
    return Cloud(points.astype(np.float32), np.full(60000, 1e-4, np.float32))


@pytest.mark.parametrize("side", ["frontal", "lateral"])
@pytest.mark.parametrize("blur_mm", [0.0, 0.8])
def test_its_mass_is_the_same_from_every_side(side: str, blur_mm: float) -> None:
    _, mass = shadow(_block(), _onto(side), blur_mm)
    assert mass.sum(dtype=float) * 0.05**2 == pytest.approx(6.0, rel=1e-4)


def test_a_beams_mass_does_not_depend_on_the_detectors_distance() -> None:
    middles = []
    for pivot_mm in (50.0, 300.0):
        patch, mass = shadow(_block(), _onto("frontal", 1100.0, pivot_mm), 1.0)
        whole = np.zeros((400, 400), np.float32)
        whole[patch] = mass
        middles.append(float(whole[195:205, 190:210].mean()))
    assert middles[0] == pytest.approx(6.0 / (4.0 * 1.0), rel=0.03)
    assert middles[1] == pytest.approx(middles[0], rel=0.03)


def test_what_lies_beyond_the_field_is_left_out() -> None:
    far = Cloud(_block().points_mm + np.float32(500.0), _block().mass_g)
    patch, mass = shadow(far, _onto("frontal"))
    assert mass.size == 0 or mass.sum() == 0.0
    _, both = shadow(joined([far, _block()]), _onto("frontal"))
    assert both.sum(dtype=float) * 0.05**2 == pytest.approx(6.0, rel=1e-4)


def test_a_turned_and_moved_cloud_lies_where_its_frame_says() -> None:
    point = Cloud(np.array([[3.0, 4.0, 5.0]], np.float32), np.ones(1, np.float32))
    frame = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert point.placed(np.array([10.0, 0.0, 0.0]), frame).points_mm[0] == pytest.approx([6.0, 3.0, 5.0])
