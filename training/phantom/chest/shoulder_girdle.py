"""Collar bones, shoulder blades and the heads of the upper arms, in the patient's mm."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.phantom.chest.body import Body, arm_bone_mm
from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.geometry.solids import Ellipsoid, Tube, ellipsoid_chord_mm
from training.phantom.people.person import Person

CLAVICLE_CORTEX_MM = 1.9
"""Wall of a young adult's collar bone at its shaft, mm (1.5 to 2.5: Andermahr et al., Clin Anat 2007)."""
_BLADE_G_CM2 = 0.15
_BORDER_MM = 3.0


@dataclass(frozen=True)
class Side:
    """The shoulder of one side: rods of its bones, its rounded ends, and the corners of the blade [4, 3]."""

    clavicle: Vector
    clavicle_tubes: tuple[Tube, ...]
    scapula_tubes: tuple[Tube, ...]
    scapula_ends: tuple[Ellipsoid, ...]
    blade: Vector
    humerus: tuple[Tube, Tube]
    head: Ellipsoid


def draw_shoulder(
    person: Person, thorax: Thorax, body: Body, side: int, forward: float, rng: np.random.Generator
) -> Side:
    """Return one shoulder; `forward` 0 to 1 is how far the arms have turned the blade out of the lung."""
    size = person.height_cm / 175.0 * (0.92 if person.sex == "F" else 1.0)
    joint = np.array(
        [side * body.shoulder_mm[0], _back(thorax, body.shoulder_mm[1]) - 45.0, body.shoulder_mm[1]]
    )
    clavicle = _clavicle(thorax, joint, side, size, rng)
    blade = _blade(thorax, joint, side, size, forward, rng)
    acromion = joint + size * np.array([side * 2.0, 12.0, 29.0])
    return Side(
        clavicle,
        _clavicle_tubes(clavicle, size * rng.normal(1.0, 0.08), rng),
        _scapula_tubes(blade, acromion, joint, side, size),
        _scapula_ends(joint, side, size),
        blade,
        _humerus(arm_bone_mm(body, side) + np.array([0.0, joint[1], 0.0]), size),
        Ellipsoid(joint + np.array([-side * 2.0, 0.0, 5.0]), np.diag([22.0, 21.0, 23.5]) * size),
    )


def shell_g_cm2(
    solid: Ellipsoid, projection: Projection, wall_mm: float, spongy_g_cm3: float, total: Map
) -> None:
    """Add the mineral of a rounded end of a bone, cortex around spongy bone, to `total`."""
    patch, outer = ellipsoid_chord_mm(solid, projection)
    lengths = np.linalg.norm(solid.half_axes_mm, axis=1, keepdims=True)
    inner_solid = Ellipsoid(solid.centre_mm, solid.half_axes_mm * np.maximum(1.0 - wall_mm / lengths, 0.05))
    inner_patch, inner = ellipsoid_chord_mm(inner_solid, projection)
    total[patch] += np.float32(0.1 * 1.05) * outer
    total[inner_patch] -= np.float32(0.1 * (1.05 - spongy_g_cm3)) * inner


def add_blade_g_cm2(side: Side, projection: Projection, total: Map) -> None:
    """Add the mineral of the thin plate of a shoulder blade, thinning out at its borders, to `total`."""
    grid = projection.grid
    border = _BORDER_MM / grid.pixel_mm
    corners = projection.on_grid(side.blade) / grid.pixel_mm
    left, top = (max(0, int(low)) for low in corners.min(axis=0) - 3.0 * border)
    right, bottom = (max(0, int(high)) for high in corners.max(axis=0) + 3.0 * border)
    around = total[top:bottom, left:right]
    if around.size:
        plate = np.zeros_like(around)
        outline = np.round((corners - (left, top)) * 16.0).astype(np.int32)
        cv2.fillPoly(plate, [outline], _BLADE_G_CM2, shift=4)
        around += cv2.GaussianBlur(plate, (0, 0), border)


def _back(thorax: Thorax, z_mm: float) -> float:
    z = np.array(min(z_mm, thorax.top_mm - 40.0))
    return float(thorax.middle_mm(z)[1] + thorax.half_depth_mm(z))


def _clavicle(thorax: Thorax, joint: Vector, side: int, size: float, rng: np.random.Generator) -> Vector:
    """Return the S of a collar bone from its medial to its lateral end, [n, 3]."""
    height = thorax.top_mm - size * rng.normal(39.0, 5.0)
    level = np.array(height)
    front = float(thorax.middle_mm(level)[1] - thorax.half_depth_mm(level)) - 4.0
    medial = np.array([side * size * rng.normal(21.0, 2.4), front, height])
    lateral = joint + size * np.array([side * -6.0, 4.0, 27.0])
    way = np.linspace(0.0, 1.0, 40)[:, None]
    wave = np.sin(2.0 * np.pi * way) * size * rng.normal(11.0, 2.0)
    arch = np.sin(np.pi * way) * rng.normal(3.0, 3.0)
    line: Vector = medial + way * (lateral - medial) + np.hstack([0 * way, -wave, arch + 0.25 * wave])
    return line


def _clavicle_tubes(line: Vector, size: float, rng: np.random.Generator) -> tuple[Tube, ...]:
    wall = CLAVICLE_CORTEX_MM * size * rng.normal(1.0, 0.08)
    parts = ((slice(0, 9), 10.0, 7.4, 0.6), (slice(8, 30), 6.8, 6.2, 1.0), (slice(29, 40), 6.4, 7.4, 0.65))
    return tuple(
        Tube(line[part], np.linspace(first, last, len(line[part])) * size, wall * cortex)
        for part, first, last, cortex in parts
    )


def _blade(
    thorax: Thorax, joint: Vector, side: int, size: float, forward: float, rng: np.random.Generator
) -> Vector:
    """Return superior angle, inferior angle, lower and upper edge of the socket."""
    inner = 72.0 + 34.0 * forward + rng.normal(0.0, 5.0)
    lower = 96.0 + 44.0 * forward + rng.normal(0.0, 6.0)
    top, bottom = joint[2] + size * 9.0, joint[2] - size * rng.normal(118.0, 7.0)
    return np.array(
        [
            [side * inner * size, _back(thorax, top) + 8.0, top],
            [side * lower * size, _back(thorax, bottom) + 10.0, bottom],
            [joint[0] - side * 24.0 * size, joint[1] + 4.0, joint[2] - 16.0 * size],
            [joint[0] - side * 26.0 * size, joint[1] + 4.0, joint[2] + 14.0 * size],
        ]
    )


def _humerus(line: Vector, size: float) -> tuple[Tube, Tube]:
    """Return the wide thin-walled upper end of the bone, and its shaft."""
    return (
        Tube(line[:6], np.linspace(21.0, 13.0, 6) * size, 1.1 * size),
        Tube(line[5:], np.full(len(line) - 5, 11.5 * size), 3.8 * size),
    )


def _scapula_tubes(
    blade: Vector, acromion: Vector, joint: Vector, side: int, size: float
) -> tuple[Tube, ...]:
    def rod(first: Vector, last: Vector, radius: float, wall: float, bend: float = 0.0) -> Tube:
        way = np.linspace(0.0, 1.0, 20)[:, None]
        middle = np.sin(np.pi * way) * bend * np.array([side * 1.0, 0.0, 0.0])
        return Tube(first + way * (last - first) + middle, np.full(20, radius * size), wall * size, 0.8)

    medial = blade[0] + 0.3 * (blade[1] - blade[0])
    return (
        rod(blade[1], blade[2], 4.6, 1.1, -5.0),
        rod(blade[0], blade[1], 2.2, 0.9, -6.0),
        rod(blade[0], blade[3], 1.8, 0.4, 3.0),
        rod(medial, acromion, 4.0, 0.45),
        rod(acromion, joint + size * np.array([side * 8.0, -14.0, 27.0]), 7.0, 1.2),
    )


def _scapula_ends(joint: Vector, side: int, size: float) -> tuple[Ellipsoid, ...]:
    socket = joint + size * np.array([side * -25.0, 3.0, 0.0])
    coracoid = joint + size * np.array([side * -30.0, -22.0, 14.0])
    return (
        Ellipsoid(socket, np.diag([6.0, 13.0, 18.0]) * size),
        Ellipsoid(coracoid, np.diag([9.0, 18.0, 7.0]) * size),
    )
