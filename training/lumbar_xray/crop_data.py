"""A data folder as the classifiers see it: the crop L1-L3 of each picture, its class and BMD, and parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, REGION, REGION_CORNERS, REGION_LEVELS, region_of
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.radiograph import Radiograph
from desktop.imaging.regions import region_tensor
from training.data.manifest import CATEGORIES, DataError, Row, read_manifest, without_excluded
from training.data.pictures import made
from training.data.splits import by_split
from training.landmarks.data import in_pixels, parts_of, read_squares
from training.lumbar_xray.corner_stage import placed, read_network
from training.runs.folder import manifest_sha256

PUBLISHED_COUNTS = {"train": (101, 112), "tune": (10, 8), "test": (13, 10)}
"""Pictures with osteoporosis and without in each part of the study."""
NOT_FOUND = "L1 to L3 not found"
NO_CLASS = "no class"
TOO_LONG = "more than one year between radiograph and DXA"
LONGEST_DAYS = 365


@dataclass(frozen=True)
class Crop:
    """L1-L3, cut by the corners of its row as the desktop cuts it."""

    size_px: int

    @property
    def name(self) -> str:
        """The crop's side in pixels."""
        return f"{self.size_px}_{REGION}"

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8 [row, column]."""
        return np.dtype((np.uint8, (self.size_px, self.size_px)))

    def __call__(self, radiograph: Radiograph, row: Row) -> NDArray[np.uint8]:
        """Return the crop."""
        return region_tensor(shown_grey(radiograph), {REGION: region_of(row.points)}, self.size_px)[0]

    def key(self, row: Row) -> str:
        """Return a digest of the corners."""
        points = np.array([row.points[name] for name in REGION_CORNERS])
        return hashlib.sha256(points.tobytes()).hexdigest()


@dataclass(frozen=True, eq=False)
class CropData:
    """What a network on the crops learns from and is judged on.

    crops: uint8 [row of `rows`, row, column]; classes: places in CATEGORIES, [row of `rows`]; bmd_g_cm2:
    float32 [row of `rows`, L1 to L4], NaN where not known; parts: places in `rows` by name of the part.
    """

    rows: tuple[Row, ...]
    crops: NDArray[np.uint8]
    classes: NDArray[np.intp]
    bmd_g_cm2: NDArray[np.float32]
    parts: Mapping[str, NDArray[np.intp]]
    left_out: Mapping[str, int]


def read_crop_data(folder: Path, run: Path, size_px: int, limit: int | None) -> CropData:
    """Read the rows that tell a class; L1-L3 is where the corner network of `run` finds it.

    The many trainings of a study read the same once.
    """
    return _read_once(folder, run, size_px, limit, manifest_sha256(folder))


@lru_cache(maxsize=1)
def read_test_crops(folder: Path, run: Path, size_px: int) -> CropData:
    """Read the test part alone of a folder that may have no other."""
    told, left_out = _usable(folder)
    rows = with_found_corners(by_split(told)["test"], folder, run)
    return _cropped(rows, folder, size_px, {"test": np.arange(len(rows))}, left_out)


@lru_cache(maxsize=1)
def _read_once(
    folder: Path, run: Path, size_px: int, limit: int | None, sha256_of_manifest: str | None
) -> CropData:
    del sha256_of_manifest  # it tells a changed manifest from the one that was read
    told, left_out = _usable(folder)
    rows = with_found_corners(told[:limit], folder, run)
    lost = len(told[:limit]) - len(rows)
    return _cropped(
        rows, folder, size_px, parts_of(rows, folder), left_out | ({NOT_FOUND: lost} if lost else {})
    )


def _usable(folder: Path) -> tuple[list[Row], dict[str, int]]:
    """Return the rows that tell a class, and how many were left out for what."""
    kept, left_out = without_excluded(read_manifest(folder / "manifest.csv"))
    timely = [row for row in kept if (row.exam_interval_days or 0) <= LONGEST_DAYS]
    told = [row for row in timely if row.category is not None]
    dropped = {TOO_LONG: len(kept) - len(timely), NO_CLASS: len(timely) - len(told)}
    return told, dict(left_out) | {reason: count for reason, count in dropped.items() if count}


def _cropped(
    rows: Sequence[Row],
    folder: Path,
    size_px: int,
    parts: Mapping[str, NDArray[np.intp]],
    left_out: Mapping[str, int],
) -> CropData:
    unknown = (np.nan,) * 4
    return CropData(
        rows=tuple(rows),
        crops=made(rows, folder, Crop(size_px)),
        classes=np.array([CATEGORIES.index(row.category or "") for row in rows], np.intp),
        bmd_g_cm2=np.array([row.bmd_by_vertebra or unknown for row in rows], np.float32),
        parts=parts,
        left_out=left_out,
    )


def with_found_corners(rows: Sequence[Row], folder: Path, run: Path) -> list[Row]:
    """Return the rows whose L1 to L3 the corner network of `run` finds whole, with the corners it found."""
    network = read_network(run)
    squares = read_squares(rows, folder, network.input_shape[1])
    found = placed(network, np.asarray(squares.grey))
    whole = found.shown[:, [LEVELS.index(level) for level in REGION_LEVELS]].all(axis=1)
    named = in_pixels(CORNERS, found.points, squares.shapes)
    return [
        replace(row, points=points) for row, points, is_in in zip(rows, named, whole, strict=True) if is_in
    ]


def part_places(
    data: CropData, parts: Literal["published", "person"], seed: int
) -> Mapping[str, NDArray[np.intp]]:
    """Return the places of each part, all of them or as many of each class as the study had.

    The study's are drawn by `seed`, one picture a person; training, validation and test each from the
    manifest's own part, so that nobody whom a backbone was pre-trained on is in the test.
    """
    if parts == "person":
        return data.parts
    random = np.random.default_rng((seed, 213))
    return {part: _drawn(data, part, counts, random) for part, counts in PUBLISHED_COUNTS.items()}


def _drawn(
    data: CropData, part: str, counts: tuple[int, int], random: np.random.Generator
) -> NDArray[np.intp]:
    has = data.classes == CATEGORIES.index("osteoporosis")
    chosen: list[int] = []
    seen: set[str] = set()
    for wanted, count in ((True, counts[0]), (False, counts[1])):
        taken = 0
        for k in random.permutation(data.parts[part]):
            if taken < count and has[k] == wanted and data.rows[k].person not in seen:
                seen.add(data.rows[k].person)
                chosen.append(int(k))
                taken += 1
        if taken < count:
            kind = "with" if wanted else "without"
            raise DataError(
                f"The part {part} has {taken} persons {kind} osteoporosis, and the published sizes take "
                f"{count}; add more."
            )
    return np.array(sorted(chosen), np.intp)
