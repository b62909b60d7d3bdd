"""Measures a run's landmarks on real chests.

`python -m training.chest_multi_roi.real_chests --run RUN --out FILE` writes the errors in mm as JSON.
The folder is `chest` of the real pictures, with the ten checked points of its index.csv. Real pictures only
measure: nothing is learned from them, and nothing is written beside them.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import nn

from desktop.clinical.chest import LANDMARKS
from desktop.imaging.preprocess import off_square, square_tensor
from desktop.imaging.readers import read_radiograph
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


def measured(network: nn.Module, size_px: int, folder: Path) -> dict[str, Errors]:
    """Return the errors by landmark of `folder`/index.csv, and of `all` that it checks."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = [name for name in LANDMARKS if f"{name}_x" in rows[0]]
    shares, side_mm = [], []
    for row in rows:
        radiograph = read_radiograph(folder / row["file"])
        height, width = radiograph.pixels.shape
        found = placed(network, square_tensor(radiograph, size_px)[None, ..., 0])[0]
        off = off_square(found, height, width)[[LANDMARKS.index(name) for name in names]]
        true = np.array([[float(row[f"{name}_x"]), float(row[f"{name}_y"])] for name in names])
        shares.append(np.linalg.norm(off - true, axis=1) / max(height, width))
        side_mm.append(max(height, width) * PIXEL_MM)
    distances, sides = np.array(shares), np.array(side_mm)
    by_name = {name: errors(distances[:, [k]], sides) for k, name in enumerate(names)}
    return {"all": errors(distances, sides)} | by_name


if __name__ == "__main__":
    raise SystemExit(main())
