"""A film and its scanner: grain, scratches, dust, a slight turn on the glass, and the film's border."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Vector


@dataclass(frozen=True)
class FilmScan:
    """How a film was scanned: its turn, border and wear; grain is an SD of grey levels, 0 to 1.

    `shrink` is the film's size over the picture's, `border` the tone around it.
    """

    grain: float
    grain_px: float
    scratches: int
    turn_deg: float
    shrink: float
    border: float


def scanned(levels: Map, film: FilmScan, rng: np.random.Generator) -> Map:
    """Return the grey levels as a scanner delivers them, of the same shape."""
    worn = _scratched(levels + np.float32(film.grain) * _grain(levels.shape, film.grain_px, rng), film, rng)
    moved = placement(film, levels.shape)
    return cv2.warpAffine(
        worn, moved, levels.shape[::-1], flags=cv2.INTER_LINEAR, borderValue=float(film.border)
    )


def placement(film: FilmScan, shape: tuple[int, int]) -> Vector:
    """Return where the scanner puts each pixel (x, y): a turn and a shrinking about the middle, [2, 3]."""
    middle = ((shape[1] - 1) / 2, (shape[0] - 1) / 2)
    return cv2.getRotationMatrix2D(middle, film.turn_deg, film.shrink)


def _grain(shape: tuple[int, int], size_px: float, rng: np.random.Generator) -> Map:
    grain = cv2.GaussianBlur(rng.standard_normal(shape, np.float32), (0, 0), size_px)
    return grain / max(float(grain[::5, ::5].std()), 1e-6)


def _scratched(levels: Map, film: FilmScan, rng: np.random.Generator) -> Map:
    """Return the film with faint straight scratches and specks, bright or dark."""
    rows, columns = levels.shape
    for _ in range(film.scratches):
        x, y, angle = rng.uniform(0, columns), rng.uniform(0, rows), rng.uniform(0, np.pi)
        length = rng.choice([0.0, rng.uniform(0.02, 0.5)]) * rows
        end = (x + length * np.cos(angle), y + length * np.sin(angle))
        mask = np.zeros(levels.shape, np.uint8)
        cv2.line(mask, (int(x), int(y)), (int(end[0]), int(end[1])), 255, max(1, rows // 700), cv2.LINE_AA)
        levels = levels + np.float32(rng.uniform(-0.12, 0.15) / 255) * mask
    return levels
