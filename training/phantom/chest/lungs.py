"""The lungs: air between cage, diaphragm and mediastinum, beam by beam, and the border that a reader sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.phantom.chest.thorax import Thorax, chord_share
from training.phantom.geometry.beams import Beams, beams_of, by_height
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.people.person import Person

_STREAM = 0x1065
_COLUMN_DOWN = np.array([0.0, 0.05, 0.12, 0.25, 0.40, 0.60, 1.0])
_COLUMN_MM = np.array([48.0, 39.0, 33.0, 32.0, 36.0, 36.0, 34.0])
_COLUMN_FILL = np.array([2.0, 1.8, 1.7, 1.5, 1.4, 1.5, 1.7])
"""Half width of the mediastinum around the spine and its depth over half the cage's, without the heart, over
the way down from the apex."""
_REACH_MM = 95.0
_BLEND_MM = 40.0
"""Over this width around the midline one dome passes into the other."""
BORDER_SHARES = (0.2, 0.4, 0.6, 0.8)
"""Where the four landmarks of a lung lie on the height from its apex to the costophrenic angle."""
_SEEN_MM = 20.0
"""A reader sees the apex where beams pass through so much lung (assumed); above, the dome thins out."""
_APEX_PIXEL_MM = 1.0


@dataclass(frozen=True)
class Dome:
    """One half of the diaphragm: its highest point, and how far it falls to the side, back and front.

    `fall_mm` is the fall from the top to the lateral wall `reach_mm` further out; `back_mm` is the
    fall towards front and back, at `_REACH_MM` from the top: flat first, as its fourth power.
    """

    side: int
    top_mm: Vector
    fall_mm: float
    reach_mm: float
    back_mm: float

    def height_mm(self, x_mm: Map | Vector) -> Map:
        """Return z of the dome's ridge over x: flat towards the middle, round to the side."""
        out = (x_mm.astype(np.float32, copy=False) - np.float32(self.top_mm[0])) * np.float32(
            self.side / self.reach_mm
        )
        outer = np.maximum(out, 0.0) ** 2 * (0.6 + 0.4 * np.abs(out))
        inner = 0.22 * np.minimum(np.minimum(out, 0.0) ** 2, 2.0)
        height: Map = np.float32(self.top_mm[2]) - np.float32(self.fall_mm) * (outer + inner)
        return height

    def surface_mm(self, points_mm: Vector) -> Vector:
        """Return z of the dome over points [n, 3], before and behind its ridge too."""
        away = (points_mm[:, 1] - self.top_mm[1]) / _REACH_MM
        surface: Vector = self.height_mm(points_mm[:, 0]) - self.back_mm * away**4
        return surface


@dataclass(frozen=True)
class Lungs:
    """The right and the left dome, the mediastinum's width relative to the table, and the air's density."""

    domes: tuple[Dome, Dome]
    column: float
    density_g_cm3: float


def draw_lungs(person: Person, thorax: Thorax, depth_of_breath: float, rng: np.random.Generator) -> Lungs:
    """Return the lungs of one breath: 0 is full inspiration, each unit lifts the diaphragm by 15 mm."""
    heavy = np.clip((person.weight_kg / (person.height_cm / 100.0) ** 2 - 25.0) / 5.0, -1.0, 4.0)
    floor = thorax.top_mm - thorax.height_mm * 0.93
    top = floor + 15.0 * depth_of_breath + 5.0 * heavy + rng.normal(0.0, 13.0)
    left_lower = rng.normal(11.0, 6.0)
    domes = []
    for side, z, out, fall in ((-1, top, 45.0, 49.0), (1, top - left_lower, 72.0, 42.0)):
        x, y = (float(value) for value in thorax.middle_mm(np.array(z)))
        wall = float(thorax.half_width_mm(np.array(z - 40.0)))
        middle = x + side * (out + rng.normal(0.0, 8.0)) * thorax.width
        domes.append(
            Dome(
                side,
                np.array([middle, y - rng.uniform(0.0, 25.0), z]),
                fall_mm=float(np.clip(rng.normal(fall, 10.0), 22.0, 75.0)),
                reach_mm=wall - side * (middle - x),
                back_mm=float(70.0 * rng.lognormal(0.0, 0.25)),
            )
        )
    density = 0.155 + 0.03 * depth_of_breath + 0.01 * heavy + rng.normal(0.0, 0.03)
    return Lungs((domes[0], domes[1]), rng.lognormal(0.0, 0.10), float(np.clip(density, 0.11, 0.40)))


def depth_in_cage_mm(beams: Beams, thorax: Thorax, lungs: Lungs) -> tuple[Map, Map]:
    """Return each beam's way through the lungs in mm, and how far above the diaphragm's ridge it passes.

    The mediastinum around the spine is left out, and what lies under the domes; heart and vessels are not.
    """
    x, z = beams.on_plane(thorax.middle_depth_mm)
    heights = np.linspace(thorax.top_mm - 1.5 * thorax.height_mm, thorax.top_mm + 1.0, 400)
    down = (thorax.top_mm - heights) / thorax.height_mm
    middle_x, middle_y, wall, depth, column, fill = (
        by_height(z, heights, values)
        for values in (
            *thorax.middle_mm(heights),
            np.maximum(thorax.half_width_mm(heights), 0.1),
            thorax.half_depth_mm(heights),
            lungs.column * np.interp(down, _COLUMN_DOWN, _COLUMN_MM),
            np.interp(down, _COLUMN_DOWN, _COLUMN_FILL),
        )
    )
    out = x - middle_x
    half = depth * chord_share(out / wall)
    core = fill * depth * np.maximum(1.0 - (out / column) ** 2, 0.0)
    under, over_ridge = _under_domes_mm(lungs, x, z, out, middle_y, half)
    return np.maximum(2.0 * half - under - core, 0.0), over_ridge


def _under_domes_mm(lungs: Lungs, x: Map, z: Map, out: Map, middle_y: Map, half: Map) -> tuple[Map, Map]:
    """Return how much of the cage's depth lies under the domes, and the height over their ridge, mm."""
    right, left = lungs.domes
    leftness = np.clip(out / np.float32(_BLEND_MM) + np.float32(0.5), 0.0, 1.0)

    def between(one: Map | np.float32, other: Map | np.float32) -> Map:
        blended: Map = one + leftness * (other - one)
        return blended

    over_ridge = z - between(right.height_mm(x), left.height_mm(x))
    centre = between(np.float32(right.top_mm[1]), np.float32(left.top_mm[1]))
    back = between(np.float32(right.back_mm), np.float32(left.back_mm))
    below = np.float32(_REACH_MM) * np.sqrt(np.sqrt(np.maximum(-over_ridge, 0.0) / back))
    under = np.minimum(middle_y + half, centre + below) - np.maximum(middle_y - half, centre - below)
    return np.maximum(under, 0.0), over_ridge


def border_points_mm(thorax: Thorax, lungs: Lungs, projection: Projection) -> tuple[Vector, Vector]:
    """Return four points (x, y) on the grid down the right lung's lateral border, and the left's, [4, 2].

    They lie at 20, 40, 60 and 80 % of the height between apex and costophrenic angle, as on the picture.
    """
    right, left = (
        _border(thorax, dome, apex, projection)
        for dome, apex in zip(lungs.domes, _apices_mm(thorax, lungs, projection), strict=True)
    )
    return right, left


def _border(thorax: Thorax, dome: Dome, apex_mm: float, projection: Projection) -> Vector:
    z = np.linspace(thorax.top_mm, thorax.top_mm - 1.4 * thorax.height_mm, 500)
    x, y = thorax.middle_mm(z)
    x = x + dome.side * thorax.half_width_mm(z)
    under = np.flatnonzero(dome.height_mm(x) > z)
    angle = int(under[0]) if len(under) else len(z) - 1
    seen = projection.on_grid(np.stack([x, y, z], axis=1)[: angle + 1])
    heights = apex_mm + np.array(BORDER_SHARES) * (seen[-1, 1] - apex_mm)
    return np.stack([np.interp(heights, seen[:, 1], seen[:, 0]), heights], axis=1)


def _apices_mm(thorax: Thorax, lungs: Lungs, projection: Projection) -> list[float]:
    """Return y on the grid of the right and the left apex as seen, of one above the grid its edge.

    Where no lung lies on the grid, it is that of the cage's top.
    """
    beams = beams_of(projection, _APEX_PIXEL_MM)
    way, _ = depth_in_cage_mm(beams, thorax, lungs)
    x, z = beams.on_plane(thorax.middle_depth_mm)
    side = np.sign(x - thorax.middle_mm(z)[0])
    top = np.array([[*thorax.middle_mm(np.array(thorax.top_mm)), thorax.top_mm]])
    pixel_mm = beams.projection.grid.pixel_mm
    apices = []
    for dome in lungs.domes:
        rows = np.flatnonzero(((way > _SEEN_MM) & (side == dome.side)).any(axis=1))
        apices.append((rows[0] + 0.5) * pixel_mm if len(rows) else projection.on_grid(top)[0, 1])
    return [float(apex) for apex in apices]
