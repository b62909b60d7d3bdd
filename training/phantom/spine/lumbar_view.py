"""The lumbar spine on a plane behind the patient, as a densitometer sees it: mineral and regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.phantom.geometry.bone_cloud import shadow
from training.phantom.geometry.grid import Grid, Map
from training.phantom.geometry.projection import Projection
from training.phantom.spine.vertebrae import HARD_MM, Spine, Vertebra, level_g_cm2

Region = NDArray[np.bool_]

PIXEL_MM = 0.6
LEVELS = ("T11", "T12", "L1", "L2", "L3", "L4", "L5")
MEASURED = ("L1", "L2", "L3", "L4")
SOLVED = LEVELS[1:-1]
_ABOVE, _BELOW, _ASIDE = 120, 370, 125
"""How many pixels the plane reaches up, down and aside from the disc between T12 and L1."""
_FAR_MM = 1e7
"""Distance of a source whose beams run side by side."""


@dataclass(frozen=True)
class Placed:
    """A vertebra on the plane: its middle (x, z), the body's width, and how far it reaches up and down.

    Lengths are in mm; `turn` is in radians, clockwise.
    """

    level: str
    x: float
    z: float
    turn: float
    width: float
    reach: tuple[float, float]
    vertebra: Vertebra

    @property
    def pitch(self) -> float:
        """Its share of the spine's length as seen."""
        return sum(self.reach)

    def half_width_at(self, v_mm: Map) -> Map:
        """Return half the body's width at a height from its middle."""
        return self.vertebra.body.half_width_at(v_mm * np.float32(self.vertebra.pitch_mm / self.pitch))

    def moved(self, x_mm: float, z_mm: float) -> Placed:
        """Return the same further right and down."""
        return Placed(
            self.level, self.x + x_mm, self.z + z_mm, self.turn, self.width, self.reach, self.vertebra
        )


@dataclass(frozen=True)
class LumbarView:
    """T11 to L5 on a plane: areal mineral in g/cm2 of each level and of the aorta, and the regions."""

    grid: Grid
    placed: list[Placed]
    mineral: Mapping[str, Map]
    aorta: Map
    regions: Mapping[str, Region]


def lumbar_view(spine: Spine) -> LumbarView:
    """Return a spine from the front by beams that run side by side, without magnification."""
    grid = Grid(PIXEL_MM, _ABOVE + _BELOW, 2 * _ASIDE)
    at = (_ASIDE * PIXEL_MM, _ABOVE * PIXEL_MM)
    onto = Projection(grid, "frontal", _FAR_MM, 0.0, np.zeros(3), at, np.eye(3))
    placed = [_placed(spine[level], onto) for level in LEVELS]
    aorta = grid.zeros()
    if len(spine.aorta.mass_g):
        patch, mass = shadow(spine.aorta, onto, HARD_MM)
        aorta[patch] = mass
    mineral = {level: level_g_cm2(spine, level, onto) for level in LEVELS}
    return LumbarView(grid, placed, mineral, aorta, measured_regions(placed, grid))


def measured_regions(placed: list[Placed], grid: Grid) -> dict[str, Region]:
    """Return the region of each level from T12 to L5 whose mineral over area is its BMD, disc to disc."""
    above = [_above_line(upper, lower, grid) for upper, lower in zip(placed, placed[1:], strict=False)]
    silhouette = np.zeros((grid.rows, grid.columns), bool)
    for vertebra in placed:
        patch, u, v = _own_frame(vertebra, grid)
        reach = np.abs(v) <= vertebra.pitch * 0.55
        silhouette[patch] |= reach & (np.abs(u) <= vertebra.half_width_at(v))
    regions = {}
    for i in range(1, len(placed)):
        band = ~above[i - 1] & (above[i] if i < len(above) else True)
        regions[placed[i].level] = silhouette & band
    return regions


def dividing_points(upper: Placed, lower: Placed) -> tuple[float, float, float]:
    """Return (x, z, turn) of the line between two neighbours, through the middle of their disc."""
    share = upper.reach[1] / (upper.reach[1] + lower.reach[0])
    x = upper.x + share * (lower.x - upper.x)
    z = upper.z + share * (lower.z - upper.z)
    return x, z, (upper.turn + lower.turn) / 2


def _placed(vertebra: Vertebra, onto: Projection) -> Placed:
    x, z = onto.on_grid(vertebra.centre_mm[None])[0]
    up = vertebra.frame[2]
    seen = float(np.hypot(up[0], up[2]))
    return Placed(
        level=vertebra.level,
        x=float(x),
        z=float(z),
        turn=float(np.arctan2(up[0], up[2])),
        width=vertebra.body.width,
        reach=(vertebra.reach_mm[0] * seen, vertebra.reach_mm[1] * seen),
        vertebra=vertebra,
    )


def _own_frame(vertebra: Placed, grid: Grid, reach_mm: float = 48.0) -> tuple[tuple[slice, slice], Map, Map]:
    """Return the patch of the plane around a vertebra and its own coordinates (u, v) there, in mm."""
    patch = grid.patch(vertebra.x, vertebra.z, reach_mm)
    dx = grid.x_mm()[:, patch[1]] - np.float32(vertebra.x)
    dz = grid.z_mm()[patch[0]] - np.float32(vertebra.z)
    cos, sin = np.float32(np.cos(vertebra.turn)), np.float32(np.sin(vertebra.turn))
    return patch, cos * dx + sin * dz, cos * dz - sin * dx


def _above_line(upper: Placed, lower: Placed, grid: Grid) -> Region:
    x, z, turn = dividing_points(upper, lower)
    return grid.z_mm() - z < np.float32(np.tan(turn)) * (grid.x_mm() - x)


def window(view: LumbarView, grid: Grid, origin_px: tuple[int, int]) -> LumbarView:
    """Return what of a view falls on another grid of its pixels; T12-L1 on the pixel (column, row) there."""
    right, down = origin_px[0] - _ASIDE, origin_px[1] - _ABOVE

    def cut(whole: NDArray[Any]) -> NDArray[Any]:
        result = np.zeros((grid.rows, grid.columns), whole.dtype)
        rows = slice(max(0, down), max(0, min(grid.rows, down + whole.shape[0])))
        columns = slice(max(0, right), max(0, min(grid.columns, right + whole.shape[1])))
        result[rows, columns] = whole[
            rows.start - down : rows.stop - down, columns.start - right : columns.stop - right
        ]
        return result

    return LumbarView(
        grid=grid,
        placed=[one.moved(right * PIXEL_MM, down * PIXEL_MM) for one in view.placed],
        mineral={level: cut(mineral) for level, mineral in view.mineral.items()},
        aorta=cut(view.aorta),
        regions={level: cut(region) for level, region in view.regions.items()},
    )
