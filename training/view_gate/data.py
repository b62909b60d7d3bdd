"""The data folders as the gate sees them: small grey pictures, the view of each, and parts by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.radiograph import View
from training.data.manifest import DataError, Row, read_manifest, without_excluded
from training.data.pictures import tensors
from training.data.splits import places_by_split
from training.view_gate.settings import Settings

VIEWS = tuple(View)


@dataclass(frozen=True, eq=False)
class Data:
    """What one training learns from and is judged on.

    pictures: uint8 [row of `rows`, row, column] at the settings' source_px; views: places in VIEWS, [row of
    `rows`]; files: where each picture lies; parts: places in `rows` by name of the part.
    """

    rows: tuple[Row, ...]
    files: tuple[Path, ...]
    pictures: NDArray[np.uint8]
    views: NDArray[np.intp]
    parts: Mapping[str, NDArray[np.intp]]


def read_data(folders: Sequence[Path], settings: Settings) -> Data:
    """Read folders whose manifest.csv names the view of each row; DataError where one cannot be used."""
    rows: list[Row] = []
    files: list[Path] = []
    pictures: list[NDArray[np.uint8]] = []
    for folder in folders:
        usable = without_excluded(read_manifest(folder / "manifest.csv"))[0][: settings.limit]
        _check_views(usable, folder)
        rows += usable
        files += [folder / row.file for row in usable]
        pictures.append(tensors(usable, folder, settings.source_px)[..., 0])
    views = np.array([VIEWS.index(View(row.view)) for row in rows])
    missing = [view.value for place, view in enumerate(VIEWS) if place not in views]
    if missing:
        raise DataError(f"No picture shows {' or '.join(missing)}; name a folder that has such with --data.")
    return Data(tuple(rows), tuple(files), np.concatenate(pictures), views, _parts(rows))


def _check_views(rows: Sequence[Row], folder: Path) -> None:
    for row in rows:
        if row.view not in set(VIEWS):
            raise DataError(
                f"Line {row.number} of {folder / 'manifest.csv'} names no known view; fill it in."
            )


def _parts(rows: Sequence[Row]) -> dict[str, NDArray[np.intp]]:
    parts = places_by_split(rows)
    empty = [name for name, places in parts.items() if not len(places)]
    if empty:
        raise DataError(f"There are no pictures to {' or to '.join(empty)}; add more persons.")
    return parts
