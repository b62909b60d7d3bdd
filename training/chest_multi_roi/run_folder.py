"""The folder of one stage: what it was told and learned from in config.json, and whether it is finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.chest_multi_roi.settings import BmdSettings, LandmarkSettings
from training.data.manifest import Row
from training.runs import folder as run_folder

StageSettings = LandmarkSettings | BmdSettings


def finished(place: Path, settings: StageSettings, limit: int | None, data: Path) -> bool:
    """Return whether the stage is done; DataError where `place` holds one of other settings or data."""

    def same(begun: dict[str, Any]) -> bool:
        return begun["limit"] == limit and msgspec.convert(begun["settings"], type(settings)) == settings

    return run_folder.finished(place, data, same)


def begin(
    place: Path,
    settings: StageSettings,
    limit: int | None,
    data: Path,
    rows: Sequence[Row],
    parts: Mapping[str, NDArray[np.intp]],
    left_out: Mapping[str, int],
    start: Path | None = None,
) -> None:
    """Write config.json; `start` is the run, or the file of weights, that this one began with."""
    own = {
        "stage": place.name,
        "settings": asdict(settings),
        "limit": limit,
        "start": None if start is None else str(start.resolve()),
        "versions": {"torch": version("torch")},
    }
    run_folder.begin(place, "chest_multi_roi", data, rows, parts, left_out, own)
