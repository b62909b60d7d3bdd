"""Sizes of chests by their landmarks, phantoms beside real ones: `python -m training.realism.chest_sizes`.

All are on the detector: phantoms' by Imager Pixel Spacing, real ones' by the file's 0.35 mm.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.real_pictures import listed_folder

REAL_PIXEL_MM = 0.35
_SIDES = ("right", "left")
_RIBS = (1, 2, 3, 4)
Sizes = Mapping[str, NDArray[np.float64]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each size of phantoms and real chests, mean (SD) in mm."""
    parser = argparse.ArgumentParser(prog="python -m training.realism.chest_sizes", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of chest phantoms")
    chosen = parser.parse_args(arguments)
    real = listed_folder("chest", parser) / "index.csv"
    phantoms, others = read_sizes(chosen.data / "manifest.csv"), read_sizes(real)
    for name, values in phantoms.items():
        sys.stdout.write(f"{name}: {_words(values)} against {_words(others[name])}\n")
    return 0


def read_sizes(path: Path) -> Sizes:
    """Return the sizes of each row with all points, mm; a table without pixel spacing is of real chests."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = [
        f"{side}_{name}" for side in _SIDES for name in (*(f"rib_{k}" for k in _RIBS), "clavicle_medial")
    ]
    whole = [row for row in rows if all(row[f"{name}_{axis}"] for name in names for axis in "xy")]
    pixel_mm = np.array([float(row.get("pixel_spacing_mm", REAL_PIXEL_MM)) for row in whole])
    return sizes(
        {
            name: pixel_mm[:, None] * [[float(row[f"{name}_x"]), float(row[f"{name}_y"])] for row in whole]
            for name in names
        }
    )


def sizes(points_mm: Mapping[str, NDArray[np.float64]]) -> Sizes:
    """Return sizes by name, each [chest] in mm, both sides' mean; points: [chest, (x, y)] by landmark.

    Apex and costophrenic angle follow from the four border points, at 20 to 80 % of the height between.
    """
    border = {side: np.stack([points_mm[f"{side}_rib_{k}"] for k in _RIBS], axis=1) for side in _SIDES}
    ends = {side: points_mm[f"{side}_clavicle_medial"] for side in _SIDES}
    step = np.mean([np.diff(border[side][:, :, 1], axis=1).mean(axis=1) for side in _SIDES], axis=0)
    first = np.mean([border[side][:, 0, 1] for side in _SIDES], axis=0)
    half_widths = (border["left"][:, :, 0] - border["right"][:, :, 0]) / 2.0
    return {
        "height of the lungs": 5.0 * step,
        **{f"half width at border point {k}": half_widths[:, k - 1] for k in _RIBS},
        "apex above the clavicles' medial ends": np.mean([ends[side][:, 1] for side in _SIDES], axis=0)
        - (first - step),
        "between the clavicles' medial ends": ends["left"][:, 0] - ends["right"][:, 0],
    }


def _words(values: NDArray[np.float64]) -> str:
    return f"{values.mean():.0f} ({values.std():.0f}, n {len(values)})"


if __name__ == "__main__":
    sys.exit(main())
