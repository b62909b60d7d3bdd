"""Changing pictures and their corners as laterals differ in place, size, side, tone and what lies over."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]


def changed(picture: Grey, points: Points, random: np.random.Generator) -> tuple[Grey, Points]:
    """Return a picture, uint8 [row, column], and its points, shares of the side; those cut off become NaN."""
    elsewhere, at = moved(picture, points, random)
    toned = _covered(_toned(elsewhere, random), random)
    return _blurred(toned, random), within(at)


def moved(picture: Grey, points: Points, random: np.random.Generator) -> tuple[Grey, Points]:
    """Return a picture and its points turned, zoomed, squashed, moved and every other time mirrored.

    Points keep their names when mirrored: the front stays the front.
    """
    side = picture.shape[0]
    matrix, shift = placement(side, random)
    from_centres = shift + matrix @ np.full(2, 0.5) - 0.5  # OpenCV's first pixel has its centre at 0
    elsewhere = cv2.warpAffine(picture, np.hstack([matrix, from_centres[:, None]]), (side, side))
    return elsewhere, (points * side @ matrix.T + shift) / side


def placement(side: float, random: np.random.Generator) -> tuple[Points, Points]:
    """Return the matrix [2, 2] and the shift [2] by which a square of this side and its points are moved."""
    angle, zoom = np.radians(random.normal(0.0, 6.0)), np.exp(random.normal(0.08, 0.15))
    mirror = random.choice([-1.0, 1.0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([mirror * zoom * np.exp(random.normal(0.0, 0.06)), zoom])
    return matrix, side * (0.5 + random.normal(0.0, 0.05, 2)) - matrix @ np.full(2, side / 2)


def within(points: Points) -> Points:
    """Return the points with those beyond the square as NaN."""
    inside = ((points >= 0.0) & (points <= 1.0)).all(axis=-1, keepdims=True)
    return np.where(inside, points, np.nan)


def _toned(picture: Grey, random: np.random.Generator) -> Grey:
    if random.random() < 0.35:
        tiles = int(random.integers(2, 7))
        picture = cv2.createCLAHE(random.uniform(1.0, 6.0), (tiles, tiles)).apply(picture)
    grey = np.linspace(0, 1, 256) ** np.exp(random.normal(0.0, 0.45))
    low, high = random.uniform(-0.1, 0.25), random.uniform(0.75, 1.2)
    return cv2.LUT(picture, np.rint(((grey - low) / (high - low)).clip(0, 1) * 255).astype(np.uint8))


def _covered(picture: Grey, random: np.random.Generator) -> Grey:
    """Return the picture with boxes over it, as labels, shutters and masks are."""
    side = picture.shape[0]
    for _ in range(random.poisson(1.0)):
        top, left = random.integers(0, side, 2)
        height, width = random.integers(2, max(3, side // 6), 2)
        picture[top : top + height, left : left + width] = random.choice([0, 255, random.integers(0, 256)])
    return picture


def _blurred(picture: Grey, random: np.random.Generator) -> Grey:
    values = picture.astype(np.float32)
    if random.random() < 0.4:
        values = cv2.GaussianBlur(values, (0, 0), random.uniform(0.3, 1.5))
    values += random.normal(0.0, random.uniform(0.0, 12.0), values.shape).astype(np.float32)
    return np.rint(values.clip(0, 255)).astype(np.uint8)
