"""A radiograph as PNG, so that a study can be shown and printed when its file is gone."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import Radiograph

PICTURE_PX = 1024
THUMBNAIL_PX = 160


def pictures(radiograph: Radiograph) -> tuple[bytes, bytes]:
    """Return the picture as presented and its thumbnail, both PNG, never enlarged."""
    if radiograph.colour is not None:
        whole = Image.fromarray(radiograph.colour)
    else:
        whole = Image.fromarray(np.rint(presented(radiograph) * np.float32(255)).astype(np.uint8))
    return _png(whole, PICTURE_PX), _png(whole, THUMBNAIL_PX)


def _png(picture: Image.Image, side_px: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((side_px, side_px), Image.Resampling.BOX)
    out = io.BytesIO()
    smaller.save(out, "PNG")
    return out.getvalue()
