"""Whether larger pixel values show dark, and turning such pictures round so that bone is bright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from desktop.imaging import attributes
from desktop.imaging.radiograph import Radiograph, VoiTable, Window, WindowFunction


def shows_inverted(dataset: Dataset) -> bool:
    """Return whether larger is darker: MONOCHROME1 and INVERSE say the same, once (PS3.3 C.8.11.3)."""
    return (
        attributes.text(dataset, "PhotometricInterpretation") == "MONOCHROME1"
        or attributes.text(dataset, "PresentationLUTShape") == "INVERSE"
    )


def turned_values(values: NDArray[np.float32], ends: tuple[float, float]) -> NDArray[np.float32]:
    """Mirror modality values between the ends of their scale, in place."""
    return np.subtract(np.float32(ends[0] + ends[1]), values, out=values)


def turned_window(window: Window, ends: tuple[float, float]) -> Window:
    """Return the window that shows mirrored values as the negative of what `window` showed."""
    half_steps = 1.0 if window.function is WindowFunction.LINEAR else 0.0
    return replace(window, center=ends[0] + ends[1] - window.center + half_steps)


def turned_table(table: VoiTable, ends: tuple[float, float]) -> VoiTable:
    """Return the table that shows mirrored values as the negative of what `table` showed."""
    last = table.first_value + len(table.levels) - 1
    return VoiTable(ends[0] + ends[1] - last, np.float32(1) - table.levels[::-1])


def turned(radiograph: Radiograph) -> Radiograph:
    """Return the picture as its own negative, colours too; its window and table still fit."""
    low = 0.0 if radiograph.maximum == 255 else float(radiograph.pixels.min())
    ends = (low, radiograph.maximum)
    return replace(
        radiograph,
        pixels=turned_values(radiograph.pixels.copy(), ends),
        colour=None if radiograph.colour is None else 255 - radiograph.colour,
        window=radiograph.window and turned_window(radiograph.window, ends),
        voi_table=radiograph.voi_table and turned_table(radiograph.voi_table, ends),
    )
