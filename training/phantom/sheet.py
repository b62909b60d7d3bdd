"""A sheet of DXA phantoms to look at: `python -m training.phantom.sheet --out FILE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.looks import Looks
from training.phantom.picture import make_dxa_picture

TILE_PX = 240
COLUMNS = 6
_CAPTION = (120, 220, 255)


def main(arguments: list[str] | None = None) -> int:
    """Write a row of one look above rows of every look, each picture with its true L1-L4 BMD."""
    parser = argparse.ArgumentParser(prog="python -m training.phantom.sheet", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    kinds: tuple[Looks, ...] = ("one", "every", "every")
    rows = [
        np.hstack([_tile(chosen.seed, row * COLUMNS + column, looks) for column in range(COLUMNS)])
        for row, looks in enumerate(kinds)
    ]
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    _, encoded = cv2.imencode(chosen.out.suffix, np.vstack(rows), (cv2.IMWRITE_JPEG_QUALITY, 88))
    chosen.out.write_bytes(encoded.tobytes())
    return 0


def _tile(seed: int, number: int, looks: Looks) -> NDArray[np.uint8]:
    picture = make_dxa_picture(seed, number, looks, 512)
    pixels = picture.pixels if picture.pixels.ndim == 3 else cv2.cvtColor(picture.pixels, cv2.COLOR_GRAY2RGB)
    scale = TILE_PX / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:, :, ::-1]
    tile = np.zeros((TILE_PX, TILE_PX, 3), np.uint8)
    left = (TILE_PX - small.shape[1]) // 2
    tile[: small.shape[0], left : left + small.shape[1]] = small
    caption = f"{picture.phantom.truth.bmd_l1_l4_g_cm2:.2f} g/cm2"
    cv2.putText(
        tile, caption, (TILE_PX - 88, TILE_PX - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.4, _CAPTION, 1, cv2.LINE_AA
    )
    return tile


if __name__ == "__main__":
    sys.exit(main())
