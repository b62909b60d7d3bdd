"""Changing training pictures as DXA screens differ from each other, BMD staying what it was."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""uint8 [row, column, RGB]."""

SQUASH = 1.25
"""Screens come squashed by up to a quarter, either way, though the program itself never squashes."""


def augmented(picture: Picture, random: np.random.Generator) -> Picture:
    """Return a changed copy: moved, turned, squashed, mirrored, of another tone, sharpness and noise."""
    changed = _placed(picture, random)
    if random.random() < 0.5:
        changed = _toned(changed, random)
    if random.random() < 0.25:
        changed = _focused(changed, random)
    if random.random() < 0.25:
        changed = _grained(changed, random)
    if random.random() < 0.15:
        changed = _compressed(changed, random)
    return changed


def _placed(picture: Picture, random: np.random.Generator) -> Picture:
    size = picture.shape[0]
    angle = math.radians(random.uniform(-6, 6))
    scale = math.exp(random.uniform(-0.2, 0.2))
    squash = math.exp(random.uniform(-1, 1) * math.log(SQUASH) / 2)
    flip = 1 if random.random() < 0.5 else -1
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = turn @ np.diag([scale * squash * flip, scale / squash])
    middle = np.full(2, (size - 1) / 2)
    shift = middle - matrix @ middle + random.uniform(-0.08, 0.08, 2) * size
    warp = np.hstack([matrix, shift[:, None]])
    return cv2.warpAffine(picture, warp, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def _toned(picture: Picture, random: np.random.Generator) -> Picture:
    grey = np.linspace(0, 1, 256) ** math.exp(random.uniform(-0.2, 0.2))
    grey = grey * math.exp(random.uniform(-0.15, 0.15)) + random.uniform(-0.03, 0.03)
    return cv2.LUT(picture, np.rint(grey.clip(0, 1) * 255).astype(np.uint8))


def _focused(picture: Picture, random: np.random.Generator) -> Picture:
    blurred = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.4, 1.0))
    if random.random() < 0.6:
        return blurred
    amount = random.uniform(0.1, 0.5)
    return cv2.addWeighted(picture, 1 + amount, blurred, -amount, 0)


def _grained(picture: Picture, random: np.random.Generator) -> Picture:
    grain = random.standard_normal(picture.shape[:2], dtype=np.float32) * random.uniform(1, 5)
    return cv2.add(picture, cv2.merge([grain] * 3), dtype=cv2.CV_8U)


def _compressed(picture: Picture, random: np.random.Generator) -> Picture:
    _, jpeg = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, int(random.integers(40, 95))))
    return cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
