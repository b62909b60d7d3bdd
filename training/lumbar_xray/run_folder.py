"""The folder of one stage: what it was told and learned from in config.json, and whether it is finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.data.manifest import Row
from training.runs import folder as run_folder
from training.runs.keras_training import versions


def finished(place: Path, told: Mapping[str, object], data: Path) -> bool:
    """Return whether the stage is done; DataError where `place` holds one of other settings or data.

    told: all that the stage's result follows from beside the data folder, as JSON may hold it.
    """
    asked = msgspec.json.decode(msgspec.json.encode(told))
    return run_folder.finished(place, data, lambda begun: begun["told"] == asked)


def begin(
    place: Path,
    told: Mapping[str, object],
    data: Path,
    rows: Sequence[Row],
    parts: Mapping[str, NDArray[np.intp]],
    left_out: Mapping[str, int],
) -> None:
    """Write config.json."""
    own = {"told": told, "usable": len(rows), "versions": versions()}
    run_folder.begin(place, "lumbar_xray", data, rows, parts, left_out, own)
