"""Modality and VOI look-ups of a DICOM picture, as windows and tables on modality values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from desktop.imaging import attributes
from desktop.imaging.limits import DAMAGE
from desktop.imaging.radiograph import VoiTable, Window, WindowFunction

_MAX_ENTRIES = 65536


@dataclass(frozen=True)
class _Table:
    first: int
    bits: int
    entries: NDArray[np.float32]


def modality_values(
    stored: NDArray[np.generic], ends: tuple[float, float], dataset: Dataset
) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Return float32 [row, column] modality values and the ends of their scale, by table or rescale."""
    table = _table(dataset, "ModalityLUTSequence", signed=stored.dtype.kind == "i")
    if table is not None:
        index = np.clip(stored.astype(np.int64) - table.first, 0, len(table.entries) - 1)
        return table.entries[index], (0.0, float(2**table.bits - 1))
    values = stored.astype(np.float32)
    slope = attributes.number(dataset, "RescaleSlope")
    intercept = attributes.number(dataset, "RescaleIntercept")
    if slope and (slope, intercept) != (1.0, 0.0):
        values *= np.float32(slope)
        values += np.float32(intercept or 0.0)
        ends = (ends[0] * slope + (intercept or 0.0), ends[1] * slope + (intercept or 0.0))
    return values, ends


def stated_window(dataset: Dataset) -> Window | None:
    """Return the first window, by its function; None where there is none or it has no width."""
    center, width = attributes.number(dataset, "WindowCenter"), attributes.number(dataset, "WindowWidth")
    name = attributes.text(dataset, "VOILUTFunction").upper()
    function = WindowFunction(name) if name in list(WindowFunction) else WindowFunction.LINEAR
    narrowest = 1.0 if function is WindowFunction.LINEAR else 0.0
    if center is None or width is None or width < narrowest or width == 0.0:
        return None
    return Window(center, width, function)


def shows_something(window: Window, pixels: NDArray[np.float32]) -> bool:
    """Return whether the window overlaps the range of `pixels`, so that not all of it is black or white."""
    half = window.width / 2
    return bool(window.center + half > pixels.min() and window.center - half < pixels.max())


def stated_table(dataset: Dataset, ends: tuple[float, float]) -> VoiTable | None:
    """Return the first VOI LUT as brightness by modality value, None where there is none."""
    table = _table(dataset, "VOILUTSequence", signed=ends[0] < 0)
    if table is None:
        return None
    return VoiTable(float(table.first), table.entries / np.float32(2**table.bits - 1))


def _table(dataset: Dataset, keyword: str, *, signed: bool) -> _Table | None:
    item = attributes.first_item(dataset, keyword)
    if item is None:
        return None
    descriptor = attributes.numbers(item, "LUTDescriptor")
    if len(descriptor) != 3:
        return None
    count = int(descriptor[0]) or _MAX_ENTRIES
    first, bits = int(descriptor[1]), int(descriptor[2])
    entries = _entries(item, count)
    if not 2 <= count <= _MAX_ENTRIES or not 8 <= bits <= 16 or len(entries) < count:
        return None
    if signed and first >= 32768:
        first -= 65536
    return _Table(first, bits, np.minimum(entries[:count], 2**bits - 1).astype(np.float32))


def _entries(item: Dataset, count: int) -> NDArray[np.integer]:
    try:
        data = item.get("LUTData")
        if isinstance(data, bytes):
            return np.frombuffer(data, dtype="<u2" if len(data) >= 2 * count else np.uint8)
        return np.asarray(data).reshape(-1).astype(np.int64) & 0xFFFF
    except DAMAGE:
        return np.zeros(0, dtype=np.int64)
