"""Where the judges' pictures come from: the real ones, used for testing alone, and folders of phantoms."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.presentation import presented
from desktop.imaging.readers import read_radiograph
from training.data.manifest import Row, read_manifest
from training.real_pictures import real_folder

Map = NDArray[np.float32]

_REAL_VIEWS = {
    "chest": "chest_frontal",
    "lumbar_lateral": "lumbar_lateral",
    "spine_ap": "other",
    "knee": "other",
    "chest_lateral": "other",
}
"""From the names of the real folder's index to those of the program."""


def real_pictures(view: str) -> list[Path]:
    """Return the real pictures of a view, sorted; `other` are AP spines, knees and chests from the side."""
    folder = real_folder()
    with (folder / "views" / "index.csv").open(newline="", encoding="utf-8") as file:
        found = [
            folder / "views" / row["file"] for row in csv.DictReader(file) if _REAL_VIEWS[row["view"]] == view
        ]
    if view == "chest_frontal":
        found += (folder / "chest").glob("*.png")
    if view == "dxa_spine":
        found += (folder / "dxa_spine").glob("*.png")
    return sorted(found)


def phantom_rows(folder: Path, count: int) -> list[Row]:
    """Return the first rows of a folder of phantoms."""
    return read_manifest(folder / "manifest.csv")[:count]


def greys(files: list[Path]) -> Iterator[Map]:
    """Return each picture as the desktop shows it, 0 to 1 [row, column], bone bright."""
    return (presented(read_radiograph(path)) for path in files)
