"""A data folder as the network on the regions sees it: seven crops a picture, BMD of L1 to L4, and parts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.chest import REGIONS, Corners, regions_of
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.radiograph import Radiograph
from desktop.imaging.regions import region_tensor
from training.chest_multi_roi.encoders import MAP_STRIDE
from training.chest_multi_roi.landmark_stage import landmarks_of
from training.chest_multi_roi.settings import BmdSettings, Settings
from training.data.manifest import DataError, Row, read_manifest, without_excluded
from training.data.pictures import made
from training.landmarks.data import parts_of

MINERAL_COARSER, MINERAL_LEVELS_PER_G_CM2 = 4, 100.0
"""A pixel of a mineral map over one of its picture, and its levels for 1 g/cm2."""
PUBLISHED_PARTS = {"train": 1087, "tune": 265, "test": 329}
PUBLISHED_TIMES = {"published": 1, "tenfold": 10}
"""By the names of BmdSettings.parts, how many times the study's pictures are parted."""


@dataclass(frozen=True)
class Crops:
    """The seven regions of a picture, cut by the landmarks of its row, as the desktop cuts them.

    Beside them the same regions of the mineral map in `folder`, where the row has one, on squares of an
    eighth of their side, as a decoder's maps are.
    """

    folder: Path
    size_px: int

    @property
    def name(self) -> str:
        """The regions' side in pixels."""
        return f"{self.size_px}_regions"

    @property
    def dtype(self) -> np.dtype[Any]:
        """`grey` and `mineral`, uint8 [region, row, column], and whether the mineral is `known`."""
        squares = {"grey": self.size_px, "mineral": self.size_px // MAP_STRIDE}
        kinds = [(name, np.uint8, (len(REGIONS), side, side)) for name, side in squares.items()]
        return np.dtype([*kinds, ("known", np.bool_)])

    def __call__(self, radiograph: Radiograph, row: Row) -> tuple[NDArray[np.uint8], NDArray[np.uint8], bool]:
        """Return the crops in the order of REGIONS."""
        regions, known = regions_of(row.points), row.mineral_file is not None
        crops = region_tensor(shown_grey(radiograph), regions, self.size_px)
        mineral = self._mineral(row.mineral_file, regions) if row.mineral_file else np.uint8(0)
        return crops, mineral, known

    def key(self, row: Row) -> str:
        """Return a digest of the regions' corners, and the map's name."""
        corners = np.array(list(regions_of(row.points).values()))
        return hashlib.sha256(corners.tobytes()).hexdigest() + (row.mineral_file or "")

    def _mineral(self, file: str, regions: Mapping[str, Corners]) -> NDArray[np.uint8]:
        picture = cv2.imread(str(self.folder / file), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise DataError(
                f"{self.folder / file} is no picture of mineral; leave mineral_file empty without."
            )
        middle = (MINERAL_COARSER - 1) / 2
        coarse = {
            name: [((x - middle) / MINERAL_COARSER, (y - middle) / MINERAL_COARSER) for x, y in corners]
            for name, corners in regions.items()
        }
        return region_tensor(picture, coarse, self.size_px // MAP_STRIDE)


@dataclass(frozen=True, eq=False)
class BmdData:
    """What one network learns from and is judged on.

    crops: uint8 [row of `rows`, region, row, column]; mineral: the same of the mineral maps, where `known`
    [row of `rows`] says so; bmd_g_cm2: float32 [row of `rows`, L1 to L4]; parts:
    places in `rows` by name of the part.
    """

    rows: tuple[Row, ...]
    crops: NDArray[np.uint8]
    mineral: NDArray[np.uint8]
    known: NDArray[np.bool_]
    bmd_g_cm2: NDArray[np.float32]
    parts: Mapping[str, NDArray[np.intp]]
    left_out: Mapping[str, int]


def read_bmd_data(folder: Path, settings: Settings, landmarks: Path) -> BmdData:
    """Read the rows that tell BMD of L1 to L4; regions are where the network of run `landmarks` says."""
    rows, left_out = rows_with_bmd(folder, settings.limit)
    parts = split(rows, folder, settings.bmd)
    found = landmarks_of(rows, folder, landmarks)
    marked = [replace(row, points=points) for row, points in zip(rows, found, strict=True)]
    seen = made(marked, folder, Crops(folder, settings.bmd.size_px))
    bmd = np.array([row.bmd_by_vertebra for row in rows], np.float32)
    kinds = seen["grey"], seen["mineral"], np.array(seen["known"])
    return BmdData(tuple(marked), *kinds, bmd, parts, left_out)


def rows_with_bmd(folder: Path, limit: int | None) -> tuple[list[Row], Mapping[str, int]]:
    """Return the first `limit` rows that tell BMD of L1 to L4, and how many others there are by reason."""
    kept, left_out = without_excluded(read_manifest(folder / "manifest.csv"))
    rows = [row for row in kept if row.bmd_by_vertebra is not None]
    if len(rows) < len(kept):
        left_out = left_out | {"no BMD of L1 to L4": len(kept) - len(rows)}
    return rows[:limit], left_out


def split(rows: Sequence[Row], folder: Path, settings: BmdSettings) -> dict[str, NDArray[np.intp]]:
    """Return the places in `rows` by name of the part."""
    if settings.parts in PUBLISHED_TIMES:
        return published_parts(rows, folder, PUBLISHED_TIMES[settings.parts])
    return parts_of(rows, folder)


def published_parts(rows: Sequence[Row], folder: Path, times: int = 1) -> dict[str, NDArray[np.intp]]:
    """Return `times` 1,087 pictures to train, 265 to tune and all others to test, whole persons.

    The order of the hashes of the persons' ids decides. Of fewer than `times` the study's 1,681 pictures,
    shares as its own.
    """
    people = Counter(row.person for row in rows)
    order = sorted(people, key=lambda person: hashlib.sha256(person.encode()).digest())
    before = np.cumsum([0] + [people[person] for person in order])[:-1]
    share = min(float(times), len(rows) / sum(PUBLISHED_PARTS.values()))
    ends = np.cumsum([share * PUBLISHED_PARTS[name] for name in ("train", "tune")])
    part_of = dict(zip(order, np.searchsorted(ends, before, side="right"), strict=True))
    parts = {
        name: np.array([place for place, row in enumerate(rows) if part_of[row.person] == k], np.intp)
        for k, name in enumerate(PUBLISHED_PARTS)
    }
    if not all(len(places) for places in parts.values()):
        raise DataError(f"{folder} has too few persons for the published parts; add more.")
    return parts
