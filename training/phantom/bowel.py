"""Gas in the bowel seen from the side: loops of colon as chains of bubbles, and mottled stool."""

from __future__ import annotations

import numpy as np

from training.phantom.grid import Map, smooth_field
from training.phantom.projection import Projection, Vector
from training.phantom.solids import Ellipsoid, ellipsoid_chord_mm
from training.phantom.spine import Spine
from training.phantom.trunk import Trunk

_MOST_MM = 70.0


def bowel_gas_mm(trunk: Trunk, spine: Spine, projection: Projection, rng: np.random.Generator) -> Map:
    """Return each beam's way through gas, in mm: from none to many loops, most in front of the spine."""
    total = projection.grid.zeros()
    for _ in range(int(rng.negative_binomial(1.5, 0.25))):
        for bubble in _loop(trunk, spine, rng):
            patch, chord = ellipsoid_chord_mm(bubble, projection)
            total[patch] += chord
    stool = 1.0 + 0.5 * smooth_field(rng, total.shape, (3.5 / projection.grid.pixel_mm,) * 2)
    gas = np.minimum(total, _MOST_MM)
    return gas * np.clip(stool, 0.15, 1.0) if rng.random() < 0.6 else gas


def _loop(trunk: Trunk, spine: Spine, rng: np.random.Generator) -> list[Ellipsoid]:
    """Return one loop as touching ellipsoids along a curve."""
    top, bottom = 10.0, float(spine.centre_mm("S1")[2]) - 90.0
    z = rng.uniform(bottom, top)
    front, back = np.interp(z, trunk.z_mm, trunk.front_mm), np.interp(z, trunk.z_mm, trunk.back_mm)
    start = front + (trunk.skin_fat_mm + 22.0)
    at = np.array([rng.normal(0.0, 70.0), start + (back - 75.0 - start) * rng.beta(1.3, 1.6), z])
    direction, radius = _unit(rng), rng.uniform(5.0, 19.0)
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
