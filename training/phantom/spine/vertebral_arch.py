"""What lies behind a vertebral body: pedicles, articular processes, laminae and the other processes.

Each is a limb of elliptic section from one point to another, a shell with spongy bone in it, given by a table
in the vertebra's own frame (x left, y back, z up, mm) for a vertebra of the size of L3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from training.phantom.geometry.bone_cloud import Cloud
from training.phantom.geometry.projection import Vector

ARCH_CORTEX_G_CM3 = 0.75
"""Mineral of the arch's compact bone, pores included (assumed, below a long bone's 1.1)."""
ARCH_SPONGY_G_CM3 = 0.14

_ALONG, _AROUND, _INNER = 34, 48, 900
_BLUNT = 4
"""How blunt a limb's ends are."""
_INNERMOST = 0.72
"""Compact bone lies between this share of a limb's half axes and all of them."""


@dataclass(frozen=True)
class Limb:
    """A limb from `start` to `end` (x, y, z); its half axes at both ends are `wide`, and `deep` across that.

    `paired` ones are mirrored to the other side; `wall` is the shell's thickness in mm.
    """

    part: str
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    wide: tuple[float, float]
    deep: tuple[float, float]
    wall: float
    paired: bool = True


LUMBAR_LIMBS = (
    Limb("pedicle", (13.5, 11.0, 5.5), (15.0, 29.0, 5.0), (7.4, 7.6), (4.8, 4.8), 0.75),
    Limb("superior_facet", (15.5, 25.0, 2.0), (17.0, 27.0, 24.0), (5.5, 4.2), (4.6, 3.4), 1.0),
    Limb("pillar", (15.0, 26.0, 8.0), (12.5, 31.0, -9.0), (5.6, 5.4), (3.8, 3.8), 1.2),
    Limb("inferior_facet", (12.5, 31.0, -5.0), (12.0, 31.0, -27.0), (5.4, 4.6), (4.2, 3.4), 1.1),
    Limb("lamina", (13.0, 31.0, -4.0), (1.0, 40.0, -7.0), (9.5, 10.0), (3.0, 3.0), 1.0),
    Limb("transverse", (17.0, 24.0, 4.0), (41.0, 30.0, 6.0), (5.5, 3.6), (3.0, 2.2), 0.35),
    Limb("spinous", (0.0, 38.0, -5.0), (0.0, 64.0, -11.0), (9.0, 10.5), (2.8, 3.6), 0.55, paired=False),
)
"""Pedicles, facets and processes of lumbar vertebrae (after Panjabi, Spine 1992; Zhou, Eur Spine J 2000; the
spinous process and walls assumed)."""

THORACIC_LIMBS = (
    Limb("pedicle", (11.0, 12.0, 6.0), (11.5, 24.0, 6.0), (6.6, 6.8), (3.0, 3.0), 0.55),
    Limb("superior_facet", (12.0, 25.0, 4.0), (12.0, 26.0, 18.0), (5.2, 4.4), (2.6, 2.0), 0.9),
    Limb("pillar", (12.0, 25.0, 6.0), (11.5, 28.0, -8.0), (5.0, 5.0), (3.2, 3.0), 1.0),
    Limb("inferior_facet", (11.0, 29.0, -6.0), (10.5, 29.0, -19.0), (5.2, 4.6), (2.6, 2.2), 0.9),
    Limb("lamina", (12.0, 28.0, -2.0), (1.0, 35.0, -6.0), (10.0, 10.5), (2.8, 2.8), 0.9),
    Limb("transverse", (12.0, 26.0, 4.0), (30.0, 38.0, 8.0), (5.0, 5.0), (4.0, 3.8), 0.4),
    Limb("spinous", (0.0, 34.0, -5.0), (0.0, 56.0, -27.0), (6.0, 4.6), (2.4, 2.8), 0.8, paired=False),
)
"""The same for a thoracic vertebra of the size of T10, facets broad from the front (after Panjabi 1991)."""

CERVICAL_LIMBS = (
    Limb("pedicle", (10.0, 4.0, 0.0), (17.0, 13.0, 0.0), (5.5, 5.5), (4.5, 5.0), 0.5),
    Limb("superior_facet", (21.0, 15.0, 0.0), (21.5, 15.0, 9.0), (6.0, 5.5), (5.5, 5.0), 0.5),
    Limb("pillar", (21.0, 15.0, 5.0), (21.0, 16.0, -5.0), (6.0, 6.0), (5.5, 5.5), 0.5),
    Limb("inferior_facet", (21.0, 16.0, 0.0), (21.0, 17.0, -9.0), (6.0, 5.5), (5.0, 4.5), 0.5),
    Limb("lamina", (19.0, 19.0, -2.0), (1.0, 30.0, -4.0), (6.5, 6.0), (2.2, 2.2), 0.5),
    Limb("transverse", (13.0, 2.0, 0.0), (26.0, 6.0, -3.0), (3.5, 3.0), (3.0, 2.5), 0.4),
    Limb("spinous", (0.0, 29.0, -4.0), (0.0, 46.0, -9.0), (4.5, 4.0), (2.4, 3.6), 0.5, paired=False),
)
"""The same for a cervical vertebra of the size of C5 (after Panjabi 1991; assumed in part)."""


SACRAL_LIMBS = (
    Limb("superior_facet", (17.0, 22.0, 4.0), (18.0, 26.0, 19.0), (6.0, 4.6), (5.0, 3.6), 1.0),
    Limb("lamina", (15.0, 27.0, 2.0), (1.0, 33.0, -3.0), (7.0, 8.0), (2.6, 2.6), 0.9),
)
"""What of S1 reaches over the disc (assumed)."""


def arch_parts(
    limbs: tuple[Limb, ...], size: Vector, strength: Mapping[str, tuple[float, float]]
) -> tuple[Cloud, Cloud]:
    """Return shell and spongy bone of an arch whose limbs are stretched by `size` along x, y and z.

    `strength` multiplies the mineral of each part, on the right and on the left.
    """
    weights = np.array([strength[limb.part][int(side > 0.0)] for limb, side in _sides(limbs)], np.float32)
    weights *= np.float32(np.prod(size))
    shell, core = (
        Cloud(made.cloud.points_mm * size.astype(np.float32), made.cloud.mass_g * weights[made.limb])
        for made in _made(limbs)
    )
    return shell, core


@dataclass(frozen=True)
class _Made:
    """The points of limbs in the table's size, and which limb each belongs to, [n]."""

    cloud: Cloud
    limb: NDArray[np.intp]


@cache
def _made(limbs: tuple[Limb, ...]) -> tuple[_Made, _Made]:
    """Return shells and cores of limbs on both sides, without the parts of shells that lie in other limbs."""
    rods = [_Rod.of(limb, side) for limb, side in _sides(limbs)]
    made = []
    for template, share in ((_shell_template(), _Rod.shell_g), (_core_template(), _Rod.core_g)):
        parts, masses, numbers = [], [], []
        for number, rod in enumerate(rods):
            points = rod.at(*template)
            within = np.zeros(len(points), bool)
            for other in rods:
                within |= other.holds(points) if other is not rod else False
            parts.append(points[~within])
            masses.append(np.full((~within).sum(), share(rod) / len(points)))
            numbers.append(np.full((~within).sum(), number))
        cloud = Cloud(np.concatenate(parts).astype(np.float32), np.concatenate(masses).astype(np.float32))
        made.append(_Made(cloud, np.concatenate(numbers)))
    return made[0], made[1]


def _sides(limbs: tuple[Limb, ...]) -> list[tuple[Limb, float]]:
    """Return each limb with its side, -1 right and 1 left; what is not paired counts as left."""
    return [(limb, side) for limb in limbs for side in ((-1.0, 1.0) if limb.paired else (1.0,))]


@dataclass(frozen=True)
class _Rod:
    """A limb in place: its start, its way, the directions of `wide` and `deep`, and its half axes in mm."""

    start: Vector
    way: Vector
    across: tuple[Vector, Vector]
    axes: Vector
    wall: float

    @classmethod
    def of(cls, limb: Limb, side: float) -> _Rod:
        """Return a limb on one side; `wide` is upright, but sideways where the limb itself is upright."""
        mirror = np.array([side, 1.0, 1.0])
        start, end = np.array(limb.start) * mirror, np.array(limb.end) * mirror
        direction = (end - start) / np.linalg.norm(end - start)
        reference = np.array([1.0, 0.0, 0.0] if abs(direction[2]) > 0.75 else [0.0, 0.0, 1.0])
        wide = reference - (reference @ direction) * direction
        wide /= np.linalg.norm(wide)
        across = (wide, np.cross(direction, wide))
        return cls(start, end - start, across, np.array([limb.wide, limb.deep]), limb.wall)

    def at(self, along: Vector, wide: Vector, deep: Vector) -> Vector:
        """Return points [n, 3] given by their share of the way and of the half axes there."""
        points = self.start + along[:, None] * self.way
        for axes, direction, share in zip(self.axes, self.across, (wide, deep), strict=True):
            reach = share * (axes[0] + (axes[1] - axes[0]) * along)
            points = points + reach[:, None] * direction
        return points

    def holds(self, points: Vector) -> NDArray[np.bool_]:
        """Return whether points [n, 3] lie well within the limb."""
        along = (points - self.start) @ self.way / (self.way @ self.way)
        apart = points - self.start - along[:, None] * self.way
        inner = self.axes[:, :1] + (self.axes[:, 1:] - self.axes[:, :1]) * np.clip(along, 0.0, 1.0)
        shares = [apart @ direction / axes for direction, axes in zip(self.across, inner, strict=True)]
        room = 1.0 - np.abs(2.0 * along - 1.0) ** _BLUNT
        return shares[0] ** 2 + shares[1] ** 2 < 0.85 * room

    def shell_g(self) -> float:
        """Return the mineral of the shell."""
        half = self.axes.mean(axis=1)
        length = float(np.linalg.norm(self.way))
        return float(np.pi * half.sum() * length * self.wall / 1000.0 * ARCH_CORTEX_G_CM3)

    def core_g(self) -> float:
        """Return the mineral of the spongy bone within."""
        half = np.maximum(self.axes.mean(axis=1) - self.wall, 0.2)
        length = float(np.linalg.norm(self.way))
        return float(np.pi * half.prod() * length / 1000.0 * ARCH_SPONGY_G_CM3)


def _shell_template() -> tuple[Vector, Vector, Vector]:
    """Return the points of a limb's shell: along it (0 to 1), and across in units of its half axes."""
    rng = np.random.default_rng(3)
    along = (np.arange(_ALONG)[:, None] + rng.random((_ALONG, _AROUND))) / _ALONG
    angle = (np.arange(_AROUND) + rng.random((_ALONG, _AROUND))) * 2 * np.pi / _AROUND
    return _tapered(along.reshape(-1), angle.reshape(-1), rng.uniform(_INNERMOST, 1.0, _ALONG * _AROUND))


def _core_template() -> tuple[Vector, Vector, Vector]:
    """Return the points of a limb's spongy bone, as those of its shell."""
    along, turn, area = np.random.default_rng(5).random((3, _INNER))
    return _tapered(along, 2 * np.pi * turn, 0.9 * np.sqrt(area))


def _tapered(along: Vector, angle: Vector, radius: Vector) -> tuple[Vector, Vector, Vector]:
    reach = radius * np.sqrt(1.0 - np.abs(2.0 * along - 1.0) ** _BLUNT)
    return along, reach * np.cos(angle), reach * np.sin(angle)
