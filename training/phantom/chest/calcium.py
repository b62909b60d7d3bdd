"""Calcium that age lays down in a chest outside its bones: in the ribs' cartilage and the aorta's arch."""

from __future__ import annotations

import numpy as np

from training.phantom.chest.mediastinum import Mediastinum
from training.phantom.chest.ribs import Rib
from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.geometry.solids import Ellipsoid, ellipsoid_chord_mm
from training.phantom.people.person import Person

_RISE_MM = (0.0, 4.0, 8.0, 16.0, 26.0, 38.0, 50.0, 55.0, 55.0, 50.0)
"""How far the cartilage of ribs 1 to 10 rises from the end of the bone to the breastbone (assumed)."""
_GRAIN_G_CM3 = 0.55


def draw_cartilage(
    person: Person, thorax: Thorax, ribs: list[Rib], rng: np.random.Generator
) -> list[Ellipsoid]:
    """Return grains of calcium in the cartilage: at the first rib from middle age, elsewhere later."""
    old = np.clip((person.age_years - 40.0) / 45.0, 0.0, 1.0)
    amount = old * rng.gamma(0.8, 1.0)
    grains: list[Ellipsoid] = []
    for rib in ribs:
        if rib.level > len(_RISE_MM):
            continue
        end = rib.tube.points_mm[-1]
        front = _breastbone_mm(thorax, rib.side, float(end[2]) + _RISE_MM[rib.level - 1])
        for _ in range(int(rng.poisson(amount * (9.0 if rib.level == 1 else 3.5)))):
            way = rng.beta(0.8, 1.6)
            place = end + way * (front - end) + rng.normal(0.0, 3.0, 3)
            grains.append(Ellipsoid(place, rng.uniform(0.8, 4.0) * np.diag(rng.uniform(0.5, 1.5, 3))))
    return grains


def draw_arch(person: Person, mediastinum: Mediastinum, rng: np.random.Generator) -> list[Ellipsoid]:
    """Return grains of calcium along the left wall of the aorta's arch, in some of the old."""
    if rng.random() > np.clip((person.age_years - 55.0) / 80.0, 0.0, 0.35):
        return []
    aorta = mediastinum.vessels[0]
    knob = aorta.points_mm[int(0.45 * len(aorta.points_mm))]
    radius = float(np.mean(aorta.radius_mm))
    middle, spread = rng.normal(0.3, 0.3), rng.uniform(0.2, 0.9)
    angles = rng.normal(middle, spread, int(rng.integers(6, 30)))
    return [
        Ellipsoid(
            knob + radius * np.array([np.cos(angle), 0.0, np.sin(angle)]) + rng.normal(0.0, [0.6, 6.0, 0.6]),
            rng.uniform(0.5, 1.8) * np.diag([0.6, 2.5, 1.3]),
        )
        for angle in angles
    ]


def grains_g_cm2(grains: list[Ellipsoid], projection: Projection) -> Map:
    """Return the areal mineral of grains of calcium."""
    total = projection.grid.zeros()
    for grain in grains:
        patch, chord = ellipsoid_chord_mm(grain, projection)
        total[patch] += np.float32(0.1 * _GRAIN_G_CM3) * chord
    return total


def _breastbone_mm(thorax: Thorax, side: int, z_mm: float) -> Vector:
    """Return the side of the breastbone at a height."""
    z = np.array(z_mm)
    x, y = thorax.middle_mm(z)
    return np.array([float(x) + side * 18.0, float(y - thorax.half_depth_mm(z)) - 4.0, z_mm])
