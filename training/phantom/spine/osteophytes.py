"""Bony spurs at the rims of a vertebral body's end plates: how many, and their mineral as points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from training.phantom.geometry.bone_cloud import Cloud, Points
from training.phantom.geometry.projection import Vector

SPUR_G_CM3 = 0.55
"""Mineral of a spur, shell and marrow together (assumed)."""
_POINTS = 260


@dataclass(frozen=True)
class Spur:
    """A beak from the rim outward and to the disc: `angle` 0 is left, a right angle back; `end` 1 is up."""

    angle: float
    end: float
    length_mm: float
    width_mm: float
    thick_mm: float


def spur_rate(age_years: float, rng: np.random.Generator) -> float:
    """Return how many spurs one rim of this person has on average: 0.05 at 50, 0.5 at 80, very unlike."""
    return float(np.clip((age_years - 45) / 70, 0.03, 0.5) * rng.lognormal(0.0, 0.8))


def draw_spurs(rate: float, rng: np.random.Generator) -> tuple[Spur, ...]:
    """Return the spurs of one body, most at the front and the sides."""
    spurs = []
    for end in (-1.0, 1.0):
        for _ in range(min(int(rng.poisson(rate)), 4)):
            angle = -np.pi / 2 + float(np.clip(rng.normal(0.0, 0.9), -1.9, 1.9))
            length = rng.uniform(2.0, 8.0)
            spurs.append(Spur(angle, end, length, length * rng.uniform(0.8, 2.0), rng.uniform(2.0, 4.0)))
    return tuple(spurs)


def spur_part(spur: Spur, rim_mm: Vector) -> Cloud:
    """Return one spur that starts at the rim's point (x, y, z) in the vertebra's own frame."""
    along, across, deep = _template()
    out = np.array([np.cos(spur.angle), np.sin(spur.angle), 0.0])
    aside = np.array([-out[1], out[0], 0.0])
    shrink = np.sqrt(1.0 - along)
    rise = spur.end * (
        0.45 * spur.length_mm * along**2 - 0.5 * spur.thick_mm + 0.5 * spur.thick_mm * deep * shrink
    )
    points = (
        rim_mm
        + (spur.length_mm * along - 1.5)[:, None] * out
        + (0.5 * spur.width_mm * across * shrink)[:, None] * aside
        + rise[:, None] * np.array([0.0, 0.0, 1.0])
    )
    mass = 0.0006 * spur.length_mm * spur.width_mm * spur.thick_mm * SPUR_G_CM3
    return Cloud(points.astype(np.float32), np.full(_POINTS, mass / _POINTS, np.float32))


@cache
def _template() -> tuple[Points, Points, Points]:
    """Return points of a spur: along it (0 to 1), across and deep (-1 to 1)."""
    rng = np.random.default_rng(6)
    along = rng.beta(1.0, 1.6, _POINTS)
    across, deep = rng.uniform(-1.0, 1.0, (2, _POINTS))
    return along.astype(np.float32), across.astype(np.float32), deep.astype(np.float32)
