"""The twelve pairs of ribs: where they run around the cage, how thick they are, and their mineral."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.curves import smoothed
from training.phantom.geometry.projection import Vector
from training.phantom.geometry.solids import Tube
from training.phantom.people.person import Person
from training.phantom.spine.spine import Spine

_STREAM = 0x21B5
_DROP_MM = (44.0, 66.0, 88.0, 108.0, 124.0, 138.0, 150.0, 162.0, 178.0, 185.0, 72.0, 46.0)
"""How far a rib would fall all around the cage of a man of 175 cm (11 and 12: to their tips; assumed)."""
_END = (0.86, 0.83, 0.79, 0.76, 0.73, 0.71, 0.68, 0.62, 0.56, 0.50, 0.38, 0.25)
"""Where the bone ends and cartilage begins, from the back (0) to the front (1) around the cage."""
_WAY = np.array([0.0, 0.10, 0.20, 0.35, 0.50, 0.65, 0.80, 1.0])
_FALLEN = np.array([0.0, -0.02, 0.02, 0.12, 0.47, 0.81, 0.96, 1.02])
"""The share of the drop on the way around the cage: level at the back, steepest at the side."""
_HALF_HEIGHT_MM = (5.5, 5.5, 5.8, 6.2, 6.5, 6.7, 6.8, 6.8, 6.6, 6.3, 5.6, 4.8)
_FLATNESS = 0.55
_OUTSIDE_MM = 5.0
"""The ribs' middle line lies this far outside the lungs."""
CORTEX_MM = 0.68
CORTEX_G_CM3 = 1.15
SPONGY_G_CM3 = 0.15
"""Mineral of compact and of spongy bone of a rib (assumed; cortex 0.5 to 1 mm: Mohr et al., 2007)."""


@dataclass(frozen=True)
class Rib:
    """One rib: its side (-1 right, 1 left), number from the top, and its shape without a factor of bone."""

    side: int
    level: int
    tube: Tube


def ribs_of(person: Person, spine: Spine, thorax: Thorax, seed: int, number: int) -> list[Rib]:
    """Return 24 ribs in the patient's frame; the same seed and number give the same ones."""
    rng = np.random.default_rng([seed, number, _STREAM])
    size = person.height_cm / 175.0 * (0.94 if person.sex == "F" else 1.0)
    slope, height = rng.normal(1.0, 0.10), size * rng.normal(1.0, 0.07)
    flatness, wall = _FLATNESS * rng.normal(1.0, 0.08), CORTEX_MM * size * rng.normal(1.0, 0.12)
    curl = rng.normal(0.0, 0.04)
    ribs = []
    for side in (-1, 1):
        for level in range(1, 13):
            drop = _DROP_MM[level - 1] * size * slope * rng.normal(1.0, 0.03)
            points = _course(spine, thorax, side, level, drop, curl)
            half = _HALF_HEIGHT_MM[level - 1] * height * rng.normal(1.0, 0.04)
            radius = half * np.interp(
                np.linspace(0.0, 1.0, len(points)), [0.0, 0.1, 0.6, 1.0], [0.75, 0.9, 1.0, 1.12]
            )
            ribs.append(Rib(side, level, Tube(points, radius, wall, flatness)))
    return ribs


def _course(spine: Spine, thorax: Thorax, side: int, level: int, drop_mm: float, curl: float) -> Vector:
    """Return the middle line of a rib from its head to the end of its bone."""
    head = spine.centre_mm(f"T{level}") + np.array([side * 13.0, 9.0, 9.0 if 1 < level < 11 else 2.0])
    way = np.linspace(0.10 if level > 2 else 0.16, _END[level - 1], 60)
    fallen = np.interp(way, _WAY, _FALLEN) + curl * np.sin(np.pi * way)
    if level > 10:
        fallen = (way - way[0]) / (way[-1] - way[0])
    around = thorax.round_the_cage(
        side * np.pi * way, head[2] - drop_mm * smoothed(fallen[:, None], 5)[:, 0], _OUTSIDE_MM
    )
    neck = head + np.array([side * 17.0, 14.0, 0.0])
    points = np.vstack([np.linspace(head, neck, 6), around[2:]])
    return smoothed(points, 3)
