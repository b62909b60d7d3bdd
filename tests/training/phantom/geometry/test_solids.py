"""Solids shade the detector as geometry says: volumes, chords, magnification."""

from __future__ import annotations

import numpy as np
import pytest

from training.phantom.geometry.grid import Grid
from training.phantom.geometry.projection import Projection
from training.phantom.geometry.solids import Ellipsoid, Tube, ellipsoid_chord_mm, tube_chords_mm

_ROTATION = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]


def _projection(side: str = "frontal", pivot_detector_mm: float = 150.0) -> Projection:
    grid = Grid(0.5, 512, 512)
    return Projection(grid, side, 1800.0, pivot_detector_mm, np.zeros(3), (128.0, 128.0), np.eye(3))


def _volume_mm3(thickness: np.ndarray, projection: Projection) -> float:
    scale = float(projection.magnification(np.zeros((1, 3)))[0])
    return float(thickness.sum(dtype=float)) * (projection.grid.pixel_mm / scale) ** 2


@pytest.mark.parametrize("side", ["frontal", "lateral"])
@pytest.mark.parametrize("turn", [np.eye(3), _ROTATION])
def test_an_ellipsoid_keeps_its_volume_from_every_side(side: str, turn: np.ndarray) -> None:
    projection = _projection(side)
    _, chord = ellipsoid_chord_mm(Ellipsoid(np.zeros(3), np.diag([10.0, 20.0, 8.0]) @ turn), projection)
    assert _volume_mm3(chord, projection) == pytest.approx(4 / 3 * np.pi * 10 * 20 * 8, rel=0.002)


def test_an_ellipsoids_longest_chord_is_its_depth() -> None:
    ball = Ellipsoid(np.zeros(3), np.diag([10.0, 20.0, 8.0]))
    assert ellipsoid_chord_mm(ball, _projection("frontal"))[1].max() == pytest.approx(40.0, rel=1e-3)
    assert ellipsoid_chord_mm(ball, _projection("lateral"))[1].max() == pytest.approx(20.0, rel=1e-3)


def test_a_straight_tube_has_the_chords_of_a_cylinder() -> None:
    points = np.stack([np.linspace(-80, 80, 9), np.zeros(9), np.zeros(9)], axis=1)
    walls, hollows = tube_chords_mm([Tube(points, np.full(9, 6.0), 1.0)], _projection())
    assert walls[256, 256] + hollows[256, 256] == pytest.approx(12.0, rel=0.02)
    assert hollows[256, 256] == pytest.approx(10.0, rel=0.02)
    assert _volume_mm3(walls + hollows, _projection()) == pytest.approx(np.pi * 36 * 160, rel=0.01)


def test_a_tube_along_the_beam_is_as_thick_as_it_is_long() -> None:
    points = np.stack([np.zeros(9), np.linspace(-40, 40, 9), np.zeros(9)], axis=1)
    walls, hollows = tube_chords_mm([Tube(points, np.full(9, 6.0), 1.0)], _projection())
    assert (walls + hollows).max() == pytest.approx(80.0, rel=0.01)


def test_magnification_follows_distance() -> None:
    near, far = _projection(pivot_detector_mm=0.0), _projection(pivot_detector_mm=900.0)
    ends = np.array([[-10.0, 0.0, 0.0], [10.0, 0.0, 0.0]])
    assert np.diff(near.on_grid(ends)[:, 0])[0] == pytest.approx(20.0)
    assert np.diff(far.on_grid(ends)[:, 0])[0] == pytest.approx(40.0)


def test_left_and_front_fall_where_a_radiologist_looks_for_them() -> None:
    left, front, head = np.eye(3) * [[50.0], [-50.0], [50.0]]
    x, y = _projection("frontal").on_grid(left[None])[0]
    assert x > 128.0
    assert y == pytest.approx(128.0)
    assert _projection("lateral").on_grid(front[None])[0][0] < 128.0
    assert _projection("lateral").on_grid(head[None])[0][1] < 128.0


def test_what_lies_beside_the_detector_shades_nothing() -> None:
    away = np.array([2000.0, 0.0, 0.0])
    _, chord = ellipsoid_chord_mm(Ellipsoid(away, np.eye(3) * 10), _projection())
    walls, _ = tube_chords_mm([Tube(np.stack([away, away + 20]), np.full(2, 5.0), 1.0)], _projection())
    assert chord.size == 0
    assert not walls.any()
