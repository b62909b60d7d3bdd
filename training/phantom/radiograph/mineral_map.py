"""The mineral that each pixel of a radiograph looks through, as a coarse picture beside the file."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.radiograph.picture import RadiographPicture

COARSER = 4
"""A pixel of the map over one of the file."""
LEVELS_PER_G_CM2 = 100.0


def mineral_map(picture: RadiographPicture) -> NDArray[np.uint8]:
    """Return the areal mineral, [row, column], LEVELS_PER_G_CM2 for 1 g/cm2 and 255 at most.

    It lies as the file does, each pixel the mean over COARSER x COARSER of the file's (fewer at the lower and
    right edge). What lies beyond the phantom is 0.
    """
    pixel_mm = picture.phantom.projection.grid.pixel_mm
    to_mm = np.array([[pixel_mm, 0.0, pixel_mm / 2], [0.0, pixel_mm, pixel_mm / 2], [0.0, 0.0, 1.0]])
    rows, columns = picture.pixels.shape
    seen = cv2.warpAffine(picture.phantom.scene.mineral, picture.to_pixel @ to_mm, (columns, rows))
    down, right = -rows % COARSER, -columns % COARSER
    whole = cv2.copyMakeBorder(seen, 0, down, 0, right, cv2.BORDER_REPLICATE)
    means = whole.reshape(len(whole) // COARSER, COARSER, -1, COARSER).mean(axis=(1, 3))
    return np.rint(np.clip(means * LEVELS_PER_G_CM2, 0.0, 255.0)).astype(np.uint8)
