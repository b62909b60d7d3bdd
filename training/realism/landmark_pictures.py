"""Square pictures with points for the landmark judge: of phantoms with changes, of real ones without."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.data.manifest import Row
from training.data.pictures import tensors

POINTS = tuple(
    f"{side}_{name}"
    for name in ("rib_1", "rib_2", "rib_3", "rib_4", "clavicle_medial")
    for side in ("right", "left")
)
"""The ten points that real pictures have."""
REAL_PIXEL_MM = 0.35

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Marked:
    """Square pictures, uint8 [n, row, column]; points [n, point, (x, y)], shares of the side; its mm, [n]."""

    pictures: NDArray[np.uint8]
    points: Points
    side_mm: NDArray[np.float64]


def of_phantoms(rows: Sequence[Row], folder: Path, size_px: int) -> Marked:
    """Return the phantoms that show every point."""
    usable = [row for row in rows if set(POINTS) <= set(row.points)]
    pictures = tensors(usable, folder, size_px)[..., 0]
    points, sides = [], []
    for row in usable:
        height, width = read_radiograph(folder / row.file).pixels.shape
        points.append(_shares(np.array([row.points[name] for name in POINTS]), height, width))
        sides.append(max(height, width) * (row.pixel_spacing_mm or np.nan))
    return Marked(np.asarray(pictures), np.array(points), np.array(sides))


def of_real(folder: Path, size_px: int) -> Marked:
    """Return the real pictures of `folder`/index.csv."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    pictures, points, sides = [], [], []
    for row in rows:
        radiograph = read_radiograph(folder / row["file"])
        height, width = radiograph.pixels.shape
        at = np.array([[float(row[f"{name}_x"]), float(row[f"{name}_y"])] for name in POINTS])
        pictures.append(square_tensor(radiograph, size_px)[..., 0])
        points.append(_shares(at, height, width))
        sides.append(max(height, width) * REAL_PIXEL_MM)
    return Marked(np.array(pictures), np.array(points), np.array(sides))


def changed(
    picture: NDArray[np.uint8], points: Points, random: np.random.Generator
) -> tuple[NDArray[np.float32], Points]:
    """Return a picture, 0 to 1, and its points turned, zoomed, moved and of another tone."""
    elsewhere, at = moved(picture, points, random)
    return _toned(elsewhere, random), at


def moved(
    picture: NDArray[np.uint8], points: Points, random: np.random.Generator
) -> tuple[NDArray[np.uint8], Points]:
    """Return a picture and its points turned, zoomed and moved."""
    side = picture.shape[0]
    angle, zoom = np.radians(random.normal(0.0, 4.0)), np.exp(random.normal(0.0, 0.1))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([zoom * np.exp(random.normal(0.0, 0.05)), zoom])
    shift = side * (0.5 + random.normal(0.0, 0.04, 2)) - matrix @ np.full(2, side / 2)
    elsewhere = cv2.warpAffine(picture, np.hstack([matrix, shift[:, None]]), (side, side))
    return elsewhere, (points * side @ matrix.T + shift) / side


def _toned(picture: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.float32]:
    if random.random() < 0.3:
        tiles = int(random.integers(2, 7))
        picture = cv2.createCLAHE(random.uniform(1.0, 6.0), (tiles, tiles)).apply(picture)
    grey = (picture.astype(np.float32) / 255) ** np.float32(np.exp(random.normal(0.0, 0.45)))
    low, high = random.uniform(-0.1, 0.25), random.uniform(0.75, 1.2)
    grey = np.clip((grey - low) / (high - low), 0, 1)
    for _ in range(random.poisson(1.0)):
        top, left = random.integers(0, picture.shape[0], 2)
        height, width = random.integers(4, picture.shape[0] // 6, 2)
        grey[top : top + height, left : left + width] = random.choice([0.0, 1.0])
    if random.random() < 0.5:
        grey = cv2.GaussianBlur(grey, (0, 0), random.uniform(0.3, 1.5))
    return grey + random.normal(0.0, random.uniform(0.0, 0.05), grey.shape).astype(np.float32)


def _shares(points_px: Points, height: int, width: int) -> Points:
    """Return points of a file as shares of the square that it is padded to."""
    side = max(height, width)
    return (points_px + np.array([(side - width) // 2, (side - height) // 2])) / side
