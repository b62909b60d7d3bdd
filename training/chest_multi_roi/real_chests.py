"""Measures a run's landmarks on real chests.

`python -m training.chest_multi_roi.real_chests --run RUN --out FILE` writes the errors in mm as JSON.
The folder is `chest` of the real pictures, with the ten checked points of its index.csv. Real pictures only
measure: nothing is learned from them, and nothing is written beside them.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.chest import LANDMARKS, Point
from desktop.imaging.preprocess import off_square, square_tensor
from desktop.imaging.readers import read_radiograph
from training.chest_multi_roi.landmark_network import LandmarkNetwork
from training.chest_multi_roi.landmark_stage import Errors, errors, placed, read_network, read_settings
from training.real_pictures import listed_folder, real_folder
from training.runs.folder import write_json

PIXEL_MM = 0.35
CHESTS = "chest"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the errors of each checked point, and of all, as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m training.chest_multi_roi.real_chests", description=__doc__
    )
    parser.add_argument("--run", type=Path, required=True, help="a run with finished landmarks")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args(argv)
    listed_folder(CHESTS, parser)
    write_errors(arguments.run, arguments.out)
    return 0


def write_errors(run: Path, path: Path) -> None:
    """Measure the landmarks of a run on the real chests, as JSON."""
    write_json(path, measured(read_network(run), read_settings(run).size_px, real_folder(CHESTS)))


def measured(network: LandmarkNetwork, size_px: int, folder: Path) -> dict[str, Errors]:
    """Return the errors by landmark of `folder`/index.csv, and of `all` that it checks."""
    chests = read_chests(folder, size_px)
    names = list(chests[0].points)
    distances = np.array([off_mm(network, chest) for chest in chests])
    sides = np.array([chest.side_mm for chest in chests])
    shares = distances / sides[:, None]
    by_name = {name: errors(shares[:, [k]], sides) for k, name in enumerate(names)}
    return {"all": errors(shares, sides)} | by_name


@dataclass(frozen=True, eq=False)
class RealChest:
    """A chest as a landmark network sees it, uint8 [row, column]; its checked points, (x, y) in pixels."""

    square: NDArray[np.uint8]
    shape: tuple[int, int]
    points: dict[str, Point]

    @property
    def side_mm(self) -> float:
        """Of the square around the picture."""
        return max(self.shape) * PIXEL_MM


def read_chests(folder: Path, size_px: int) -> list[RealChest]:
    """Return the chests of `folder`/index.csv with the points that all of them tell."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = [name for name in LANDMARKS if f"{name}_x" in rows[0]]
    chests = []
    for row in rows:
        radiograph = read_radiograph(folder / row["file"])
        points = {name: (float(row[f"{name}_x"]), float(row[f"{name}_y"])) for name in names}
        chests.append(RealChest(square_tensor(radiograph, size_px)[..., 0], radiograph.pixels.shape, points))
    return chests


def off_mm(network: LandmarkNetwork, chest: RealChest) -> NDArray[np.float64]:
    """Return how far the network's landmarks lie from the checked points, in their order."""
    found = off_square(placed(network, chest.square[None])[0], *chest.shape)
    places = [LANDMARKS.index(name) for name in chest.points]
    return np.linalg.norm(found[places] - list(chest.points.values()), axis=1) * PIXEL_MM


if __name__ == "__main__":
    raise SystemExit(main())
