"""Square pictures with points for the landmark judge: of phantoms and of real chests."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.preprocess import on_square, square_tensor
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
        points.append(on_square(np.array([row.points[name] for name in POINTS]), height, width))
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
        points.append(on_square(at, height, width))
        sides.append(max(height, width) * REAL_PIXEL_MM)
    return Marked(np.array(pictures), np.array(points), np.array(sides))
