"""The soft tissue of the trunk seen from the side: skin, fat, muscle and organs, lung bases and bowel gas.

Smooth outlines are followed along each beam on a coarse grid of the detector, then enlarged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.interpolate import PchipInterpolator

from training.phantom.geometry.grid import Grid, Map, smooth_field, soft_step
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.people.person import Person
from training.phantom.spine.spine import Spine

_COARSE_MM = 3.6
_SLICES = 30
_ORGANS = ((18.0, 0.02), (7.0, 0.010), (3.0, 0.004), (1.2, 0.003))
"""Unevenness of the organs: its size in coarse pixels, and its share of the tissue (assumed)."""
_BELLY_FAT = 0.9
"""How much more fat than on average lies at the very front (assumed)."""
_RECESS_MM = -38.0
"""The lungs reach no lower than this, behind: about the middle of L2."""
_LEAN_G_CM3, _FAT_G_CM3, _LUNG_G_CM3 = 1.05, 0.95, 0.28
"""ICRU-44; lung as inflated (ICRU-44 gives 0.26)."""


@dataclass(frozen=True)
class Trunk:
    """Half width, front and back of the trunk in mm at heights `z_mm` (rising), and its fat.

    `skin_fat_mm` is how thick the fat under the skin is, `inner_fat` the share of fat within;
    `dome_mm` is the height of the diaphragm's summit and `fall` how steeply it falls to the back.
    """

    z_mm: Vector
    half_width_mm: Vector
    front_mm: Vector
    back_mm: Vector
    skin_fat_mm: float
    inner_fat: float
    dome_mm: float
    fall: float


def draw_trunk(person: Person, spine: Spine, rng: np.random.Generator) -> Trunk:
    """Return a trunk around the spine: broad at the hips, narrow at the waist, by weight and height."""
    bmi = float(np.clip(person.weight_kg / (person.height_cm / 100.0) ** 2, 15.0, 45.0))
    size = person.height_cm / 170.0
    female = person.sex == "F"
    sacrum = float(spine.centre_mm("S1")[2])
    z = np.array([-1.75, -1.35, -1.0, -0.7, -0.35, 0.0, 0.5, 1.2]) * abs(sacrum)
    hips = 1.25 if female else 1.15
    broad = 0.92 * np.array([hips, 1.02 * hips, 0.98 * hips, 1.05, 0.92, 0.95, 1.04, 1.10])
    half_width = 0.5 * (110.0 + 8.0 * bmi) * size * broad * rng.normal(1.0, 0.04)
    depth = (75.0 + 6.0 * bmi) * size * rng.normal(1.0, 0.05)
    bodies = np.array(
        [spine.centre_mm(level) for level in ("S1", "L5", "L4", "L3", "L2", "L1", "T12", "T10", "T8")]
    )
    along = np.interp(z, bodies[:, 2], bodies[:, 1])
    skin_fat = float(np.clip((1.1 if female else 0.75) * (bmi - 14.0) * rng.normal(1.0, 0.2), 3.0, 45.0))
    behind = 68.0 * size + skin_fat + np.array([46.0, 40.0, 22.0, 6.0, 0.0, 0.0, 0.0, 0.0])
    belly = 1.0 + 0.006 * (bmi - 22.0) * np.array([-0.5, 0.0, 1.0, 1.5, 1.5, 1.0, 0.0, 0.0])
    fine = np.arange(z[0], z[-1], 8.0)
    smooth = [
        PchipInterpolator(z, line)(fine)
        for line in (half_width, along + 72.0 * size + skin_fat - depth * belly, along + behind)
    ]
    return Trunk(
        z_mm=fine,
        half_width_mm=smooth[0],
        front_mm=smooth[1],
        back_mm=smooth[2],
        skin_fat_mm=skin_fat,
        inner_fat=float(np.clip(0.012 * bmi - (0.06 if female else 0.02) + rng.normal(0.0, 0.05), 0.05, 0.5)),
        dome_mm=float(rng.normal(52.0, 16.0)),
        fall=float(rng.uniform(0.8, 1.3)),
    )


def trunk_masses(trunk: Trunk, projection: Projection, rng: np.random.Generator) -> tuple[Map, Map]:
    """Return lean and fat along each beam in g/cm2, lungs and the unevenness of organs included."""
    coarse = _coarse(projection)
    outer, inner, lung = _ways_mm(trunk, coarse)
    organs = 1.0 + sum(
        share * smooth_field(rng, outer.shape, (scale, 1.3 * scale)) for scale, share in _ORGANS
    )
    tissue = np.maximum(inner - lung, 0.0) * organs
    share = np.clip(
        _fat_within(trunk, coarse) + 0.05 * smooth_field(rng, outer.shape, (9.0, 12.0)), 0.02, 0.8
    )
    lean = 0.1 * (_LEAN_G_CM3 * tissue * (1.0 - share) + _LUNG_G_CM3 * lung)
    fat = 0.1 * _FAT_G_CM3 * (np.maximum(outer - inner, 0.0) + tissue * share)
    grid = projection.grid
    large = [
        cv2.resize(mass.astype(np.float32), (grid.columns, grid.rows), interpolation=cv2.INTER_CUBIC)
        for mass in (lean, fat)
    ]
    return np.maximum(large[0], 0.0), np.maximum(large[1], 0.0)


def _fat_within(trunk: Trunk, projection: Projection) -> Map:
    """Return the share of fat among the organs along each beam: more towards the front."""
    outline = _Outline.at(trunk, *_slice(projection, 0.0))
    forward = np.clip(-outline.from_middle / outline.half_depth, -0.5, 1.0)
    return trunk.inner_fat * (1.0 + _BELLY_FAT * forward)


def _coarse(projection: Projection) -> Projection:
    grid = projection.grid
    factor = max(1.0, _COARSE_MM / grid.pixel_mm)
    rows, columns = max(8, round(grid.rows / factor)), max(8, round(grid.columns / factor))
    coarse = Grid(grid.pixel_mm * grid.rows / rows, rows, columns)
    return replace(projection, grid=coarse)


def _ways_mm(trunk: Trunk, projection: Projection) -> tuple[Map, Map, Map]:
    """Return each beam's way through the whole trunk, through what lies within its fat, and through lung."""
    grid = projection.grid
    reach = float(trunk.half_width_mm.max()) * 1.02
    edges = np.linspace(-reach, reach, _SLICES + 1)
    step = float(edges[1] - edges[0])
    outer, inner, lung = grid.zeros(), grid.zeros(), grid.zeros()
    for across in 0.5 * (edges[1:] + edges[:-1]):
        y, z = _slice(projection, across)
        outline = _Outline.at(trunk, y, z)
        outer += outline.inside(across, 0.0)
        inner += outline.inside(across, trunk.skin_fat_mm)
        lung += outline.inside(across, trunk.skin_fat_mm + 14.0) * _over_dome(trunk, across, y, z)
    return step * outer, step * inner, step * lung


@dataclass(frozen=True)
class _Outline:
    """The trunk's half width, half depth and the place across its depth, in mm, at each point of a slice."""

    half_width: Map
    half_depth: Map
    from_middle: Map

    @classmethod
    def at(cls, trunk: Trunk, y: Map, z: Map) -> _Outline:
        """Return the outline at points (y, z)."""
        step = float(trunk.z_mm[1] - trunk.z_mm[0])
        place = np.clip((z - np.float32(trunk.z_mm[0])) / np.float32(step), 0.0, len(trunk.z_mm) - 1.001)
        whole = place.astype(np.intp)
        share = place - whole

        def along(line: Vector) -> Map:
            values = line.astype(np.float32)
            return values[whole] * (1.0 - share) + values[whole + 1] * share

        front, back = along(trunk.front_mm), along(trunk.back_mm)
        return cls(along(trunk.half_width_mm), 0.5 * (back - front), y - 0.5 * (front + back))

    def inside(self, across: float, depth_mm: float) -> Map:
        """Return 1 within the outline less `depth_mm`, 0 outside."""
        u = np.float32(abs(across)) / (self.half_width - np.float32(depth_mm))
        v = np.abs(self.from_middle) / (self.half_depth - np.float32(depth_mm))
        radius = np.sqrt(u * u + v * v)
        return soft_step((1.0 - radius) * np.minimum(self.half_width, self.half_depth), 12.0)


def _slice(projection: Projection, across_mm: float) -> tuple[Map, Map]:
    """Return y and z where each beam crosses the patient's plane x = `across_mm`."""
    grid = projection.grid
    x = grid.x_mm() - np.float32(projection.pivot_on_grid_mm[0])
    z = grid.z_mm() - np.float32(projection.pivot_on_grid_mm[1])
    source = projection.source_detector_mm
    height = projection.pivot_detector_mm + across_mm * float(projection.axes[2, 0])
    share = np.float32((source - height) / source)
    flat = np.stack(
        np.broadcast_arrays(x * share, z * share, np.float32(height - projection.pivot_detector_mm))
    )
    back = np.tensordot(projection.axes.T.astype(np.float32), flat, axes=1)
    return back[1] + np.float32(projection.pivot_mm[1]), back[2] + np.float32(projection.pivot_mm[2])


def _over_dome(trunk: Trunk, across: float, y: Map, z: Map) -> Map:
    """Return 1 over the diaphragm and beside the spine and heart, 0 elsewhere."""
    front, back = (
        float(np.interp(0.0, trunk.z_mm, trunk.front_mm)),
        float(np.interp(0.0, trunk.z_mm, trunk.back_mm)),
    )
    summit_y = 0.5 * (front + back) - 15.0
    half = 0.5 * (back - front)
    aside = abs(abs(across) - 62.0) / 75.0
    height = trunk.dome_mm + (8.0 if across < 0 else 0.0) - 26.0 * aside**2
    slope = np.where(y > summit_y, 105.0 * trunk.fall, 55.0)
    dome = np.maximum(height - slope * (np.abs(y - summit_y) / half) ** 2.2, _RECESS_MM)
    beside = soft_step(np.float32(abs(across) - 24.0) + np.zeros_like(y) + np.clip(y - 10.0, 0.0, 14.0), 10.0)
    return soft_step((z - dome).astype(np.float32), 5.0) * beside
