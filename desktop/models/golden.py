"""Golden inputs: small pictures that go through preprocessing too, so that the whole way is checked."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from desktop.imaging.radiograph import Radiograph


def golden_radiograph(png: bytes) -> Radiograph:
    """Return the 8-bit PNG in `png`, grey or RGB, as the reader would from a file."""
    with Image.open(BytesIO(png), formats=["PNG"]) as picture:
        colour = np.asarray(picture) if picture.mode == "RGB" else None
        grey = np.asarray(picture.convert("L"), dtype=np.float32)
    return Radiograph(path=Path("golden.png"), pixels=grey, maximum=255.0, colour=colour)
