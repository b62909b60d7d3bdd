"""Where the beams pass through the patient: coordinates on upright planes, for soft tissue drawn by depth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from training.phantom.grid import Grid, Map
from training.phantom.projection import Projection

_SOFT_MM = 0.7
"""Soft tissue is drawn on pixels at least this large; its edges are rounder than that."""


@dataclass(frozen=True)
class Beams:
    """The beams of a frontal picture on a coarse grid, `factor` fine pixels wide."""

    projection: Projection
    fine: Grid
    factor: int

    def on_plane(self, y_mm: float) -> tuple[Map, Map]:
        """Return the patient's x and z, [row, column], where each beam crosses the plane at this y."""
        p, axes = self.projection, self.projection.axes.astype(np.float32)
        across = self.projection.grid.x_mm() - np.float32(p.pivot_on_grid_mm[0])
        down = self.projection.grid.z_mm() - np.float32(p.pivot_on_grid_mm[1])
        source = p.axes.T @ (p.source - [0.0, 0.0, p.pivot_detector_mm])
        x, y, z = (
            axes[0, i] * across + axes[1, i] * down - np.float32(p.axes[2, i] * p.source_detector_mm)
            for i in range(3)
        )
        share = np.float32(y_mm - p.pivot_mm[1] - source[1]) / y
        return (
            np.float32(source[0] + p.pivot_mm[0]) + share * x,
            np.float32(source[2] + p.pivot_mm[2]) + share * z,
        )

    def enlarged(self, coarse: Map) -> Map:
        """Return a map of the coarse grid on the fine one."""
        if self.factor == 1:
            return coarse
        rows, columns = (n * self.factor for n in coarse.shape)
        large = cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)
        return large[: self.fine.rows, : self.fine.columns]


def beams_of(projection: Projection) -> Beams:
    """Return the beams for soft tissue of a projection."""
    fine = projection.grid
    factor = max(1, round(_SOFT_MM / fine.pixel_mm))
    coarse = Grid(fine.pixel_mm * factor, -(-fine.rows // factor), -(-fine.columns // factor))
    return Beams(replace(projection, grid=coarse), fine, factor)
