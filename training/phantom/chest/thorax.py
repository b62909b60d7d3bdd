"""The thoracic cage of a person: its inner surface from the lungs' apex to the flanks, in the patient's mm.

Level cuts are superellipses. Half widths and depths are a table over the way down from the apex, for a cage
of a man of 175 cm (after Wang et al., J Biomech 2016 and Gayzik et al., J Biomech 2008, rounded; assumed
between), made larger or smaller, more bell- or barrel-shaped from person to person; depth grows with age.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Vector
from training.phantom.people.person import Person
from training.phantom.spine.spine import Spine

_STREAM = 0x7408A
_DOWN = np.array([0.0, 0.015, 0.04, 0.08, 0.13, 0.20, 0.30, 0.40, 0.60, 0.80, 1.00, 1.15, 1.40])
_HALF_WIDTH_MM = np.array(
    [0.0, 35.0, 53.0, 71.0, 88.0, 105.0, 114.0, 119.0, 125.0, 130.0, 131.0, 129.0, 122.0]
)
_HALF_DEPTH_MM = np.array([0.0, 21.0, 32.0, 40.0, 47.0, 56.0, 67.0, 74.0, 83.0, 88.0, 90.0, 89.0, 86.0])
_HEIGHT_MM = 262.0
"""From the apex to the level where the table ends its first 1.0, in that man."""
_ROUND = 2.4
_GUTTER_MM = 32.0
"""The cage reaches this far behind the middle of the vertebral bodies."""


@dataclass(frozen=True)
class Thorax:
    """The cage's inner surface; `top_mm` is the apex's z, `height_mm` scales the table of levels below it.

    `spine_mm` [n, 3] are the middles of the vertebral bodies from the head down, which the cage follows.
    """

    top_mm: float
    height_mm: float
    width: float
    depth: float
    bell: float
    spine_mm: Vector

    def half_width_mm(self, z_mm: Vector) -> Vector:
        """Return the half width at heights z."""
        down = (self.top_mm - z_mm) / self.height_mm
        half: Vector = self.width * np.interp(down, _DOWN, _HALF_WIDTH_MM) * (1.0 + self.bell * (down - 0.5))
        return half

    def half_depth_mm(self, z_mm: Vector) -> Vector:
        """Return half the depth, from the back of the gutters to the breastbone, at heights z."""
        half: Vector = self.depth * np.interp((self.top_mm - z_mm) / self.height_mm, _DOWN, _HALF_DEPTH_MM)
        return half

    @cached_property
    def middle_depth_mm(self) -> float:
        """The y of the middle of the cage, half way down: where its outline lies."""
        return float(self.middle_mm(np.array(self.top_mm - 0.5 * self.height_mm))[1])

    def middle_mm(self, z_mm: Vector) -> tuple[Vector, Vector]:
        """Return x and y of the middle of the level cuts at heights z."""
        levels = self.spine_mm[::-1]
        x = 0.5 * np.interp(z_mm, levels[:, 2], levels[:, 0])
        back = np.interp(z_mm, levels[:, 2], levels[:, 1]) + _GUTTER_MM * self.width
        return x, back - self.half_depth_mm(z_mm)

    def round_the_cage(self, angle: Vector, z_mm: Vector, outside_mm: float) -> Vector:
        """Return points [n, 3] of the surface, 0 at the back to pi at the front on the left.

        Negative angles lie on the right; `outside_mm` moves the points out of the surface.
        """
        x, y = self.middle_mm(z_mm)
        sine, cosine = np.sin(angle), np.cos(angle)
        out = np.sign(sine) * np.abs(sine) ** (2.0 / _ROUND)
        back = np.sign(cosine) * np.abs(cosine) ** (2.0 / _ROUND)
        return np.stack(
            [
                x + out * (self.half_width_mm(z_mm) + outside_mm),
                y + back * (self.half_depth_mm(z_mm) + outside_mm),
                z_mm,
            ],
            axis=1,
        )


def chord_share(relative: Map) -> Map:
    """Return the depth of a level cut over its greatest, at a share of the half width, 1 in its middle."""
    inside: Map = np.maximum(np.float32(1.0) - np.abs(relative) ** np.float32(_ROUND), np.float32(0.0))
    inside **= np.float32(1.0 / _ROUND)
    return inside


def draw_thorax(person: Person, spine: Spine, seed: int, number: int) -> Thorax:
    """Return the cage around a person's thoracic spine; the same seed and number give the same one."""
    rng = np.random.default_rng([seed, number, _STREAM])
    bodies = np.array([spine.centre_mm(f"T{level}") for level in range(1, 13)])
    female = person.sex == "F"
    heavy = (person.weight_kg / (person.height_cm / 100.0) ** 2 - 26.0) / 5.0
    size = (person.height_cm / 175.0) ** 0.6 * (0.965 if female else 1.0)
    length = bodies[0, 2] - bodies[-1, 2]
    old = np.clip((person.age_years - 50.0) / 35.0, 0.0, 1.0)
    return Thorax(
        top_mm=float(bodies[0, 2] + rng.normal(2.0, 5.0)),
        height_mm=float(_HEIGHT_MM * length / 252.0 * rng.normal(1.0, 0.04)),
        width=float(size * (1.0 + 0.012 * heavy) * rng.normal(1.0, 0.05)),
        depth=float(size * (1.0 + 0.03 * heavy + 0.06 * old) * rng.normal(1.0, 0.07)),
        bell=float(rng.normal(0.0, 0.06)),
        spine_mm=bodies,
    )
