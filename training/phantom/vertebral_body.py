"""The body of one vertebra in its own frame: its form, its shell, end plates and spongy bone.

x runs to the patient's left, y to the back and z up, in mm; the origin is the body's middle, unbroken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from training.phantom.bone_cloud import Cloud, Points
from training.phantom.fractures import SOUND, Deformity

CORTEX_G_CM3 = 0.85
"""Mineral of the thin, porous vertebral shell (assumed; compact bone has about 1.1)."""
SPONGY_G_CM3 = 0.12
"""Mineral of vertebral spongy bone at middle age by quantitative CT, about 0.1 to 0.2 (Genant 1982)."""

_SQUARE = 2.5
"""Exponent of the body's outline from above: 2 is an ellipse, more is squarer."""
_CANAL = 0.09
"""Share of its depth by which the body's back wall is hollowed by the canal."""
_AROUND, _UPRIGHT, _PLATE, _STRUTS, _ALONG = 230, 52, 4600, 1500, 13
"""Points around and up the wall, on an end plate, upright struts, points along a strut."""


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

    @property
    def back(self) -> float:
        """Where the back wall lies in the midline, y in mm."""
        return self.depth * (0.5 - _CANAL)

    def half_width_at(self, z_mm: Points) -> Points:
        """Return half the body's width at a height from its middle: narrower at the waist."""
        return np.float32(self.width / 2) * self._narrowing(np.clip(2.0 * z_mm / self.height, -1.0, 1.0))

    def outline(self, angle: Points, relative: Points) -> tuple[Points, Points]:
        """Return x and y of the wall in direction `angle` (0 left, a right angle back) at height -1 to 1."""
        cos, sin = np.cos(angle), np.sin(angle)
        power = np.float32(2.0 / _SQUARE)
        across = np.sign(cos) * np.abs(cos) ** power
        along = np.sign(sin) * np.abs(sin) ** power
        along = along - np.float32(2.0 * _CANAL) * np.maximum(along, 0.0) * (1.0 - across**2)
        size = self._narrowing(relative) * np.float32(0.5)
        return np.float32(self.width) * across * size, np.float32(self.depth) * along * size

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

    def _narrowing(self, relative: Points) -> Points:
        """Return the outline's size at a height of -1 to 1: a waist, and rounded corners."""
        return 1.0 - np.float32(self.waist) * (1.0 - relative**2) - np.float32(0.04) * relative**10


def hard_parts(form: BodyForm) -> list[Cloud]:
    """Return the body's wall and its two end plates."""
    around, upright, radius, turn, thick = _template()
    x, y = form.outline(around, upright)
    bottom, top = form.plates_mm(x, y)
    z = bottom + (top - bottom) * (0.5 + 0.5 * upright)
    pieces = np.hypot(np.roll(x, -_UPRIGHT) - x, np.roll(y, -_UPRIGHT) - y)
    area_cm2 = np.maximum(pieces, 0.05) * form.due_mm(y) / np.float32(100.0 * _UPRIGHT)
    wall = Cloud(np.stack([x, y, z], axis=1), area_cm2 * np.float32(0.1 * form.shell_mm * CORTEX_G_CM3))
    edge_x, edge_y = form.outline(turn, np.ones_like(turn))
    x, y = edge_x * radius, edge_y * radius
    area = np.float32(0.0086 * form.width * form.depth / _PLATE)
    plates = []
    for end, (heights, thickness) in enumerate(zip(form.plates_mm(x, y), form.plate_mm, strict=True)):
        inward = np.float32(thickness * (1.0 - 2.0 * end)) * thick
        mass = np.full(_PLATE, area * 0.1 * thickness * CORTEX_G_CM3, np.float32)
        plates.append(Cloud(np.stack([x, y, heights + inward], axis=1), mass))
    return [wall, *plates]


def spongy_part(form: BodyForm, rng: np.random.Generator) -> Cloud:
    """Return the body's spongy bone: upright struts, each of its own strength, tied by level ones."""
    turn, radius, along = _strut_template()
    edge_x, edge_y = form.outline(turn, np.zeros_like(turn))
    x, y = edge_x * radius, edge_y * radius
    struts = np.exp(np.float32(form.upright) * rng.standard_normal(_STRUTS, np.float32))
    level = np.exp(np.float32(form.level) * rng.standard_normal((_ALONG, 24), np.float32))
    bottom, top = form.plates_mm(x, y)
    z = bottom[:, None] + (top - bottom)[:, None] * (0.5 + 0.5 * along)
    near_plates = 0.85 + np.float32(0.45) * along**2
    weights = struts[:, None] * level.T[np.arange(_STRUTS) % 24] * near_plates * form.due_mm(y)[:, None]
    volume_cm3 = 0.00086 * form.width * form.depth * form.height
    mass = weights * np.float32(volume_cm3 * SPONGY_G_CM3 * form.spongy / weights.sum())
    spread = [np.broadcast_to(axis[:, None], z.shape) for axis in (x, y)]
    return Cloud(np.stack([*spread, z], axis=-1).reshape(-1, 3), mass.reshape(-1))


@cache
def _template() -> tuple[Points, Points, Points, Points, Points]:
    """Return direction and height of each point of the wall; radius, direction and depth in an end plate."""
    rng = np.random.default_rng(1)
    around = np.repeat(np.arange(_AROUND, dtype=np.float32), _UPRIGHT)
    upright = np.tile(np.arange(_UPRIGHT, dtype=np.float32), _AROUND)
    shift = np.tile(rng.random(_UPRIGHT, np.float32), _AROUND)
    angle = (around + shift) * np.float32(2 * np.pi / _AROUND)
    height = (upright + rng.random(len(upright), np.float32)) * np.float32(2.0 / _UPRIGHT) - 1.0
    number = np.arange(_PLATE) + 0.5
    golden = (number * np.pi * (3.0 - np.sqrt(5.0))) % (2 * np.pi)
    radius = np.sqrt(number / _PLATE)
    return angle, height, radius.astype(np.float32), golden.astype(np.float32), rng.random(_PLATE, np.float32)


@cache
def _strut_template() -> tuple[Points, Points, Points]:
    """Return direction and radius of each upright strut, and the heights (-1 to 1) along each."""
    rng = np.random.default_rng(2)
    turn = rng.random(_STRUTS, np.float32) * np.float32(2 * np.pi)
    radius = np.sqrt(rng.random(_STRUTS, np.float32))
    steps = (np.arange(_ALONG) + rng.random((_STRUTS, _ALONG))) * (2.0 / _ALONG) - 1.0
    return turn, radius, (0.98 * steps).astype(np.float32)
