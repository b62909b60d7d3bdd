"""Gas in the bowel seen from the side: loops of colon as chains of bubbles, and mottled stool."""

from __future__ import annotations

import cv2
import numpy as np

from training.phantom.geometry.grid import Grid, Map, smooth_field
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.geometry.solids import Ellipsoid, ellipsoid_chord_mm
from training.phantom.lateral.trunk import Trunk
from training.phantom.spine.spine import Spine

_MOST_MM = 70.0


def bowel_gas_mm(trunk: Trunk, spine: Spine, projection: Projection, rng: np.random.Generator) -> Map:
    """Return each beam's way through gas, in mm: from none to many loops, most in front of the spine."""
    total = projection.grid.zeros()
    for _ in range(int(rng.negative_binomial(1.6, 0.22))):
        loop = projection.grid.zeros()
        for bubble in _loop(trunk, spine, rng):
            patch, chord = ellipsoid_chord_mm(bubble, projection)
            loop[patch] = np.maximum(loop[patch], chord)
        total += loop
    gas = _uneven(np.minimum(total, _MOST_MM), projection.grid, rng)
    return gas * _between_stool(projection.grid, rng)


def _uneven(gas: Map, grid: Grid, rng: np.random.Generator) -> Map:
    """Return the gas with its outlines bent by a few mm, as folds of the wall bend them."""
    shift_px = rng.uniform(1.5, 5.0) / grid.pixel_mm
    scale = (rng.uniform(7.0, 14.0) / grid.pixel_mm,) * 2
    columns = np.arange(grid.columns, dtype=np.float32)[None] + np.float32(shift_px) * smooth_field(
        rng, gas.shape, scale
    )
    rows = np.arange(grid.rows, dtype=np.float32)[:, None] + np.float32(shift_px) * smooth_field(
        rng, gas.shape, scale
    )
    return cv2.remap(gas, columns, rows, cv2.INTER_LINEAR)


def _between_stool(grid: Grid, rng: np.random.Generator) -> Map:
    """Return the share of a loop that is gas: 1 where the bowel is empty, mottled where it holds stool."""
    fullness = rng.beta(0.7, 1.0)
    shape = (grid.rows, grid.columns)
    mottled = sum(
        np.float32(weight) * smooth_field(rng, shape, (scale / grid.pixel_mm,) * 2)
        for scale, weight in ((9.0, 0.6), (4.0, 0.5), (2.0, 0.35))
    )
    return 1.0 - np.float32(fullness) * np.clip(0.6 + 0.45 * mottled, 0.0, 1.0)


def _loop(trunk: Trunk, spine: Spine, rng: np.random.Generator) -> list[Ellipsoid]:
    """Return one loop as touching ellipsoids along a curve."""
    top, bottom = 10.0, float(spine.centre_mm("S1")[2]) - 90.0
    z = rng.uniform(bottom, top)
    front, back = np.interp(z, trunk.z_mm, trunk.front_mm), np.interp(z, trunk.z_mm, trunk.back_mm)
    start = front + (trunk.skin_fat_mm + 22.0)
    at = np.array([rng.normal(0.0, 70.0), start + (back - 75.0 - start) * rng.beta(1.3, 1.6), z])
    direction, radius = _unit(rng), rng.lognormal(np.log(9.0), 0.45)
    bubbles = []
    for _ in range(int(rng.integers(1, 7))):
        axes = radius * rng.uniform(0.6, 1.3, 3)
        bubbles.append(Ellipsoid(at.copy(), np.diag(axes)))
        direction = direction + 0.45 * rng.standard_normal(3)
        direction /= np.linalg.norm(direction)
        at = at + 1.25 * radius * direction
    return bubbles


def _unit(rng: np.random.Generator) -> Vector:
    way = rng.standard_normal(3)
    return way / np.linalg.norm(way)
