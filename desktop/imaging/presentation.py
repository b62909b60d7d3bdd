"""From modality values to what is shown: grey levels between 0 and 1, bone bright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.radiograph import Radiograph, VoiTable, Window, WindowFunction


def presented(radiograph: Radiograph, window: Window | None = None) -> NDArray[np.float32]:
    """Return float32 [row, column] in 0..1 through `window`, else as the file asks, else its whole range."""
    if window is None and radiograph.voi_table is not None:
        return _looked_up(radiograph.pixels, radiograph.voi_table)
    chosen = window or radiograph.window
    if chosen is None:
        return _ramp(radiograph.pixels, *_whole_range(radiograph))
    if chosen.function is WindowFunction.SIGMOID:
        return _sigmoid(radiograph.pixels, chosen)
    return _ramp(radiograph.pixels, *_edges(chosen))


def _edges(window: Window) -> tuple[float, float]:
    if window.function is WindowFunction.LINEAR_EXACT:
        return window.center - window.width / 2, window.center + window.width / 2
    # PS3.3 C.11.2.1.2.1: a linear window's edges lie half a step inside its width
    half = (window.width - 1) / 2
    return window.center - 0.5 - half, window.center - 0.5 + half


def _ramp(pixels: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    levels = pixels - np.float32(low)
    levels *= np.float32(1.0 / max(high - low, 1e-6))
    return np.clip(levels, np.float32(0), np.float32(1), out=levels)


def _sigmoid(pixels: NDArray[np.float32], window: Window) -> NDArray[np.float32]:
    steepness = np.clip((pixels - np.float32(window.center)) * np.float32(-4 / window.width), -80, 80)
    levels: NDArray[np.float32] = 1 / (1 + np.exp(steepness))
    return levels


def _looked_up(pixels: NDArray[np.float32], table: VoiTable) -> NDArray[np.float32]:
    index = np.rint(pixels - np.float32(table.first_value))
    levels: NDArray[np.float32] = table.levels[np.clip(index, 0, len(table.levels) - 1).astype(np.intp)]
    return levels


def _whole_range(radiograph: Radiograph) -> tuple[float, float]:
    if radiograph.maximum == 255:
        return 0.0, 255.0
    return float(radiograph.pixels.min()), float(radiograph.maximum)
