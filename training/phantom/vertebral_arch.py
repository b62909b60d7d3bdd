"""What lies behind a vertebral body: pedicles, articular processes, laminae, spinous and transverse processes.

Each is a limb of elliptic section from one point to another, a shell with spongy bone in it, given by a table
in the vertebra's own frame (x left, y back, z up, mm) for a vertebra of the size of L3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from training.phantom.bone_cloud import Cloud, Points
from training.phantom.projection import Vector

ARCH_CORTEX_G_CM3 = 1.0
"""Mineral of the arch's compact bone (assumed, a little below a long bone's 1.1)."""
ARCH_SPONGY_G_CM3 = 0.16

_ALONG, _AROUND, _INNER = 30, 44, 360


@dataclass(frozen=True)
class Limb:
    """A limb from `start` to `end` (x, y, z); its half axes at both ends, `wide` across and `deep` the other way.

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
    Limb("pedicle", (13.5, 11.0, 5.0), (15.0, 26.0, 5.0), (7.2, 7.4), (4.6, 4.6), 1.1),
    Limb("superior_facet", (15.5, 25.0, 4.0), (17.0, 27.0, 21.0), (5.5, 4.2), (4.6, 3.4), 1.0),
    Limb("pillar", (15.0, 26.0, 8.0), (12.5, 31.0, -9.0), (5.6, 5.4), (3.8, 3.8), 1.2),
    Limb("inferior_facet", (12.5, 31.0, -7.0), (12.0, 31.0, -23.0), (5.4, 4.6), (4.2, 3.4), 1.1),
    Limb("lamina", (13.0, 31.0, -4.0), (1.0, 40.0, -7.0), (9.5, 10.0), (3.0, 3.0), 1.0),
    Limb("transverse", (17.0, 24.0, 4.0), (41.0, 30.0, 6.0), (5.5, 3.6), (3.0, 2.2), 0.7),
    Limb("spinous", (0.0, 38.0, -5.0), (0.0, 64.0, -11.0), (9.0, 10.5), (2.8, 3.6), 0.8, paired=False),
)
"""Pedicles, facets and processes of lumbar vertebrae (after Panjabi, Spine 1992; Zhou, Eur Spine J 2000; the
spinous process and walls assumed)."""

THORACIC_LIMBS = (
    Limb("pedicle", (11.0, 12.0, 6.0), (11.5, 24.0, 6.0), (6.6, 6.8), (3.0, 3.0), 1.0),
    Limb("superior_facet", (12.0, 25.0, 4.0), (12.0, 26.0, 18.0), (5.2, 4.4), (2.6, 2.0), 0.9),
    Limb("pillar", (12.0, 25.0, 6.0), (11.5, 28.0, -8.0), (5.0, 5.0), (3.2, 3.0), 1.0),
    Limb("inferior_facet", (11.0, 29.0, -6.0), (10.5, 29.0, -19.0), (5.2, 4.6), (2.6, 2.2), 0.9),
    Limb("lamina", (12.0, 28.0, -2.0), (1.0, 35.0, -6.0), (10.0, 10.5), (2.8, 2.8), 0.9),
    Limb("transverse", (12.0, 26.0, 4.0), (30.0, 38.0, 8.0), (5.0, 5.0), (4.0, 3.8), 0.7),
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
) -> list[Cloud]:
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


def _shell_and_core(ends: Vector, axes: Vector, walls: Vector, weights: Vector) -> list[Cloud]:
    """Return the limbs' shells and cores; `ends` [n, 2, 3], `axes` [n, 2 (wide, deep), 2 (start, end)]."""
    along, angle, core_along, core_angle, core_radius = _template()
    way = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(way, axis=1)
    wide, deep = _across(way / length[:, None])
    middle = 0.5 * axes.mean(axis=2).sum(axis=1)
    shell_g = 2 * np.pi * middle * length * walls * ARCH_CORTEX_G_CM3 / 1000.0 * weights
    inner = np.maximum(axes.mean(axis=2) - walls[:, None], 0.2).prod(axis=1)
    core_g = np.pi * inner * length * ARCH_SPONGY_G_CM3 / 1000.0 * weights
    clouds = []
    for t, phi, radius, mass in ((along, angle, 1.0, shell_g), (core_along, core_angle, core_radius, core_g)):
        taper = radius * (1.0 - np.abs(2.0 * t - 1.0) ** 6) ** 0.5
        a = (axes[:, 0, :1] * (1 - t) + axes[:, 0, 1:] * t) * taper * np.cos(phi)
        b = (axes[:, 1, :1] * (1 - t) + axes[:, 1, 1:] * t) * taper * np.sin(phi)
        points = (
            ends[:, None, 0]
            + way[:, None] * t[:, None]
            + a[..., None] * wide[:, None]
            + b[..., None] * deep[:, None]
        )
        each = np.broadcast_to((mass / len(t))[:, None], a.shape)
        clouds.append(Cloud(points.reshape(-1, 3).astype(np.float32), each.reshape(-1).astype(np.float32)))
    return clouds


def _across(direction: Vector) -> tuple[Vector, Vector]:
    """Return two directions across each limb: `wide` is upright for level limbs, sideways for upright ones."""
    upright = np.abs(direction[:, 2:]) > 0.75
    reference = np.where(upright, np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0]))
    wide = reference - (reference * direction).sum(axis=1, keepdims=True) * direction
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    return wide, np.cross(direction, wide)


@cache
def _template() -> tuple[Points, Points, Points, Points, Points]:
    """Return along (0 to 1) and around (angle) of a limb's shell, and the same with radius of its core."""
    rng = np.random.default_rng(3)
    steps = (np.arange(_ALONG)[:, None] + rng.random((_ALONG, _AROUND))) / _ALONG
    angles = (np.arange(_AROUND)[None] + rng.random((_ALONG, 1))) * 2 * np.pi / _AROUND
    inner = rng.random((3, _INNER))
    parts = (
        steps,
        np.broadcast_to(angles, steps.shape),
        inner[0],
        2 * np.pi * inner[1],
        0.9 * np.sqrt(inner[2]),
    )
    return tuple(part.reshape(-1).astype(np.float32) for part in parts)
