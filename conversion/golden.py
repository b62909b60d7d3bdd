"""Choosing golden inputs: small 8-bit pictures from the thinnest to the densest spine of the test split."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from conversion.errors import ConversionError
from desktop.imaging.presentation import presented
from desktop.imaging.readers import read_radiograph

QUANTILES = (0.02, 0.33, 0.66, 0.98)
LONGEST_SIDE_PX = 320  # not the network's size, so that padding and resizing take part


def golden_pictures(files: list[Path], predicted_g_cm2: NDArray[np.float64]) -> dict[str, bytes]:
    """Return PNG bytes by file name of the pictures at four quantiles of predicted L1-L4 BMD."""
    if not files:
        raise ConversionError("There is no picture for the self-test: add phantoms to assets/samples.")
    order = np.argsort(predicted_g_cm2, kind="stable")
    chosen = [files[order[round(each * (len(files) - 1))]] for each in QUANTILES]
    return {f"golden_{k}.png": small_png(path) for k, path in enumerate(chosen, start=1)}


def small_png(path: Path) -> bytes:
    """Return a picture file as shown, 8 bit, grey or RGB, its longest side at most 320 pixels."""
    radiograph = read_radiograph(path)
    if radiograph.colour is not None:
        picture = Image.fromarray(radiograph.colour)
    else:
        picture = Image.fromarray(np.rint(presented(radiograph) * np.float32(255)).astype(np.uint8))
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.BILINEAR, reducing_gap=None)
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
