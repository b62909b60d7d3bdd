"""From modality values to what is shown: grey levels between 0 and 1, bone bright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.radiograph import Radiograph, Window


def presented(radiograph: Radiograph, window: Window | None = None) -> NDArray[np.float32]:
    """Return float32 [row, column] in 0..1 through `window`, else the file's own, else its whole range."""
    chosen = window or radiograph.window
    if chosen is None:
        low, high = _whole_range(radiograph)
    else:
        # PS3.3 C.11.2.1.2: the window's edges lie half a step inside its width
        low = chosen.center - 0.5 - (chosen.width - 1) / 2
        high = chosen.center - 0.5 + (chosen.width - 1) / 2
    scale = np.float32(1.0 / max(high - low, 1e-6))
    return np.clip((radiograph.pixels - np.float32(low)) * scale, 0.0, 1.0)


def _whole_range(radiograph: Radiograph) -> tuple[float, float]:
    if radiograph.maximum == 255:
        return 0.0, 255.0
    return float(radiograph.pixels.min()), float(radiograph.maximum)
