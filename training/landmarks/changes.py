"""Changing pictures and their landmarks as radiographs differ in place, size, tone and in what covers them.

None is mirrored: which side is the right one is told by the anatomy, and some files do come mirrored.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Picture = NDArray[np.float32]


def changed(picture: Grey, points: Points, random: np.random.Generator) -> tuple[Picture, Points]:
    """Return a picture, 0 to 1, and its points, shares of the side, turned, zoomed, moved and toned."""
    elsewhere, at = moved(picture, points, random)
    return _blurred(_covered(_toned(elsewhere, random), random), random), at


def moved(picture: Grey, points: Points, random: np.random.Generator) -> tuple[Grey, Points]:
    """Return a picture and its points turned, zoomed, squashed and moved."""
    side = picture.shape[0]
    angle, zoom = np.radians(random.normal(0.0, 4.0)), np.exp(random.normal(0.0, 0.1))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([zoom * np.exp(random.normal(0.0, 0.05)), zoom])
    shift = side * (0.5 + random.normal(0.0, 0.04, 2)) - matrix @ np.full(2, side / 2)
    from_centres = shift + matrix @ np.full(2, 0.5) - 0.5  # OpenCV's first pixel has its centre at 0
    elsewhere = cv2.warpAffine(picture, np.hstack([matrix, from_centres[:, None]]), (side, side))
    return elsewhere, (points * side @ matrix.T + shift) / side


def _toned(picture: Grey, random: np.random.Generator) -> Picture:
    if random.random() < 0.3:
        tiles = int(random.integers(2, 7))
        picture = cv2.createCLAHE(random.uniform(1.0, 6.0), (tiles, tiles)).apply(picture)
    grey = (picture.astype(np.float32) / 255) ** np.float32(np.exp(random.normal(0.0, 0.45)))
    low, high = random.uniform(-0.1, 0.25), random.uniform(0.75, 1.2)
    return np.clip((grey - np.float32(low)) / np.float32(high - low), 0, 1)


def _covered(picture: Picture, random: np.random.Generator) -> Picture:
    """Return the picture with black or white boxes over it, as labels and shutters are."""
    side = picture.shape[0]
    for _ in range(random.poisson(1.0)):
        top, left = random.integers(0, side, 2)
        height, width = random.integers(2, max(3, side // 6), 2)
        picture[top : top + height, left : left + width] = random.choice([0.0, 1.0])
    return picture


def _blurred(picture: Picture, random: np.random.Generator) -> Picture:
    if random.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 1.5))
    noise = random.standard_normal(picture.shape, dtype=np.float32)
    return picture + np.float32(random.uniform(0.0, 0.05)) * noise
