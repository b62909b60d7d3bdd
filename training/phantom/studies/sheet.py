"""Sheets of phantoms to look at, plain and with their truth.

`python -m training.phantom.studies.sheet --out docs/results`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.imaging.radiograph import View
from training.phantom.dxa.picture import make_dxa_picture
from training.phantom.looks.looks import Looks
from training.phantom.radiograph.picture import RadiographPicture, make_radiograph

Tile = NDArray[np.uint8]

_MADE_PX = 512
_JPEG = (cv2.IMWRITE_JPEG_QUALITY, 80)
_CAPTION, _POINT, _REGION = (120, 220, 255), (80, 80, 255), (110, 200, 90)


def main(arguments: list[str] | None = None) -> int:
    """Write one sheet a view: a row of one look above rows of every look."""
    parser = argparse.ArgumentParser(prog="python -m training.phantom.studies.sheet", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    sheets: dict[str, Tile] = {
        "dxa_phantoms": _sheet(_dxa_tile, chosen.seed, columns=6, size=(240, 240)),
        "lateral_phantoms": _sheet(_lateral_tile, chosen.seed, columns=5, size=(360, 300)),
        "chest_phantoms": _sheet(_chest_tile, chosen.seed, columns=3, size=(260, 520)),
    }
    for name, sheet in sheets.items():
        (chosen.out / f"{name}.jpg").write_bytes(cv2.imencode(".jpg", sheet, _JPEG)[1].tobytes())
    return 0


def _sheet(tile: Callable[[int, int, Looks], Tile], seed: int, columns: int, size: tuple[int, int]) -> Tile:
    """Return three rows of tiles, each fitted into (height, width): the upper row of one look."""
    kinds: tuple[Looks, ...] = ("one", "every", "every")
    rows = [
        np.hstack([_fitted(tile(seed, row * columns + column, looks), size) for column in range(columns)])
        for row, looks in enumerate(kinds)
    ]
    return np.vstack(rows)


def _fitted(picture: Tile, size: tuple[int, int]) -> Tile:
    scale = min(size[0] / picture.shape[0], size[1] / picture.shape[1])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    framed = np.zeros((*size, 3), np.uint8)
    left = (size[1] - small.shape[1]) // 2
    framed[: small.shape[0], left : left + small.shape[1]] = small[: size[0], : size[1]]
    return framed


def _dxa_tile(seed: int, number: int, looks: Looks) -> Tile:
    picture = make_dxa_picture(seed, number, looks, _MADE_PX)
    grey = picture.pixels.ndim == 2
    drawn = cv2.cvtColor(picture.pixels, cv2.COLOR_GRAY2BGR) if grey else picture.pixels[:, :, ::-1]
    return _captioned(np.ascontiguousarray(drawn), picture.phantom.truth.bmd_l1_l4_g_cm2)


def _lateral_tile(seed: int, number: int, looks: Looks) -> Tile:
    return _beside_its_truth(make_radiograph(View.LUMBAR_LATERAL, seed, number, looks, _MADE_PX))


def _chest_tile(seed: int, number: int, looks: Looks) -> Tile:
    return _beside_its_truth(make_radiograph(View.CHEST_FRONTAL, seed, number, looks, _MADE_PX))


def _beside_its_truth(picture: RadiographPicture) -> Tile:
    """Return the plain picture and, to its right, itself with points, regions and L1-L4 BMD."""
    grey = np.rint(np.clip(picture.levels, 0.0, 1.0) * 255).astype(np.uint8)
    plain = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    marked, phantom = plain.copy(), picture.phantom
    for corners in phantom.regions.values():
        moved = picture.in_pixels({str(place): corner for place, corner in enumerate(corners)})
        outline = np.rint(list(moved.values())).astype(np.int32)
        cv2.polylines(marked, [outline], True, _REGION, max(1, grey.shape[0] // 350), cv2.LINE_AA)
    for x, y in picture.in_pixels({**phantom.landmarks, **phantom.vertebrae}).values():
        cv2.circle(marked, (round(x), round(y)), max(2, grey.shape[0] // 130), _POINT, -1, cv2.LINE_AA)
    return np.hstack([plain, _captioned(marked, phantom.person.bmd_l1_l4_g_cm2)])


def _captioned(picture: Tile, bmd_g_cm2: float) -> Tile:
    rows, columns = picture.shape[:2]
    at, scale = (max(columns - int(0.37 * rows), 2), rows - rows // 40), rows / 600
    text = f"{bmd_g_cm2:.2f} g/cm2"
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, _CAPTION, 1, cv2.LINE_AA)
    return picture


if __name__ == "__main__":
    sys.exit(main())
