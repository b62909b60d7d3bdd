"""Changing pictures and their corners as laterals differ in place, size, side, tone and what lies over."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Tones = NDArray[np.float32]

SHIFTS = (0.06, 0.08)
"""Across and down, SD as a share of the side: sites centre on L3 or on the iliac crest."""
REPEATED_SHARE = 0.4
"""Of pictures that go on beyond their border as the border was."""


def changed(picture: Grey, points: Points, random: np.random.Generator) -> tuple[Grey, Points]:
    """Return a picture, uint8 [row, column], and its points, shares of the side; those cut off become NaN."""
    elsewhere, at = moved(picture, points, random)
    at = within(at)
    toned = _toned(coned(elsewhere, at, random), random)
    uneven = _uneven(_processed(toned, random), random)
    return _blurred(_covered(uneven, random), random), at


def moved(picture: Grey, points: Points, random: np.random.Generator) -> tuple[Grey, Points]:
    """Return a picture and its points turned, zoomed, squashed, moved and every other time mirrored.

    Points keep their names when mirrored: the front stays the front. What comes into view is black, or goes
    on as the border was, so that the border does not always tell where the middle had been.
    """
    side = picture.shape[0]
    matrix, shift = placement(side, random)
    from_centres = shift + matrix @ np.full(2, 0.5) - 0.5  # OpenCV's first pixel has its centre at 0
    border = cv2.BORDER_REPLICATE if random.random() < REPEATED_SHARE else cv2.BORDER_CONSTANT
    affine = np.hstack([matrix, from_centres[:, None]])
    elsewhere = cv2.warpAffine(picture, affine, (side, side), borderMode=border)
    return elsewhere, (points * side @ matrix.T + shift) / side


def placement(side: float, random: np.random.Generator) -> tuple[Points, Points]:
    """Return the matrix [2, 2] and the shift [2] by which a square of this side and its points are moved."""
    angle, zoom = np.radians(random.normal(0.0, 7.0)), np.exp(random.normal(0.06, 0.18))
    mirror = random.choice([-1.0, 1.0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([mirror * zoom * np.exp(random.normal(0.0, 0.06)), zoom])
    return matrix, side * (0.5 + random.normal(0.0, SHIFTS)) - matrix @ np.full(2, side / 2)


def within(points: Points) -> Points:
    """Return the points with those beyond the square as NaN."""
    inside = ((points >= 0.0) & (points <= 1.0)).all(axis=-1, keepdims=True)
    return np.where(inside, points, np.nan)


def coned(picture: Grey, points: Points, random: np.random.Generator) -> Grey:
    """Return the picture, every third time coned or cut at both sides, at most as far as the spine."""
    if random.random() < 0.67 or not np.isfinite(points).any():
        return picture
    side = picture.shape[1]
    nearest = np.array([np.nanmin(points[:, 0]), 1.0 - np.nanmax(points[:, 0])]) - 0.03
    left, right = np.rint(side * random.uniform(0.0, np.maximum(nearest, 0.0))).astype(int)
    narrower = picture.copy()
    narrower[:, :left] = narrower[:, side - right :] = 0
    return narrower


def _toned(picture: Grey, random: np.random.Generator) -> Grey:
    if random.random() < 0.35:
        tiles = int(random.integers(2, 7))
        picture = cv2.createCLAHE(random.uniform(1.0, 6.0), (tiles, tiles)).apply(picture)
    grey = np.linspace(0, 1, 256) ** np.exp(random.normal(0.0, 0.45))
    low, high = random.uniform(-0.1, 0.25), random.uniform(0.75, 1.2)
    return cv2.LUT(picture, np.rint(((grey - low) / (high - low)).clip(0, 1) * 255).astype(np.uint8))


def _processed(picture: Grey, random: np.random.Generator) -> Tones:
    """Return the picture, every other time with fine structure raised over coarse, as makers' software does.

    Grey levels are float32 from here on, and may leave 0 to 255.
    """
    values = picture.astype(np.float32)
    if random.random() < 0.5:
        return values
    spread_px = float(np.exp(random.uniform(np.log(1.5), np.log(picture.shape[0] / 12))))
    coarse = cv2.GaussianBlur(values, (0, 0), spread_px)
    detail, kept = np.exp(random.uniform(0.0, np.log(4.0))), random.uniform(0.3, 1.0)
    mean = coarse.mean()
    return mean + np.float32(kept) * (coarse - mean) + np.float32(detail) * (values - coarse)


def _uneven(values: Tones, random: np.random.Generator) -> Tones:
    """Return the picture, every other time with broad spots over it, as gas, folds and soft tissue make."""
    if random.random() < 0.5:
        return values
    count = int(random.integers(3, 13))
    spots = random.normal(0.0, np.exp(random.uniform(np.log(3.0), np.log(35.0))), (count, count))
    return values + cv2.resize(spots.astype(np.float32), values.shape[::-1], interpolation=cv2.INTER_CUBIC)


def _covered(picture: Tones, random: np.random.Generator) -> Tones:
    """Return the picture with boxes over it, as labels, shutters and masks are."""
    side = picture.shape[0]
    for _ in range(random.poisson(1.0)):
        top, left = random.integers(0, side, 2)
        height, width = random.integers(2, max(3, side // 6), 2)
        picture[top : top + height, left : left + width] = random.choice([0, 255, random.integers(0, 256)])
    return picture


def _blurred(values: Tones, random: np.random.Generator) -> Grey:
    if random.random() < 0.4:
        values = cv2.GaussianBlur(values, (0, 0), random.uniform(0.3, 1.5))
    values += random.normal(0.0, random.uniform(0.0, 12.0), values.shape).astype(np.float32)
    return np.rint(values.clip(0, 255)).astype(np.uint8)
