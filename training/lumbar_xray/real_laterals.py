"""Draws what a run's corner network finds on real laterals, for one's own eyes.

`python -m training.lumbar_xray.real_laterals --run RUN --sheet FILE.png` draws every lateral of the real
pictures' `views` with its vertebrae named, those told to be whole in colour, and the crop L1-L3. They only
measure: nothing is learned from them or written beside them, and such a sheet is never committed.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, REGION_LEVELS, corners_of, region_of
from desktop.imaging.preprocess import shown_grey, square_tensor
from desktop.imaging.readers import read_radiograph
from training.landmarks.data import in_pixels
from training.lumbar_xray.corner_stage import placed, read_network
from training.real_pictures import listed_folder

TILE_PX, COLUMNS = 400, 5
WHOLE, NOT_WHOLE, CROP = (80, 220, 80), (120, 120, 120), (0, 220, 255)

Sheet = NDArray[np.uint8]
"""uint8 [row, column, BGR]."""


def main(argv: Sequence[str] | None = None) -> int:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(prog="python -m training.lumbar_xray.real_laterals", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="a run with a finished corner network")
    parser.add_argument("--sheet", type=Path, required=True, help="the picture to draw")
    arguments = parser.parse_args(argv)
    folder = listed_folder("views", parser)
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        files = [folder / row["file"] for row in csv.DictReader(stream) if row["view"] == "lumbar_lateral"]
    cv2.imwrite(str(arguments.sheet), sheet(read_network(arguments.run), files))
    return 0


def sheet(network: keras.Model, files: Sequence[Path]) -> Sheet:
    """Return all pictures with what the network finds."""
    return arranged([_tile(network, file) for file in files])


def arranged(tiles: Sequence[Sheet]) -> Sheet:
    """Return tiles as one picture, COLUMNS a row."""
    tiles = [*tiles, *[np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)]
    return np.vstack([np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)])


def _tile(network: keras.Model, file: Path) -> Sheet:
    radiograph = read_radiograph(file)
    grey = shown_grey(radiograph)
    found = placed(network, square_tensor(radiograph, network.input_shape[1])[None, ..., 0])
    corners = in_pixels(CORNERS, found.points, np.array([grey.shape], np.int32))[0]
    whole = [level for level, is_whole in zip(LEVELS, found.shown[0], strict=True) if is_whole]
    return tile(grey, file.stem, corners, whole)


def tile(
    grey: NDArray[np.uint8], title: str, corners: Mapping[str, tuple[float, float]], whole: Sequence[str]
) -> Sheet:
    """Return a picture, uint8 [row, column], with vertebrae whose corners are given in its pixels, by name.

    Those of `whole` are in colour; the crop is drawn where L1, L2 and L3 are.
    """
    zoom = TILE_PX / max(grey.shape)
    small = cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    drawn = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    for level in LEVELS:
        if corners_of(level)[0] in corners:
            points = np.array([corners[name] for name in corners_of(level)]) * zoom
            _draw_level(drawn, level, points, level in whole)
    if set(REGION_LEVELS) <= set(whole):
        cv2.polylines(drawn, [np.rint(np.array(region_of(corners)) * zoom).astype(np.int32)], True, CROP, 1)
    cv2.putText(drawn, title, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, CROP, 1, cv2.LINE_AA)
    return cv2.copyMakeBorder(
        drawn[:TILE_PX, :TILE_PX],
        0,
        TILE_PX - min(TILE_PX, drawn.shape[0]),
        0,
        TILE_PX - min(TILE_PX, drawn.shape[1]),
        cv2.BORDER_CONSTANT,
    )


def _draw_level(drawn: Sheet, level: str, points: NDArray[np.float64], whole: bool) -> None:
    """Draw the outline of a body, or the upper end plate of the sacrum, and its name."""
    colour = WHOLE if whole else NOT_WHOLE
    outline = np.vstack([points[:3], points[3:][::-1]])
    cv2.polylines(drawn, [np.rint(outline).astype(np.int32)], len(points) > 3, colour, 1, cv2.LINE_AA)
    x, y = points.mean(axis=0)
    at = (round(x) - 8, round(y) + 4)
    cv2.putText(drawn, level, at, cv2.FONT_HERSHEY_SIMPLEX, 0.36, colour, 1, cv2.LINE_AA)


if __name__ == "__main__":
    raise SystemExit(main())
