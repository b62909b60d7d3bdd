"""Calcified plaques in the wall of the abdominal aorta, in front of L1 to L4 a little to the left, by age."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.phantom.geometry.bone_cloud import Cloud
from training.phantom.geometry.projection import Vector
from training.phantom.people.person import Person

_LEVELS = ("T12", "L1", "L2", "L3", "L4")
_POINTS = 400
PLAQUE_G_CM3 = 0.9
"""Mineral of a calcified plaque (assumed)."""


def calcified_aorta(person: Person, front_of: Callable[[str], Vector], rng: np.random.Generator) -> Cloud:
    """Return a person's plaques, in the patient's frame; `front_of` gives the front of a level's body, [3].

    About one in eight has some at 55 and half at 80; most lie low, on the wall next to the spine (Kauppila,
    Atherosclerosis 1997; rates assumed).
    """
    odds = np.exp((person.age_years - 78) / 11.0)
    front = np.array([front_of(level) for level in _LEVELS])
    radius = rng.uniform(8.0, 11.5)
    middle = front + np.array([rng.normal(8.0, 4.0), -radius - rng.uniform(1.5, 6.0), 0.0])
    if rng.random() > odds / (1.0 + odds):
        return Cloud(np.zeros((0, 3), np.float32), np.zeros(0, np.float32))
    burden = rng.exponential(1.0)
    plaques = [_plaque(middle, radius, rng) for _ in range(1 + rng.poisson(7.0 * burden))]
    return Cloud(
        np.concatenate([points for points, _ in plaques]).astype(np.float32),
        np.concatenate([mass for _, mass in plaques]).astype(np.float32),
    )


def _plaque(middle: Vector, radius: float, rng: np.random.Generator) -> tuple[Vector, Vector]:
    """Return one plaque: a patch of the wall, thickest in its middle."""
    at = (len(middle) - 1) * rng.beta(2.2, 1.2)
    length, width, thick = rng.gamma(2.0, 5.0), rng.uniform(2.0, 9.0), rng.uniform(0.3, 1.8)
    u, v = rng.normal(0.0, 0.5, (2, _POINTS))
    angle = rng.normal(np.pi / 2, 1.4) + v * width / radius
    place = np.clip(at + u * length / 34.0, 0.0, len(middle) - 1.0)
    line = np.stack([np.interp(place, np.arange(len(middle)), middle[:, axis]) for axis in range(3)], axis=1)
    wall = radius + thick * (rng.random(_POINTS) - 0.5)
    points = line + wall[:, None] * np.stack([np.cos(angle), np.sin(angle), np.zeros(_POINTS)], axis=1)
    mass = 0.001 * length * width * thick * PLAQUE_G_CM3
    return points, np.full(_POINTS, mass / _POINTS)
