"""Where the beams pass through the patient: coordinates on upright planes, for soft tissue drawn by depth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from training.phantom.geometry.grid import Grid, Map
from training.phantom.geometry.projection import Projection, Vector

EDGES_MM = 0.7
"""Lungs, heart and vessels are drawn on pixels about this large; their edges are rounder than that."""
BROAD_MM = 1.6
"""So large are the pixels that the body around them is drawn on."""


@dataclass(frozen=True)
class Beams:
    """The beams of a frontal picture, their projection's grid a coarse one."""

    projection: Projection

    def on_plane(self, y_mm: float) -> tuple[Map, Map]:
        """Return the patient's x and z, [row, column], where each beam crosses the plane at this y."""
        p, axes = self.projection, self.projection.axes.astype(np.float32)
        across: Map = self.projection.grid.x_mm() - np.float32(p.pivot_on_grid_mm[0])
        down = self.projection.grid.z_mm() - np.float32(p.pivot_on_grid_mm[1])
        source = p.axes.T @ (p.source - [0.0, 0.0, p.pivot_detector_mm])
        x, y, z = (
            axes[0, i] * across + axes[1, i] * down - np.float32(p.axes[2, i] * p.source_detector_mm)
            for i in range(3)
        )
        share = np.float32(y_mm - p.pivot_mm[1] - source[1]) / y
        x, z = (np.float32(source[axis] + p.pivot_mm[axis]) + share * way for axis, way in ((0, x), (2, z)))
        return x, z

    def resampled(self, values: Map, onto: Grid) -> Map:
        """Return a map of these beams on another grid of the same field."""
        scale = onto.pixel_mm / self.projection.grid.pixel_mm
        if scale == 1.0:
            return values
        shift = 0.5 * scale - 0.5
        resampled = cv2.warpAffine(
            values,
            np.array([[scale, 0.0, shift], [0.0, scale, shift]]),
            (onto.columns, onto.rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return resampled.astype(np.float32, copy=False)


def beams_of(projection: Projection, pixel_mm: float) -> Beams:
    """Return the beams of a projection on pixels of about `pixel_mm`, never finer than the detector's."""
    fine = projection.grid
    factor = max(1, round(pixel_mm / fine.pixel_mm))
    coarse = Grid(fine.pixel_mm * factor, -(-fine.rows // factor), -(-fine.columns // factor))
    return Beams(replace(projection, grid=coarse))


def by_height(z_mm: Map, heights_mm: Vector, values: Vector) -> Map:
    """Return `values`, given at evenly spaced rising heights, at every z: of the next height below."""
    last = len(heights_mm) - 1
    step = float(heights_mm[-1] - heights_mm[0]) / last
    share = (z_mm - np.float32(heights_mm[0])) * np.float32(1.0 / step)
    found: Map = values.astype(np.float32)[np.clip(share, 0, last).astype(np.int16)]
    return found
