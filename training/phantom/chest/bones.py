"""Bone of ribs and shoulders beam by beam, each bone with its own relative mineral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from training.phantom.chest.ribs import CORTEX_G_CM3, SPONGY_G_CM3, Rib
from training.phantom.chest.shoulder_girdle import Side, add_blade_g_cm2, shell_g_cm2
from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection
from training.phantom.geometry.solids import Ellipsoid, Tube, tube_chords_mm
from training.phantom.people.bones import Bones

_THINNING = 0.6
"""The cortex thins with this power of a bone's relative mineral; the rest of the loss is in its density."""


def thinned(tubes: Sequence[Tube], factor: float) -> tuple[list[Tube], float]:
    """Return rods with their cortex thinned for a relative mineral, and what to weigh their mineral with.

    Together they keep the mineral of the cross-sections at `factor` times that of the bone at 1.
    """
    thin = [replace(tube, wall_mm=tube.wall_mm * factor**_THINNING) for tube in tubes]
    return thin, factor * sum(map(_section_g_cm, tubes)) / sum(map(_section_g_cm, thin))


def tubes_g_cm2(tubes: Sequence[Tube], factor: float, projection: Projection) -> Map:
    """Return the areal mineral of rods of bone with a relative mineral."""
    thin, weight = thinned(tubes, factor)
    walls, hollows = tube_chords_mm(thin, projection)
    walls *= np.float32(0.1 * weight * CORTEX_G_CM3)
    hollows *= np.float32(0.1 * weight * SPONGY_G_CM3)
    walls += hollows
    return walls


def ribs_g_cm2(ribs: Sequence[Rib], bones: Bones, projection: Projection) -> Map:
    """Return the areal mineral of all ribs."""
    return tubes_g_cm2([rib.tube for rib in ribs], bones["ribs"], projection)


def shoulder_g_cm2(side: Side, name: str, bones: Bones, projection: Projection) -> Map:
    """Return the areal mineral of one shoulder; `name` is right or left."""
    total = tubes_g_cm2(side.clavicle_tubes, bones[f"{name}_clavicle"], projection)
    scapula = tubes_g_cm2(side.scapula_tubes, 1.0, projection)
    add_blade_g_cm2(side, projection, scapula)
    for end in side.scapula_ends:
        shell_g_cm2(end, projection, 0.8, 0.14, scapula)
    total += np.float32(bones["scapulae"]) * scapula
    humerus = tube_chords_mm(list(side.humerus), projection)
    arm = np.float32(0.1 * CORTEX_G_CM3) * humerus[0]
    shell_g_cm2(side.head, projection, 0.7, 0.12, arm)
    return total + np.float32(bones["humeri"]) * arm


def breastbone_g_cm2(thorax: Thorax, bones: Bones, projection: Projection) -> Map:
    """Return the areal mineral of the breastbone, its handle and its body: mostly spongy, and faint."""
    total = projection.grid.zeros()
    for down, half in ((0.22, (27.0, 6.0, 24.0)), (0.45, (16.0, 5.0, 50.0))):
        z = np.array(thorax.top_mm - down * thorax.height_mm)
        x, y = (float(value) for value in thorax.middle_mm(z))
        front = y - float(thorax.half_depth_mm(z)) - 5.0
        solid = Ellipsoid(np.array([x, front, float(z)]), np.diag(half) * thorax.width)
        shell_g_cm2(solid, projection, 0.7, 0.10, total)
    return total * np.float32(bones["ribs"])


def _section_g_cm(tube: Tube) -> float:
    """Return the mineral of a cross-section in the middle of a rod, relative."""
    high = float(np.mean(tube.radius_mm))
    wide = high * tube.flatness
    hollow = max(high - tube.wall_mm, 0.0) * max(wide - tube.wall_mm, 0.0)
    return CORTEX_G_CM3 * (high * wide - hollow) + SPONGY_G_CM3 * hollow
