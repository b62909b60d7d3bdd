"""From a radiograph to a model's tensor; training imports this, so both see the same numbers, bit for bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import Radiograph

Grey = NDArray[np.uint8]
Map = NDArray[np.float32]
Points = NDArray[np.float64]

_COLOURED = 12
"""Grey levels between a pixel's channels from which it is drawn over; JPEG smears a line's colour."""
_DRAWN_AT_MOST = 0.25
"""Share of coloured pixels above which the whole picture is tinted, and nothing is taken to be drawn."""
_LINE_SHARE = 1 / 224
"""Width of a drawn line over the picture's side, on screens of densitometers."""
_LEAST_WEIGHT = np.float32(1e-9)


def square_tensor(radiograph: Radiograph, size_px: int) -> NDArray[np.uint8]:
    """Return uint8 [row, column, RGB] of `size_px` squared: padded with black to a square, never squashed.

    Boxes, contours and labels drawn in colour are taken out, so that an answer does not hang on them; the
    grey is repeated three times. Models scale it in their graph.
    """
    grey = shown_grey(radiograph)
    square = _padded(Image.fromarray(grey)).resize((size_px, size_px), Image.Resampling.BILINEAR)
    return np.repeat(np.asarray(square)[:, :, None], 3, axis=2)


def shown_grey(radiograph: Radiograph) -> Grey:
    """Return uint8 [row, column], bone bright: the picture as it asks to be shown, drawn lines taken out."""
    if radiograph.colour is not None:
        return without_drawing(radiograph.colour)
    grey: Grey = np.rint(presented(radiograph) * np.float32(255)).astype(np.uint8)
    return grey


def on_square(points_px: Points, height_px: int, width_px: int) -> Points:
    """Return points (x, y) of a picture, [n, 2], as shares of the square that `square_tensor` pads it to.

    The centre of a picture's first pixel is (0, 0); the square's upper left corner is (0, 0), its side 1.
    """
    side, added = _square_of(height_px, width_px)
    shares: Points = (points_px + 0.5 + np.array(added)) / side
    return shares


def off_square(shares: Points, height_px: int, width_px: int) -> Points:
    """Return points on the padded square, [n, 2], as (x, y) in pixels of the picture: undoes `on_square`."""
    side, added = _square_of(height_px, width_px)
    points_px: Points = shares * side - 0.5 - np.array(added)
    return points_px


def without_drawing(colour: NDArray[np.uint8]) -> Grey:
    """Return the grey of a colour picture, drawn lines filled from what lies around them."""
    grey = np.asarray(Image.fromarray(colour).convert("L"))
    drawn = np.ptp(colour, axis=2) > _COLOURED
    if not 0.0 < drawn.mean() < _DRAWN_AT_MOST:
        return grey
    line_px = max(1, round(max(grey.shape) * _LINE_SHARE))
    wide = Image.fromarray(drawn.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(2 * line_px + 1))
    kept = (np.asarray(wide) == 0).astype(np.float32)
    return np.rint(_filled(grey * kept, kept)).clip(0, 255).astype(np.uint8)


def _filled(known: Map, weight: Map) -> Map:
    """Return values everywhere, where `weight` is below 1 also from the same picture at half the size.

    known: values times weight, float32 [row, column]; weight: 0 to 1. So a gap of any width is filled, and
    smoothly, from its own borders (pull and push: Gortler, The Lumigraph, 1996).
    """
    if min(known.shape) == 1 or weight.min() >= 1.0:
        return (known / np.maximum(weight, _LEAST_WEIGHT)).astype(np.float32)
    sums, weights = _halved(known), _halved(weight)
    scale = (np.minimum(weights, 1.0) / np.maximum(weights, _LEAST_WEIGHT)).astype(np.float32)
    coarse = Image.fromarray(_filled(sums * scale, weights * scale))
    large = coarse.resize((2 * coarse.width, 2 * coarse.height), Image.Resampling.BILINEAR)
    around: Map = np.asarray(large, np.float32)[: known.shape[0], : known.shape[1]]
    return known + (np.float32(1.0) - weight) * around


def _halved(values: Map) -> Map:
    """Return the sums over squares of two by two, zeros added below and at the right where odd."""
    rows, columns = values.shape
    even = np.pad(values, ((0, rows % 2), (0, columns % 2)))
    return even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]


def _padded(picture: Image.Image) -> Image.Image:
    side, added = _square_of(picture.height, picture.width)
    if picture.size == (side, side):
        return picture
    square = Image.new(picture.mode, (side, side))
    square.paste(picture, added)
    return square


def _square_of(height_px: int, width_px: int) -> tuple[int, tuple[int, int]]:
    """Return the side of the square around a picture, and what is added at its left and above it."""
    side = max(height_px, width_px)
    return side, ((side - width_px) // 2, (side - height_px) // 2)
