"""The body of one vertebra in its own frame: its form, its shell, end plates and spongy bone.

x runs to the patient's left, y to the back and z up, in mm; the origin is the body's middle, unbroken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from training.phantom.geometry.bone_cloud import Cloud, Points
from training.phantom.geometry.projection import Vector
from training.phantom.spine.fractures import SOUND, Deformity
from training.phantom.spine.osteophytes import Spur, spur_part

CORTEX_G_CM3 = 0.85
"""Mineral of the thin, porous vertebral shell (assumed; compact bone has about 1.1)."""
SPONGY_G_CM3 = 0.12
"""Mineral of vertebral spongy bone at middle age by quantitative CT, about 0.1 to 0.2 (Genant 1982)."""

_SQUARE = 2.5
"""Exponent of the body's outline from above: 2 is an ellipse, more is squarer."""
_CANAL = 0.09
"""Share of its depth by which the body's back wall is hollowed by the canal."""
_AROUND, _UPRIGHT, _PLATE, _STRUTS, _ALONG, _BUNDLES = 220, 46, 4200, 1500, 12, 60
"""Points around and up the wall, on an end plate, upright struts, points along a strut, and bundles of struts
that level ones tie."""


@dataclass(frozen=True)
class BodyForm:
    """Sizes in mm of one vertebral body and the strength of its parts.

    `height` is that behind, before any fracture, and `wedge` the height in front over it; `hollow` is the
    share of its height by which the body is lower in its middle. `spongy` multiplies the spongy bone's
    mineral, `upright` and `level` are how unevenly it is spread over upright and level struts.
    """

    width: float
    depth: float
    height: float
    wedge: float
    waist: float
    hollow: float
    shell_mm: float
    plate_mm: tuple[float, float]
    spongy: float
    upright: float
    level: float
    deformity: Deformity = SOUND
    spurs: tuple[Spur, ...] = ()

    @property
    def back(self) -> float:
        """Where the back wall lies in the midline, y in mm."""
        return self.depth * (0.5 - _CANAL)

    def half_width_at(self, z_mm: Points) -> Points:
        """Return half the body's width at a height from its middle: narrower at the waist."""
        return np.float32(self.width / 2) * self._narrowing(np.clip(2.0 * z_mm / self.height, -1.0, 1.0))

    def outline(self, across: Points, along: Points, relative: Points) -> tuple[Points, Points]:
        """Return x and y in mm of points of the unit outline, at a height of -1 to 1."""
        hollow = np.float32(2.0 * _CANAL) * np.maximum(along, 0.0) * (1.0 - across * across)
        size = self._narrowing(relative) * np.float32(0.5)
        return np.float32(self.width) * across * size, np.float32(self.depth) * (along - hollow) * size

    def due_mm(self, y: Points) -> Points:
        """Return the body's height at depth y before any fracture or hollow."""
        front = np.clip((self.back - y) / np.float32(self.back + self.depth / 2), 0.0, 1.0)
        return np.float32(self.height) * (1.0 + np.float32(self.wedge - 1.0) * front)

    def plates_mm(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return the heights of the lower and the upper end plate at (x, y), in mm."""
        lost, due = self.deformity, self.due_mm(y)
        front = np.clip((self.back - y) / np.float32(self.back + self.depth / 2), 0.0, 1.0)
        level = 1.0 - 0.5 * (lost.anterior + lost.posterior)
        sunk = max(level - (1.0 - lost.middle) * (1.0 - self.hollow), 0.02)
        r2 = (2.0 * x / np.float32(self.width)) ** 2 + (2.0 * y / np.float32(self.depth)) ** 2
        hollow = np.float32(sunk) * np.clip(1.0 - r2, 0.0, 1.0)
        gone = due * (lost.posterior + np.float32(lost.anterior - lost.posterior) * front + hollow)
        return np.float32(lost.upper - 1.0) * -gone - 0.5 * due, 0.5 * due - np.float32(lost.upper) * gone

    def corners_mm(self) -> dict[str, tuple[float, float, float]]:
        """Return front, middle and back of both end plates in the midline, as (x, y, z) by name."""
        found = {}
        for place, y in (("anterior", -self.depth / 2), ("middle", 0.0), ("posterior", self.back)):
            bottom, top = self.plates_mm(np.zeros(1, np.float32), np.full(1, y, np.float32))
            found[f"superior_{place}"] = (0.0, y, float(top[0]))
            found[f"inferior_{place}"] = (0.0, y, float(bottom[0]))
        return found

    def heights_mm(self) -> tuple[float, float, float]:
        """Return the body's height in front, in its middle and behind, in the midline."""
        corners = self.corners_mm()
        front, middle, back = (
            corners[f"superior_{place}"][2] - corners[f"inferior_{place}"][2]
            for place in ("anterior", "middle", "posterior")
        )
        return front, middle, back

    def rim_mm(self, spur: Spur) -> Vector:
        """Return the point (x, y, z) of an end plate's rim where a spur starts."""
        across, along = _unit_outline(np.array([spur.angle]))
        x, y = self.outline(across, along, np.ones(1, np.float32))
        return np.array([x[0], y[0], self.plates_mm(x, y)[int(spur.end > 0.0)][0]], float)

    def _narrowing(self, relative: Points) -> Points:
        """Return the outline's size at a height of -1 to 1: a waist, and rounded corners."""
        square = relative * relative
        fourth = square * square
        return (
            np.float32(1.0 - self.waist)
            + np.float32(self.waist) * square
            - np.float32(0.04) * square * fourth * fourth
        )


def hard_parts(form: BodyForm) -> list[Cloud]:
    """Return the body's wall, its two end plates and its spurs."""
    x, y = form.outline(*_wall_template())
    upright = _wall_template()[2]
    bottom, top = form.plates_mm(x, y)
    z = bottom + (top - bottom) * (0.5 + 0.5 * upright)
    pieces = np.hypot(np.roll(x, -_UPRIGHT) - x, np.roll(y, -_UPRIGHT) - y)
    area_cm2 = np.maximum(pieces, 0.05) * form.due_mm(y) / np.float32(100.0 * _UPRIGHT)
    wall = Cloud(np.stack([x, y, z], axis=1), area_cm2 * np.float32(0.1 * form.shell_mm * CORTEX_G_CM3))
    across, along, depth = _plate_template()
    x, y = form.outline(across, along, np.ones_like(across))
    area_cm2 = 0.0086 * form.width * form.depth / _PLATE
    plates = []
    for end, (heights, thickness) in enumerate(zip(form.plates_mm(x, y), form.plate_mm, strict=True)):
        inward = np.float32(thickness * (1.0 - 2.0 * end)) * depth
        mass = np.full(_PLATE, area_cm2 * 0.1 * thickness * CORTEX_G_CM3, np.float32)
        plates.append(Cloud(np.stack([x, y, heights + inward], axis=1), mass))
    return [wall, *plates, *(spur_part(spur, form.rim_mm(spur)) for spur in form.spurs)]


def spongy_part(form: BodyForm, rng: np.random.Generator) -> Cloud:
    """Return the body's spongy bone: upright struts, each of its own strength, tied by level ones."""
    across, outward, along = _strut_template()
    x, y = form.outline(across, outward, np.zeros_like(across))
    struts = np.exp(np.float32(form.upright) * rng.standard_normal(_STRUTS, np.float32))
    level = np.exp(np.float32(form.level) * rng.standard_normal((_BUNDLES, _ALONG), np.float32))
    bottom, top = form.plates_mm(x, y)
    z = bottom[:, None] + (top - bottom)[:, None] * (0.5 + 0.5 * along)
    near_plates = 0.85 + np.float32(0.45) * along**2
    weights = struts[:, None] * level[np.arange(_STRUTS) % _BUNDLES] * near_plates * form.due_mm(y)[:, None]
    volume_cm3 = 0.00086 * form.width * form.depth * form.height
    mass = weights * np.float32(volume_cm3 * SPONGY_G_CM3 * form.spongy / weights.sum())
    spread = [np.broadcast_to(axis[:, None], z.shape) for axis in (x, y)]
    return Cloud(np.stack([*spread, z], axis=-1).reshape(-1, 3), mass.reshape(-1))


def _unit_outline(angle: Vector) -> tuple[Points, Points]:
    """Return points of a superellipse of half axes 1 in directions `angle` (0 left, a right angle back)."""
    both = (np.cos(angle), np.sin(angle))
    across, along = (np.sign(one) * np.abs(one) ** (2.0 / _SQUARE) for one in both)
    return across.astype(np.float32), along.astype(np.float32)


@cache
def _wall_template() -> tuple[Points, Points, Points]:
    """Return the wall's points on the unit outline (across, along) and their height of -1 to 1."""
    rng = np.random.default_rng(1)
    around = np.arange(_AROUND)[:, None] + rng.random(_UPRIGHT)
    height = (np.arange(_UPRIGHT) + rng.random((_AROUND, _UPRIGHT))) * (2.0 / _UPRIGHT) - 1.0
    across, along = _unit_outline(around.reshape(-1) * (2 * np.pi / _AROUND))
    return across, along, height.reshape(-1).astype(np.float32)


@cache
def _plate_template() -> tuple[Points, Points, Points]:
    """Return an end plate's points within the unit outline, evenly spread, and their depth of 0 to 1."""
    number = np.arange(_PLATE) + 0.5
    across, along = _unit_outline(number * np.pi * (3.0 - np.sqrt(5.0)))
    radius = np.sqrt(number / _PLATE).astype(np.float32)
    return across * radius, along * radius, np.random.default_rng(4).random(_PLATE, np.float32)


@cache
def _strut_template() -> tuple[Points, Points, Points]:
    """Return each strut's place within the unit outline, and the heights (-1 to 1) of the points along it."""
    rng = np.random.default_rng(2)
    across, along = _unit_outline(rng.random(_STRUTS) * 2 * np.pi)
    radius = np.sqrt(rng.random(_STRUTS, np.float32))
    steps = (np.arange(_ALONG) + rng.random((_STRUTS, _ALONG))) * (2.0 / _ALONG) - 1.0
    return across * radius, along * radius, (0.98 * steps).astype(np.float32)
