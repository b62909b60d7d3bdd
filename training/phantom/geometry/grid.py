"""The detector plane in millimetres, and the soft-edged shapes that are projected onto it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]


@dataclass(frozen=True)
class Grid:
    """A plane of `rows` x `columns` pixels of `pixel_mm`; x runs right and z down from the corner."""

    pixel_mm: float
    rows: int
    columns: int

    def x_mm(self) -> Map:
        """Return each column's centre, [1, column]."""
        return ((np.arange(self.columns, dtype=np.float32) + 0.5) * self.pixel_mm)[None, :]

    def z_mm(self) -> Map:
        """Return each row's centre, [row, 1]."""
        return ((np.arange(self.rows, dtype=np.float32) + 0.5) * self.pixel_mm)[:, None]

    def zeros(self) -> Map:
        """Return an empty map."""
        return np.zeros((self.rows, self.columns), np.float32)

    def patch(self, x_mm: float, z_mm: float, reach_mm: float) -> tuple[slice, slice]:
        """Return the rows and columns within `reach_mm` of a point, cut at the grid's edge."""
        row, column, reach = z_mm / self.pixel_mm, x_mm / self.pixel_mm, reach_mm / self.pixel_mm
        return (
            slice(max(0, int(row - reach)), max(0, min(self.rows, int(row + reach) + 1))),
            slice(max(0, int(column - reach)), max(0, min(self.columns, int(column + reach) + 1))),
        )


def soft_step(inside_mm: Map, edge_mm: float) -> Map:
    """Return 0 to 1 as the distance inside a border grows from -edge/2 to +edge/2."""
    return np.clip(inside_mm / np.float32(edge_mm) + np.float32(0.5), 0.0, 1.0)


def disc(
    u: Map, v: Map, centre: tuple[float, float], radii: tuple[float, float], edge_mm: float = 1.2
) -> Map:
    """Return a soft-edged filled ellipse of height 1: the chord of an elliptic plate seen face on."""
    r = np.hypot((u - centre[0]) / radii[0], (v - centre[1]) / radii[1])
    return soft_step((1.0 - r) * min(radii), edge_mm)


def dome(u: Map, v: Map, centre: tuple[float, float], radii: tuple[float, float]) -> Map:
    """Return the relative chord of an ellipsoid: 1 in its middle, 0 at its border."""
    r2 = ((u - centre[0]) / radii[0]) ** 2 + ((v - centre[1]) / radii[1]) ** 2
    return np.sqrt(np.maximum(1.0 - r2, 0.0))


def smooth_field(rng: np.random.Generator, shape: tuple[int, int], scale_px: tuple[float, float]) -> Map:
    """Return a random field of mean 0 and SD 1 that varies over about `scale_px` (rows, columns)."""
    coarse = tuple(max(3, int(np.ceil(n / s)) + 3) for n, s in zip(shape, scale_px, strict=True))
    values = rng.standard_normal(coarse, np.float32)
    large = cv2.resize(
        values,
        (int(coarse[1] * scale_px[1]) + 1, int(coarse[0] * scale_px[0]) + 1),
        interpolation=cv2.INTER_CUBIC,
    )
    top = int(scale_px[0])
    left = int(scale_px[1])
    field = large[top : top + shape[0], left : left + shape[1]]
    return (field - field.mean()) / max(float(field.std()), 1e-6)
