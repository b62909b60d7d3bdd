"""A data folder as the landmark network sees it: grey squares, and points as shares of their side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.chest import LANDMARKS
from desktop.imaging.preprocess import off_square, on_square, square_tensor
from desktop.imaging.radiograph import Radiograph
from training.chest_multi_roi.settings import Settings
from training.data.manifest import DataError, Row, read_manifest, without_excluded
from training.data.pictures import made
from training.data.splits import places_by_split

Points = NDArray[np.float64]
UNKNOWN = (np.nan, np.nan)


@dataclass(frozen=True)
class SquareWithShape:
    """The square that the network sees, and rows and columns of the picture that it was made of."""

    size_px: int

    @property
    def name(self) -> str:
        """The side in pixels, and the shape."""
        return f"{self.size_px}_shape"

    @property
    def dtype(self) -> np.dtype[Any]:
        """`grey` uint8 [row, column]; `shape` of the file."""
        return np.dtype([("grey", np.uint8, (self.size_px, self.size_px)), ("shape", np.int32, (2,))])

    def __call__(self, radiograph: Radiograph, row: Row) -> tuple[NDArray[np.uint8], tuple[int, ...]]:
        """Return both."""
        return square_tensor(radiograph, self.size_px)[..., 0], radiograph.pixels.shape

    def key(self, row: Row) -> str:
        """Return nothing: the file says it all."""
        return ""


@dataclass(frozen=True, eq=False)
class Squares:
    """Pictures for the landmark network: `grey` uint8 [n, row, column], `shapes` [n, (rows, columns)]."""

    grey: NDArray[np.uint8]
    shapes: NDArray[np.int32]

    def in_pixels(self, shares: Points) -> list[dict[str, tuple[float, float]]]:
        """Return landmarks by name, (x, y) in pixels of each file, of points [n, landmark, (x, y)]."""
        found = []
        for points, (height, width) in zip(shares, self.shapes, strict=True):
            at = off_square(points, int(height), int(width))
            found.append({name: (float(x), float(y)) for name, (x, y) in zip(LANDMARKS, at, strict=True)})
        return found


@dataclass(frozen=True, eq=False)
class LandmarkData:
    """What the landmark network learns from and is judged on.

    points: [row, landmark, (x, y)], shares of the square's side, NaN where the manifest tells none, as for
    one beyond the picture's border; side_mm: of each square, NaN where the manifest tells no spacing; parts:
    places in `rows` by name of the part.
    """

    rows: tuple[Row, ...]
    squares: Squares
    points: Points
    side_mm: NDArray[np.float64]
    parts: Mapping[str, NDArray[np.intp]]
    left_out: Mapping[str, int]


def read_squares(rows: Sequence[Row], folder: Path, size_px: int) -> Squares:
    """Return the squares of all rows."""
    kept = made(rows, folder, SquareWithShape(size_px))
    return Squares(kept["grey"], np.array(kept["shape"]))


def read_landmark_data(folder: Path, settings: Settings) -> LandmarkData:
    """Read the rows that have landmarks, all or some; DataError where a part would be empty."""
    kept, left_out = without_excluded(read_manifest(folder / "manifest.csv"))
    rows = [row for row in kept if not set(LANDMARKS).isdisjoint(row.points)]
    if len(rows) < len(kept):
        left_out = left_out | {"no landmarks": len(kept) - len(rows)}
    rows = rows[: settings.limit]
    parts = parts_of(rows, folder)
    squares = read_squares(rows, folder, settings.landmarks.size_px)
    points = [
        on_square(np.array([row.points.get(name, UNKNOWN) for name in LANDMARKS]), int(height), int(width))
        for row, (height, width) in zip(rows, squares.shapes, strict=True)
    ]
    spacing_mm = np.array([row.pixel_spacing_mm or np.nan for row in rows])
    side_mm = squares.shapes.max(axis=1) * spacing_mm
    return LandmarkData(tuple(rows), squares, np.array(points), side_mm, parts, left_out)


def parts_of(rows: Sequence[Row], folder: Path) -> dict[str, NDArray[np.intp]]:
    """Return the places of each part's rows; a person is in one part only."""
    parts = places_by_split(rows)
    empty = [name for name, places in parts.items() if not len(places)]
    if empty:
        raise DataError(f"{folder} has no pictures to {' or to '.join(empty)}; add more persons.")
    return parts
