"""Smooth lines through a few points, for what bends inside a body."""

from __future__ import annotations

import numpy as np

from training.phantom.geometry.projection import Vector

_STEPS = 12


def curve(points: list[Vector]) -> Vector:
    """Return a smooth line through about these points, its ends exact, [n, 3]."""
    corners = np.array(points)
    fine = np.linspace(0.0, len(corners) - 1.0, _STEPS * len(corners))
    line = [np.interp(fine, np.arange(len(corners)), corners[:, axis]) for axis in range(3)]
    return smoothed(np.stack(line, axis=1), _STEPS // 2)


def turned_about_y(angle: float) -> Vector:
    """Return the rotation in the frontal plane by an angle in radians, [3, 3], for directions as rows."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])


def smoothed(line: Vector, reach: int) -> Vector:
    """Return a line [n, 3] averaged over `reach` points to each side; its ends stay where they are."""
    weights = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(line, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    kernel = weights / weights.sum()
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in range(line.shape[1])], axis=1)
