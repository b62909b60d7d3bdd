"""Bone as a cloud of points that carry mineral: its mass is the same from whichever side it is seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Cloud:
    """Points (x, y, z) in mm, [n, 3], and the mineral that each carries in g, [n]."""

    points_mm: Points
    mass_g: Points

    @property
    def mineral_g(self) -> float:
        """All mineral of the cloud."""
        return float(self.mass_g.sum(dtype=np.float64))

    def scaled(self, factor: float) -> Cloud:
        """Return the cloud with `factor` times the mineral."""
        return Cloud(self.points_mm, self.mass_g * np.float32(factor))

    def placed(self, centre_mm: Vector, frame: Vector) -> Cloud:
        """Return the cloud moved from a bone's own frame, whose axes are `frame`'s rows, to the patient's."""
        return Cloud(
            self.points_mm @ frame.astype(np.float32) + np.asarray(centre_mm, np.float32), self.mass_g
        )


def joined(clouds: Iterable[Cloud]) -> Cloud:
    """Return one cloud of several."""
    parts = list(clouds)
    return Cloud(
        np.concatenate([part.points_mm for part in parts]), np.concatenate([part.mass_g for part in parts])
    )


def shadow(cloud: Cloud, projection: Projection, blur_mm: float = 0.0) -> tuple[tuple[slice, slice], Map]:
    """Return the patch of the grid that a cloud shades and its mass along each beam there, g/cm2.

    Where a point is magnified M times, a pixel's beam is M times narrower in the patient, so that a mass m
    weighs m M^2 over the pixel's area. `blur_mm` is the size of a point on the detector.
    """
    grid = projection.grid
    axes = (projection.axes.astype(np.float32), np.float32(projection.pivot_detector_mm))
    seen = (cloud.points_mm - projection.pivot_mm.astype(np.float32)) @ axes[0].T
    scale = np.float32(projection.source_detector_mm) / (
        np.float32(projection.source_detector_mm) - axes[1] - seen[:, 2]
    )
    pixels = np.float32(1.0 / grid.pixel_mm)
    column = (seen[:, 0] * scale + np.float32(projection.pivot_on_grid_mm[0])) * pixels
    row = (seen[:, 1] * scale + np.float32(projection.pivot_on_grid_mm[1])) * pixels
    margin = int(np.ceil(3.0 * blur_mm / grid.pixel_mm)) + 1
    patch = (_cut(row, grid.rows, margin), _cut(column, grid.columns, margin))
    weights = cloud.mass_g * scale * scale * np.float32(100.0 / grid.pixel_mm**2)
    counted = _counted(row, column, weights, patch)
    sigma = blur_mm / grid.pixel_mm
    return patch, cv2.GaussianBlur(counted, (0, 0), sigma) if sigma > 0.2 and counted.size else counted


def _cut(position: Points, count: int, margin: int) -> slice:
    low = int(np.clip(np.floor(position.min()) - margin, 0, count))
    high = int(np.clip(np.ceil(position.max()) + margin, 0, count))
    return slice(low, max(low, high))


def _counted(row: Points, column: Points, weights: Points, patch: tuple[slice, slice]) -> Map:
    shape = (patch[0].stop - patch[0].start, patch[1].stop - patch[1].start)
    down = np.floor(row).astype(np.int32) - patch[0].start
    across = np.floor(column).astype(np.int32) - patch[1].start
    inside = (down >= 0) & (down < shape[0]) & (across >= 0) & (across < shape[1])
    if not inside.all():
        down, across, weights = down[inside], across[inside], weights[inside]
    counts = np.bincount(down * shape[1] + across, weights, minlength=shape[0] * shape[1])
    return counts.reshape(shape).astype(np.float32)
