"""What surgeons leave in a lumbar spine: pedicle screws with rods, and cement in broken vertebrae."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.phantom.geometry.bone_cloud import Cloud
from training.phantom.geometry.projection import Vector
from training.phantom.geometry.solids import Tube
from training.phantom.spine.levels import LEVELS
from training.phantom.spine.vertebrae import Spine, Vertebra

TITANIUM_G_CM3 = 4.43
"""Ti-6Al-4V."""
CEMENT_G_CM3 = 0.75
"""Hydroxyapatite that shades as much as bone cement with barium sulphate does (assumed)."""
SCREWED_SHARE, CEMENTED_SHARE = 0.03, 0.08
"""How many people have screws, and how many broken vertebrae have cement (assumed)."""
_CEMENT_POINTS = 5000


@dataclass(frozen=True)
class Implants:
    """Solid metal rods and screws, and clouds of cement, in the patient's frame."""

    metal: list[Tube]
    cement: list[Cloud]

    @property
    def flags(self) -> tuple[str, ...]:
        """What there is: `screws`, `cement`."""
        return ("screws",) * bool(self.metal) + ("cement",) * bool(self.cement)


def draw_implants(spine: Spine, rng: np.random.Generator) -> Implants:
    """Return a person's implants, most often none."""
    metal: list[Tube] = []
    if rng.random() < SCREWED_SHARE:
        last = LEVELS.index(str(rng.choice(["L4", "L5", "S1"])))
        levels = LEVELS[last - int(rng.integers(1, 4)) : last + 1]
        metal = _screws_and_rods([spine[level] for level in levels], rng)
    broken = [level for level, grade in spine.fracture_grades().items() if grade > 0]
    cement = [_cement(spine[level], rng) for level in broken if rng.random() < CEMENTED_SHARE]
    return Implants(metal, cement)


def _screws_and_rods(vertebrae: list[Vertebra], rng: np.random.Generator) -> list[Tube]:
    radius, length = rng.uniform(2.6, 3.4), rng.uniform(0.45, 0.85)
    tubes = []
    for side in (-1.0, 1.0):
        heads = []
        for vertebra in vertebrae:
            w, d = vertebra.body.width / 46.0, vertebra.body.depth / 35.0
            head = np.array([side * 16.5 * w, 38.0 * d, 6.0]) + rng.normal(0.0, 1.0, 3)
            tip = np.array([side * 8.0 * w, (18.0 - 34.0 * length) * d, rng.normal(2.0, 2.0)])
            ends = vertebra.to_patient(np.array([head, head + 0.14 * (tip - head), tip]))
            tubes.append(_rod(ends[[0, 2]], radius))
            tubes.append(_rod(ends[:2], 2.1 * radius))
            heads.append(ends[0])
        tubes.append(_rod(_reaching(np.array(heads)), 2.75))
    return tubes


def _reaching(points: Vector) -> Vector:
    """Return a line through points that reaches 8 mm over both ends."""
    first, last = points[0] - points[1], points[-1] - points[-2]
    ends = [points[:1] + 8.0 * first / np.linalg.norm(first), points[-1:] + 8.0 * last / np.linalg.norm(last)]
    return np.concatenate([ends[0], points, ends[1]])


def _rod(points: Vector, radius_mm: float) -> Tube:
    return Tube(points, np.full(len(points), radius_mm), radius_mm)


def _cement(vertebra: Vertebra, rng: np.random.Generator) -> Cloud:
    """Return cement as one to three ragged lumps within a body."""
    body = vertebra.body
    size = np.array([body.width, body.depth, 0.7 * body.height])
    points, mass = [], 0.0
    for _ in range(int(rng.integers(1, 4))):
        radii = size * rng.uniform(0.10, 0.26, 3)
        middle = size * rng.uniform(-0.22, 0.22, 3)
        way = rng.standard_normal((_CEMENT_POINTS, 3))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        ragged = 1.0 + 0.25 * np.sin(way @ rng.normal(0.0, 4.0, 3) + rng.uniform(0.0, 6.0))
        out = rng.random(_CEMENT_POINTS) ** (1 / 3) * ragged
        points.append(middle + way * out[:, None] * radii)
        mass += 4.0 / 3.0 * np.pi * float(radii.prod()) / 1000.0 * CEMENT_G_CM3
    cloud = vertebra.to_patient(np.concatenate(points)).astype(np.float32)
    return Cloud(cloud, np.full(len(cloud), mass / len(cloud), np.float32))
