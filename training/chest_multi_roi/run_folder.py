"""The folder of one stage: what it was told and learned from in config.json, and whether it is finished."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.chest_multi_roi.settings import BmdSettings, LandmarkSettings
from training.data.manifest import DataError, Row
from training.data.pictures import preprocessing_version

StageSettings = LandmarkSettings | BmdSettings


def finished(place: Path, settings: StageSettings, limit: int | None, folder: Path) -> bool:
    """Return whether the stage is done; DataError where `place` holds one of other settings or data."""
    if (place / "config.json").is_file():
        started = msgspec.json.decode((place / "config.json").read_bytes())
        same = msgspec.convert(started["settings"], type(settings)) == settings
        if not same or started["limit"] != limit or started["manifest_sha256"] != _manifest_hash(folder):
            raise DataError(f"{place} holds a run of other settings or data; name another with --out.")
    done = (place / "metrics.json").is_file()
    if done:
        logging.info("%s is finished; name another folder for a new run", place)
    return done


def begun(
    place: Path,
    settings: StageSettings,
    limit: int | None,
    folder: Path,
    rows: Sequence[Row],
    parts: Mapping[str, NDArray[np.intp]],
    left_out: Mapping[str, int],
    start: Path | None = None,
) -> None:
    """Write config.json; `start` is the run, or the file of weights, that this one began with."""
    place.mkdir(parents=True, exist_ok=True)
    clinical = all(row.evidence == "clinical" for row in rows)
    configuration = {
        "family": "chest_multi_roi",
        "stage": place.name,
        "settings": asdict(settings),
        "limit": limit,
        "evidence": "clinical" if clinical else "phantom",
        "data": str(folder.resolve()),
        "manifest_sha256": _manifest_hash(folder),
        "preprocessing": preprocessing_version(),
        "pictures": {part: len(places) for part, places in parts.items()},
        "people": {part: len({rows[k].person for k in places}) for part, places in parts.items()},
        "left_out": dict(left_out),
        "start": None if start is None else str(start.resolve()),
        "versions": {"torch": version("torch")},
    }
    write_json(place / "config.json", configuration)


def write_json(path: Path, content: object) -> None:
    """Write JSON whole or not at all."""
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
    new.replace(path)


def _manifest_hash(folder: Path) -> str | None:
    """Return the manifest's hash, None without one: reading it then says so."""
    path = folder / "manifest.csv"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
