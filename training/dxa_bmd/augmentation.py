"""Changing training pictures as DXA screens differ from each other, their grain left as it is.

Grain against the contrast of bone is what a screen scaled to its own range still says of BMD. Warping,
blurring or adding noise would change it: zoom, aspect and sharpness vary where phantoms are made.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""uint8 [row, column, RGB]."""

SHIFT = 0.08
"""Of the picture's side, at most, in whole pixels."""


def augmented(picture: Picture, random: np.random.Generator) -> Picture:
    """Return a changed copy: moved, of another tone, and every other one as its mirror image."""
    changed = _toned(_placed(picture, random), random)
    return changed[:, ::-1] if random.random() < 0.5 else changed


def _placed(picture: Picture, random: np.random.Generator) -> Picture:
    rows, columns = random.integers(-1, 2, 2) * (random.uniform(0, SHIFT, 2) * picture.shape[0]).astype(int)
    moved = np.zeros_like(picture)
    moved[_target(rows), _target(columns)] = picture[_target(-rows), _target(-columns)]
    return moved


def _target(shift: int) -> slice:
    return slice(shift, None) if shift >= 0 else slice(None, shift)


def _toned(picture: Picture, random: np.random.Generator) -> Picture:
    grey = np.linspace(0, 1, 256) ** math.exp(random.uniform(-0.12, 0.12))
    grey = grey * math.exp(random.uniform(-0.15, 0.15)) + random.uniform(-0.03, 0.03)
    return cv2.LUT(picture, np.rint(grey.clip(0, 1) * 255).astype(np.uint8))
