"""A data folder as a landmark network sees it: grey squares, and points as shares of their side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.preprocess import off_square, on_square, square_tensor
from desktop.imaging.radiograph import Radiograph
from training.data.manifest import DataError, Row, read_manifest, without_excluded
from training.data.pictures import made
from training.data.splits import by_split, places_by_split

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
    """Pictures for a network: `grey` uint8 [n, row, column], `shapes` [n, (rows, columns)] of the files."""

    grey: NDArray[np.uint8]
    shapes: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class LandmarkData:
    """What a landmark network learns from and is judged on.

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


def read_landmark_data(folder: Path, names: Sequence[str], size_px: int, limit: int | None) -> LandmarkData:
    """Read the rows that tell any landmark of `names`; DataError where a part would be empty.

    limit: take only so many rows, from the start.
    """
    rows, left_out = _usable(folder, names)
    rows = rows[:limit]
    return _located(rows, folder, names, size_px, parts_of(rows, folder), left_out)


def read_test_landmarks(folder: Path, names: Sequence[str], size_px: int) -> LandmarkData:
    """Read the test part alone of a folder that may have no other."""
    usable, left_out = _usable(folder, names)
    rows = by_split(usable)["test"]
    return _located(rows, folder, names, size_px, {"test": np.arange(len(rows))}, left_out)


def joined_tests(first: LandmarkData, second: LandmarkData) -> LandmarkData:
    """Return the test parts of both as one; what was left out is told of the second."""
    each = [(data, data.parts["test"]) for data in (first, second)]
    rows = tuple(data.rows[k] for data, places in each for k in places)
    return LandmarkData(
        rows,
        Squares(
            np.concatenate([data.squares.grey[places] for data, places in each]),
            np.concatenate([data.squares.shapes[places] for data, places in each]),
        ),
        np.concatenate([data.points[places] for data, places in each]),
        np.concatenate([data.side_mm[places] for data, places in each]),
        {"test": np.arange(len(rows))},
        second.left_out,
    )


def _usable(folder: Path, names: Sequence[str]) -> tuple[list[Row], Mapping[str, int]]:
    """Return the rows that tell any landmark, and how many were left out for what."""
    kept, left_out = without_excluded(read_manifest(folder / "manifest.csv"))
    rows = [row for row in kept if not set(names).isdisjoint(row.points)]
    missing = len(kept) - len(rows)
    return rows, left_out | ({"no landmarks": missing} if missing else {})


def _located(
    rows: Sequence[Row],
    folder: Path,
    names: Sequence[str],
    size_px: int,
    parts: Mapping[str, NDArray[np.intp]],
    left_out: Mapping[str, int],
) -> LandmarkData:
    squares = read_squares(rows, folder, size_px)
    points = [
        on_square(np.array([row.points.get(name, UNKNOWN) for name in names]), int(height), int(width))
        for row, (height, width) in zip(rows, squares.shapes, strict=True)
    ]
    spacing_mm = np.array([row.pixel_spacing_mm or np.nan for row in rows])
    side_mm = squares.shapes.max(axis=1) * spacing_mm
    return LandmarkData(tuple(rows), squares, np.array(points), side_mm, parts, left_out)


def read_squares(rows: Sequence[Row], folder: Path, size_px: int) -> Squares:
    """Return the squares of all rows."""
    kept = made(rows, folder, SquareWithShape(size_px))
    return Squares(kept["grey"], np.array(kept["shape"]))


def in_pixels(
    names: Sequence[str], shares: Points, shapes: NDArray[np.int32]
) -> list[dict[str, tuple[float, float]]]:
    """Return landmarks by name, (x, y) in pixels of each file; points that are NaN are left out.

    shares: [n, landmark, (x, y)]; shapes: [n, (rows, columns)] of the files.
    """
    found = []
    for points, (height, width) in zip(shares, shapes, strict=True):
        named = zip(names, off_square(points, int(height), int(width)), strict=True)
        found.append({name: (float(x), float(y)) for name, (x, y) in named if np.isfinite(x + y)})
    return found


def parts_of(rows: Sequence[Row], folder: Path) -> dict[str, NDArray[np.intp]]:
    """Return the places of each part's rows; a person is in one part only."""
    parts = places_by_split(rows)
    empty = [name for name, places in parts.items() if not len(places)]
    if empty:
        raise DataError(f"{folder} has no pictures to {' or to '.join(empty)}; add more persons.")
    return parts
