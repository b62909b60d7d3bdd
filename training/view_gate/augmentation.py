"""Changing pictures as widely as real ones differ in crop, shape, tone, sharpness, borders and polarity.

Views are told by the skeleton, so that all else may vary: whatever a phantom and a real picture differ in
and a change covers cannot mislead the gate.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""uint8 [row, column]."""

INVERTED = 0.35
"""Share of pictures that are shown as negatives."""


def fitted(picture: Grey, size_px: int) -> Grey:
    """Return a picture at the network's size, unchanged otherwise."""
    return cv2.resize(picture, (size_px, size_px), interpolation=cv2.INTER_AREA)


def augmented(picture: Grey, size_px: int, random: np.random.Generator) -> tuple[Grey, bool]:
    """Return a changed copy at the network's size, and whether it is a negative now."""
    moved = _placed(_covered(picture, random), size_px, random)
    toned = _sharpness(_toned(moved, random), random)
    inverted = bool(random.random() < INVERTED)
    return (negative(toned) if inverted else toned), inverted


def negative(picture: Grey) -> Grey:
    """Return the negative; black strips at the border stay black, as they are added to make a square."""
    turned = 255 - picture
    for axis in (0, 1):
        empty = picture.max(axis=axis) == 0
        if empty.all():
            return turned
        inside = np.flatnonzero(~empty)
        strips = np.ones(len(empty), bool)
        strips[inside[0] : inside[-1] + 1] = False
        turned[(slice(None), strips) if axis == 0 else strips] = 0
    return turned


def _placed(picture: Grey, size_px: int, random: np.random.Generator) -> Grey:
    """Return the picture turned, stretched, zoomed, moved and perhaps mirrored."""
    zoom = size_px / picture.shape[0] * np.exp(random.normal(0.12, 0.25))
    stretch = np.exp(random.normal(0.0, 0.12))
    angle = np.radians(random.normal(0.0, 6.0))
    mirror = random.choice([-1.0, 1.0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([mirror * zoom * stretch, zoom / stretch])
    middle = size_px / 2 + random.normal(0.0, 0.06, 2) * size_px
    shift = middle - matrix @ np.full(2, picture.shape[0] / 2)
    border = 0 if random.random() < 0.85 else int(random.integers(0, 256))
    return cv2.warpAffine(
        picture,
        np.hstack([matrix, shift[:, None]]),
        (size_px, size_px),
        flags=cv2.INTER_AREA,
        borderValue=border,
    )


def _covered(picture: Grey, random: np.random.Generator) -> Grey:
    """Return the picture with rectangles over it, as masks, labels and collimators are."""
    covered = picture.copy()
    side = picture.shape[0]
    for _ in range(random.poisson(0.8)):
        top, left = random.integers(-side // 8, side, 2)
        height, width = random.integers(side // 24, side // 4, 2)
        value = int(random.choice([0, 255, random.integers(0, 256)]))
        covered[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)] = value
    return covered


def _toned(picture: Grey, random: np.random.Generator) -> Grey:
    """Return the picture through a random look-up, with or without its contrasts evened out."""
    toned = picture
    if random.random() < 0.35:
        tiles = int(random.integers(2, 9))
        toned = cv2.createCLAHE(random.uniform(1.0, 8.0), (tiles, tiles)).apply(picture)
    grey = np.linspace(0, 1, 256) ** np.exp(random.normal(0.0, 0.45))
    low, high = random.uniform(-0.1, 0.25), random.uniform(0.75, 1.2)
    if random.random() < 0.4:
        steep = random.uniform(3.0, 9.0)
        grey = 1 / (1 + np.exp(-steep * (grey - random.uniform(0.3, 0.7))))
    curve = (grey - low) / (high - low)
    base = random.uniform(0.0, 0.2) if random.random() < 0.3 else 0.0
    return cv2.LUT(toned, np.rint((base + (1 - base) * curve).clip(0, 1) * 255).astype(np.uint8))


def _sharpness(picture: Grey, random: np.random.Generator) -> Grey:
    """Return the picture blurred, sharpened or left, with noise."""
    values = picture.astype(np.float32)
    chance = random.random()
    if chance < 0.35:
        values = cv2.GaussianBlur(values, (0, 0), random.uniform(0.4, 1.8))
    elif chance < 0.7:
        values += random.uniform(0.3, 2.5) * (
            values - cv2.GaussianBlur(values, (0, 0), random.uniform(1.0, 8.0))
        )
    if random.random() < 0.6:
        values += random.normal(0.0, random.uniform(0.0, 14.0), values.shape).astype(np.float32)
    return np.rint(values.clip(0, 255)).astype(np.uint8)
