"""Choosing golden inputs: small 8-bit pictures from the thinnest to the densest spine of the test split."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from conversion.errors import ConversionError
from conversion.trained import Pictures
from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from desktop.paths import assets_dir

if TYPE_CHECKING:
    from training.data.manifest import Row

QUANTILES = (0.02, 0.33, 0.66, 0.98)
LONGEST_SIDE_PX = 320  # not the network's size, so that padding and resizing take part


def golden_pictures(
    run: Pictures, view: View, rows: Sequence[Row], score: NDArray[np.float64]
) -> dict[str, bytes]:
    """Return PNG bytes by file name of the pictures of `rows` at four quantiles of `score`, [row].

    A hospital's own pictures never ship: its bundle gets the view's samples. ConversionError without any.
    """
    files = [run.folder / row.file for row in rows]
    if run.configuration.evidence == "clinical":
        files = sorted((assets_dir() / "samples").glob(f"{view}*.dcm"))
        score = np.arange(len(files), dtype=float)
    if not files:
        raise ConversionError("There is no picture for the self-test: add phantoms to assets/samples.")
    order = np.argsort(score, kind="stable")
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
