"""From a radiograph to a model's tensor; training imports this, so both see the same numbers, bit for bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import Radiograph


def square_tensor(radiograph: Radiograph, size_px: int) -> NDArray[np.uint8]:
    """Return uint8 [row, column, RGB] of `size_px` squared: padded with black to a square, never squashed.

    Grey is repeated three times; colour, such as drawn boxes, is kept. Models divide by 255 in their graph.
    """
    if radiograph.colour is not None:
        picture = Image.fromarray(radiograph.colour)
    else:
        grey = np.rint(presented(radiograph) * np.float32(255)).astype(np.uint8)
        picture = Image.fromarray(grey).convert("RGB")
    return np.asarray(_padded(picture).resize((size_px, size_px), Image.Resampling.BILINEAR))


def _padded(picture: Image.Image) -> Image.Image:
    side = max(picture.size)
    if picture.size == (side, side):
        return picture
    square = Image.new("RGB", (side, side))
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square
