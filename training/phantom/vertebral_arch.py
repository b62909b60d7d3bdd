"""What lies behind a vertebral body: pedicles, articular processes, laminae and the other processes.

Each is a limb of elliptic section from one point to another, a shell with spongy bone in it, given by a table
in the vertebra's own frame (x left, y back, z up, mm) for a vertebra of the size of L3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from training.phantom.bone_cloud import Cloud, Points
from training.phantom.projection import Vector

ARCH_CORTEX_G_CM3 = 0.85
"""Mineral of the arch's compact bone, pores included (assumed, below a long bone's 1.1)."""
ARCH_SPONGY_G_CM3 = 0.14

_ALONG, _AROUND, _INNER = 30, 44, 360


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
    Limb("pedicle", (13.5, 11.0, 5.0), (15.0, 26.0, 5.0), (7.2, 7.4), (4.6, 4.6), 0.55),
    Limb("superior_facet", (15.5, 25.0, 4.0), (17.0, 27.0, 21.0), (5.5, 4.2), (4.6, 3.4), 1.0),
    Limb("pillar", (15.0, 26.0, 8.0), (12.5, 31.0, -9.0), (5.6, 5.4), (3.8, 3.8), 1.2),
    Limb("inferior_facet", (12.5, 31.0, -7.0), (12.0, 31.0, -23.0), (5.4, 4.6), (4.2, 3.4), 1.1),
    Limb("lamina", (13.0, 31.0, -4.0), (1.0, 40.0, -7.0), (9.5, 10.0), (3.0, 3.0), 1.0),
    Limb("transverse", (17.0, 24.0, 4.0), (41.0, 30.0, 6.0), (5.5, 3.6), (3.0, 2.2), 0.35),
    Limb("spinous", (0.0, 38.0, -5.0), (0.0, 64.0, -11.0), (9.0, 10.5), (2.8, 3.6), 0.8, paired=False),
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
    Limb("pedicle", (10.0, 4.0, 0.0), (17.0, 13.0, 0.0), (5.5, 5.5), (4.5, 5.0), 1.0),
    Limb("superior_facet", (21.0, 15.0, 0.0), (21.5, 15.0, 9.0), (6.0, 5.5), (5.5, 5.0), 1.0),
    Limb("pillar", (21.0, 15.0, 5.0), (21.0, 16.0, -5.0), (6.0, 6.0), (5.5, 5.5), 1.0),
    Limb("inferior_facet", (21.0, 16.0, 0.0), (21.0, 17.0, -9.0), (6.0, 5.5), (5.0, 4.5), 1.0),
    Limb("lamina", (19.0, 19.0, -2.0), (1.0, 30.0, -4.0), (6.5, 6.0), (2.2, 2.2), 0.9),
    Limb("transverse", (13.0, 2.0, 0.0), (26.0, 6.0, -3.0), (3.5, 3.0), (3.0, 2.5), 0.7),
    Limb("spinous", (0.0, 29.0, -4.0), (0.0, 46.0, -9.0), (4.5, 4.0), (2.4, 3.6), 0.8, paired=False),
)
"""The same for a cervical vertebra of the size of C5 (after Panjabi 1991; assumed in part)."""


SACRAL_LIMBS = (
    Limb("superior_facet", (17.0, 22.0, 4.0), (18.0, 26.0, 19.0), (6.0, 4.6), (5.0, 3.6), 1.0),
    Limb("lamina", (15.0, 27.0, 2.0), (1.0, 33.0, -3.0), (7.0, 8.0), (2.6, 2.6), 0.9),
)
"""What of S1 reaches over the disc (assumed)."""


def arch_parts(
    limbs: tuple[Limb, ...], size: Vector, strength: dict[str, tuple[float, float]]
) -> tuple[Cloud, Cloud]:
    """Return shell and spongy bone of an arch whose limbs are stretched by `size` along x, y and z.

    `strength` multiplies the mineral of each part, on the right and on the left.
    """
    table, weights, walls = [], [], []
    for limb in limbs:
        for side, factor in zip((-1.0, 1.0), strength[limb.part], strict=True):
            if limb.paired or side > 0.0:
                table.append((limb, side))
                weights.append(factor)
                walls.append(limb.wall)
    ends = np.array([[one.start, one.end] for one, _ in table]) * size
    ends[:, :, 0] *= np.array([side for _, side in table])[:, None]
    girth = float(np.sqrt(size[0] * size[2]))
    axes = np.array([[one.wide, one.deep] for one, _ in table]) * girth
    return _shell_and_core(ends, axes, np.array(walls) * girth, np.array(weights))


def _shell_and_core(ends: Vector, axes: Vector, walls: Vector, weights: Vector) -> tuple[Cloud, Cloud]:
    """Return the limbs' shells and cores; `ends` [n, 2, 3], `axes` [n, 2 (wide, deep), 2 (start, end)]."""
    way = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(way, axis=1)
    mean = axes.mean(axis=2)
    shell_cm3 = np.pi * mean.sum(axis=1) * length * walls / 1000.0
    core_cm3 = np.pi * np.maximum(mean - walls[:, None], 0.2).prod(axis=1) * length / 1000.0
    bone = (
        (_shell_template(), shell_cm3 * ARCH_CORTEX_G_CM3),
        (_core_template(), core_cm3 * ARCH_SPONGY_G_CM3),
    )
    shell, core = (_spread(ends, axes, template, mass_g * weights) for template, mass_g in bone)
    return shell, core


def _spread(ends: Vector, axes: Vector, template: tuple[Points, ...], mass_g: Vector) -> Cloud:
    """Return each limb's mass over the template's points: along it, and across in units of its half axes."""
    along, wide, deep = template
    way = ends[:, 1] - ends[:, 0]
    directions = _across(way / np.linalg.norm(way, axis=1, keepdims=True))
    points = ends[:, None, 0].astype(np.float32) + way[:, None].astype(np.float32) * along[:, None]
    for (start, end), direction, template_part in zip(
        axes.transpose(1, 2, 0).astype(np.float32), directions, (wide, deep), strict=True
    ):
        reach = (start[:, None] + (end - start)[:, None] * along) * template_part
        points += reach[..., None] * direction[:, None].astype(np.float32)
    mass = np.repeat((mass_g / len(along)).astype(np.float32), len(along))
    return Cloud(points.reshape(-1, 3), mass)


def _across(direction: Vector) -> tuple[Vector, Vector]:
    """Return the directions of `wide` and `deep`: `wide` is upright, but sideways for upright limbs."""
    upright = np.abs(direction[:, 2:]) > 0.75
    reference = np.where(upright, np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0]))
    wide = reference - (reference * direction).sum(axis=1, keepdims=True) * direction
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    return wide, np.cross(direction, wide)


@cache
def _shell_template() -> tuple[Points, Points, Points]:
    """Return the points of a limb's shell: along it (0 to 1), and across in units of its half axes."""
    rng = np.random.default_rng(3)
    along = (np.arange(_ALONG)[:, None] + rng.random((_ALONG, _AROUND))) / _ALONG
    angle = (np.arange(_AROUND) + rng.random((_ALONG, _AROUND))) * 2 * np.pi / _AROUND
    return _tapered(along, angle, np.ones_like(along))


@cache
def _core_template() -> tuple[Points, Points, Points]:
    """Return the points of a limb's spongy bone, as those of its shell."""
    along, turn, area = np.random.default_rng(5).random((3, _INNER))
    return _tapered(along, 2 * np.pi * turn, 0.9 * np.sqrt(area))


def _tapered(along: Vector, angle: Vector, radius: Vector) -> tuple[Points, Points, Points]:
    reach = radius * np.sqrt(1.0 - np.abs(2.0 * along - 1.0) ** 6)
    parts = (along, reach * np.cos(angle), reach * np.sin(angle))
    along, wide, deep = (part.reshape(-1).astype(np.float32) for part in parts)
    return along, wide, deep
