"""A simple figure of tubes and ellipsoids before a detector, for pictures whose bones need no truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.geometry.projection import Projection, Side
from training.phantom.geometry.solids import Ellipsoid, Tube, ellipsoid_chord_mm, tube_chords_mm
from training.phantom.looks.placement import Positioning, projection
from training.phantom.physics.materials import DENSITY_G_CM3
from training.phantom.physics.scene import Scene

Point = tuple[float, float, float]

CORTEX_G_CM3 = 1.1
MARROW_G_CM3 = 0.16
"""Mineral in a cubic centimetre of a bone's wall and of what the wall encloses."""
_PIECES = 6
"""Into so many tubes of one radius each stretch between two points of a tapering bone is cut."""


@dataclass(frozen=True)
class Bone:
    """A tube with a wall through points (x, y, z), and its radius at each, all in mm."""

    points_mm: Sequence[Point]
    radius_mm: Sequence[float]
    wall_mm: float = 2.0


@dataclass(frozen=True)
class Taken:
    """What lies before a detector, and how it was placed there."""

    scene: Scene
    placed: Positioning
    projection: Projection


class Figure:
    """Adds solids to the masses along each beam, g/cm2, of a body or of nothing."""

    def __init__(self, placed: Positioning, onto: Projection, body: Scene | None = None) -> None:
        self.placed, self.projection = placed, onto
        empty = onto.grid.zeros()
        body = body or Scene(empty, empty, empty, empty)
        self._lean, self._fat = body.lean.copy(), body.fat
        self._mineral, self._metal = body.mineral.copy(), body.metal.copy()

    def flesh(self, centre_mm: Point, half_mm: Point, share: float = 1.0) -> None:
        """Add an upright ellipsoid of lean tissue, `share` of its density; a negative share takes it away."""
        solid = Ellipsoid(np.array(centre_mm, float), np.diag(np.array(half_mm, float)))
        patch, chord = ellipsoid_chord_mm(solid, self.projection)
        self._lean[patch] += chord * np.float32(share * DENSITY_G_CM3["lean"] / 10)

    def shell(self, centre_mm: Point, half_mm: Point, wall_mm: float, density: float = 1.0) -> None:
        """Add the bony wall of an upright ellipsoid, `density` of a cortex's."""
        for half, sign in ((np.array(half_mm), 1.0), (np.array(half_mm) - wall_mm, -1.0)):
            solid = Ellipsoid(np.array(centre_mm, float), np.diag(half.astype(float)))
            patch, chord = ellipsoid_chord_mm(solid, self.projection)
            self._mineral[patch] += chord * np.float32(sign * density * CORTEX_G_CM3 / 10)

    def bones(self, bones: Sequence[Bone], density: float = 1.0) -> None:
        """Add bones, `density` of the usual mineral."""
        walls, hollows = tube_chords_mm([tube for bone in bones for tube in _tubes(bone)], self.projection)
        self._mineral += (CORTEX_G_CM3 * walls + MARROW_G_CM3 * hollows) * np.float32(density / 10)

    def limb(self, points_mm: Sequence[Point], radius_mm: Sequence[float]) -> None:
        """Add a solid tube of lean tissue."""
        inside = tube_chords_mm(_tubes(Bone(points_mm, radius_mm, 0.0)), self.projection)[1]
        self._lean += inside * np.float32(DENSITY_G_CM3["lean"] / 10)

    def metal(self, bones: Sequence[Bone]) -> None:
        """Add solid tubes of metal."""
        tubes = [tube for bone in bones for tube in _tubes(bone)]
        self._metal += tube_chords_mm(tubes, self.projection)[1] * np.float32(0.45)

    def taken(self, fat_share: float) -> Taken:
        """Return the scene and its place, `fat_share` of the lean tissue turned into fat."""
        soft, share = np.maximum(self._lean, 0.0), np.float32(fat_share)
        mineral = np.maximum(self._mineral, 0.0)
        scene = Scene(soft * (1 - share), self._fat + soft * share, mineral, self._metal)
        return Taken(scene, self.placed, self.projection)


def placed_at(
    field_mm: tuple[float, float], rows: int, side: Side, pivot_mm: Point, rng: np.random.Generator
) -> Figure:
    """Return an empty figure before a field (height, width) around a point, turned by some degrees."""
    turn, offset = rng.normal(0.0, 4.0, 3), rng.normal(0.0, 0.035, 2) * np.array(field_mm[::-1])
    placed = Positioning(
        view=View.OTHER,
        side=side,
        source_detector_mm=float(rng.uniform(1000.0, 1900.0)),
        pivot_detector_mm=float(rng.uniform(60.0, 200.0)),
        field_mm=field_mm,
        pixel_mm=field_mm[0] / rows,
        turn_deg=(float(turn[0]), float(turn[1]), float(turn[2])),
        offset_mm=(float(offset[0]), float(offset[1])),
    )
    return Figure(placed, projection(placed, np.array(pivot_mm, float)))


def _tubes(bone: Bone) -> list[Tube]:
    """Return a bone as short tubes, each of one radius."""
    points, radius = np.asarray(bone.points_mm, float), np.asarray(bone.radius_mm, float)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    pieces = 1 if np.ptp(radius) == 0 else _PIECES * (len(points) - 1)
    if pieces == 1:
        return [Tube(points, radius, bone.wall_mm)]
    ends = np.linspace(0.0, way[-1], pieces + 1)
    at = np.stack([np.interp(ends, way, points[:, axis]) for axis in range(3)], axis=1)
    middle = np.interp((ends[1:] + ends[:-1]) / 2, way, radius)
    return [Tube(at[k : k + 2], np.full(2, middle[k]), bone.wall_mm) for k in range(pieces)]
