"""The lungs: air between cage, diaphragm and mediastinum, beam by beam, and the border that a reader sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.phantom.beams import Beams
from training.phantom.grid import Map
from training.phantom.person import Person
from training.phantom.projection import Projection, Vector
from training.phantom.thorax import Thorax, chord_share

_STREAM = 0x1065
_COLUMN_DOWN = np.array([0.0, 0.05, 0.12, 0.25, 0.40, 0.60, 1.0])
_COLUMN_MM = np.array([44.0, 38.0, 34.0, 33.0, 34.0, 32.0, 30.0])
"""Half width of the mediastinum around the spine, over the way down from the apex, without the heart."""
BORDER_SHARES = (0.2, 0.4, 0.6, 0.8)
"""Where the four landmarks of a lung lie on the height from its apex to the costophrenic angle."""


@dataclass(frozen=True)
class Dome:
    """One half of the diaphragm: its highest point, and how far it falls to the side, back and front.

    `fall_mm` is the fall from the top to the lateral wall `reach_mm` further out; `steepness` is the fall
    from front to back in mm per mm2.
    """

    side: int
    top_mm: Vector
    fall_mm: float
    reach_mm: float
    steepness: float

    def height_mm(self, x_mm: Map | Vector) -> Map | Vector:
        """Return z of the dome's ridge over x: flat towards the middle, round to the side."""
        out = (self.side * (x_mm - self.top_mm[0])) / self.reach_mm
        fall = np.where(
            out > 0.0, self.fall_mm * np.abs(out) ** 2.4, 0.22 * self.fall_mm * np.minimum(out**2, 2.0)
        )
        return self.top_mm[2] - fall


@dataclass(frozen=True)
class Lungs:
    """The right and the left dome, the mediastinum's width relative to the table, and the air's density."""

    domes: tuple[Dome, Dome]
    column: float
    density_g_cm3: float


def draw_lungs(person: Person, thorax: Thorax, depth_of_breath: float, rng: np.random.Generator) -> Lungs:
    """Return the lungs of one breath: 0 is full inspiration, each unit lifts the diaphragm by 15 mm."""
    heavy = np.clip((person.weight_kg / (person.height_cm / 100.0) ** 2 - 25.0) / 5.0, -1.0, 4.0)
    floor = thorax.top_mm - thorax.height_mm * 0.80
    top = floor + 15.0 * depth_of_breath + 5.0 * heavy + rng.normal(0.0, 8.0)
    left_lower = rng.normal(11.0, 6.0)
    domes = []
    for side, z, out in ((-1, top, 45.0), (1, top - left_lower, 72.0)):
        x, y = (float(value) for value in thorax.middle_mm(np.array(z)))
        wall = float(thorax.half_width_mm(np.array(z - 40.0)))
        middle = x + side * (out + rng.normal(0.0, 8.0)) * thorax.width
        domes.append(
            Dome(
                side,
                np.array([middle, y - rng.uniform(0.0, 25.0), z]),
                fall_mm=float(np.clip(rng.normal(46.0, 10.0), 22.0, 75.0)),
                reach_mm=wall - side * (middle - x),
                steepness=float(0.0085 * rng.lognormal(0.0, 0.25)),
            )
        )
    density = 0.24 + 0.03 * depth_of_breath + 0.01 * heavy + rng.normal(0.0, 0.03)
    return Lungs((domes[0], domes[1]), rng.lognormal(0.0, 0.10), float(np.clip(density, 0.14, 0.45)))


def depth_in_cage_mm(beams: Beams, thorax: Thorax, lungs: Lungs) -> tuple[Map, Map]:
    """Return each beam's way through right and left lung, mediastinum around the spine left out, in mm.

    Heart and vessels are still inside. A beam leaves out what of it lies under the dome.
    """
    half_height = float(thorax.middle_mm(np.array(thorax.top_mm - 0.5 * thorax.height_mm))[1])
    x, z = beams.on_plane(half_height)
    heights = np.linspace(thorax.top_mm - 1.5 * thorax.height_mm, thorax.top_mm + 1.0, 400)

    def over(values: Vector) -> Map:
        share = (z - np.float32(heights[0])) * np.float32(399.0 / (heights[-1] - heights[0]))
        return values.astype(np.float32)[np.clip(share, 0, 399).astype(np.int16)]

    middle_x, middle_y = (over(values) for values in thorax.middle_mm(heights))
    wall = over(np.maximum(thorax.half_width_mm(heights), 0.1))
    depth = over(thorax.half_depth_mm(heights))
    column = over(
        np.interp((thorax.top_mm - heights) / thorax.height_mm, _COLUMN_DOWN, _COLUMN_MM) * lungs.column
    )
    out = x - middle_x
    half = depth * chord_share(out / wall)
    core = 1.5 * depth * np.maximum(1.0 - (out / column) ** 2, 0.0)
    ways = []
    for dome in lungs.domes:
        below = np.sqrt(
            np.maximum(dome.height_mm(x).astype(np.float32) - z, 0.0) / np.float32(dome.steepness)
        )
        centre = np.float32(dome.top_mm[1])
        abdomen = np.minimum(middle_y + half, centre + below) - np.maximum(middle_y - half, centre - below)
        way = np.maximum(2.0 * half - np.maximum(abdomen, 0.0) - core, 0.0)
        ways.append(np.where(out * np.float32(dome.side) > 0.0, way, np.float32(0.0)))
    return ways[0], ways[1]


def border_points_mm(thorax: Thorax, dome: Dome, projection: Projection) -> Vector:
    """Return four points (x, y) on the grid along a lung's lateral border, from the top, [4, 2].

    They lie at 20, 40, 60 and 80 % of the height between apex and costophrenic angle, as on the picture.
    """
    z = np.linspace(thorax.top_mm - 0.012 * thorax.height_mm, thorax.top_mm - 1.4 * thorax.height_mm, 500)
    x, y = thorax.middle_mm(z)
    x = x + dome.side * thorax.half_width_mm(z)
    under = np.flatnonzero(dome.height_mm(x) > z)
    angle = int(under[0]) if len(under) else len(z) - 1
    seen = projection.on_grid(np.stack([x, y, z], axis=1)[: angle + 1])
    heights = seen[0, 1] + np.array(BORDER_SHARES) * (seen[-1, 1] - seen[0, 1])
    return np.stack([np.interp(heights, seen[:, 1], seen[:, 0]), heights], axis=1)
