"""From patient to detector: a point source, a flat detector, and where each point of the patient falls.

The patient's frame is DICOM's: x to the patient's left, y to the back, z to the head, in mm; its origin is
the middle of the disc between T12 and L1. A frontal picture shows the patient's left on the picture's right;
a lateral one shows the front of the patient on the picture's left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.phantom.geometry.grid import Grid

Vector = NDArray[np.float64]
Side = Literal["frontal", "frontal_ap", "lateral"]

_AXES = {
    "frontal": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]),
    "frontal_ap": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, -1.0, 0.0]]),
    "lateral": np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]]),
}
"""Rows: the patient's directions of the picture's columns, of its rows, and from detector to source."""


@dataclass(frozen=True)
class Projection:
    """How a patient stands before a detector.

    `pivot_mm` is the point of the patient (x, y, z) that lies on the central ray, `pivot_detector_mm` in
    front of the detector, and falls on `pivot_on_grid_mm` (across, down from the grid's corner). `turn` is a
    rotation of the patient about the pivot, [3, 3]. `frontal` has the source behind the patient
    (PA), `frontal_ap` in front; both are shown as if the viewer faced the patient.
    """

    grid: Grid
    side: Side
    source_detector_mm: float
    pivot_detector_mm: float
    pivot_mm: Vector
    pivot_on_grid_mm: tuple[float, float]
    turn: Vector

    @cached_property
    def axes(self) -> Vector:
        """The turned patient's frame seen from the detector: rows are across, down and to the source."""
        return _AXES[self.side] @ self.turn

    def seen(self, points_mm: Vector) -> Vector:
        """Return points [n, 3] of the patient as (across, down, height over the detector) in mm, [n, 3]."""
        turned = np.asarray(points_mm, float) @ self.axes.T
        turned += np.array([0.0, 0.0, self.pivot_detector_mm]) - self.axes @ self.pivot_mm
        return turned

    def magnification(self, points_mm: Vector) -> Vector:
        """Return how much larger each of the points [n, 3] is on the detector than in the patient, [n]."""
        return self._enlarged(self.seen(points_mm))

    def on_grid(self, points_mm: Vector) -> Vector:
        """Return where points [n, 3] of the patient fall, (x, y) in mm from the grid's corner, [n, 2]."""
        seen = self.seen(points_mm)
        return seen[:, :2] * self._enlarged(seen)[:, None] + np.array(self.pivot_on_grid_mm)

    def _enlarged(self, seen_mm: Vector) -> Vector:
        return self.source_detector_mm / (self.source_detector_mm - seen_mm[:, 2])

    @property
    def source(self) -> Vector:
        """The source in the detector's frame: across and down from the pivot, height over the detector."""
        return np.array([0.0, 0.0, self.source_detector_mm])
