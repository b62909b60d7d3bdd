"""The folder of one stage: what it was told and learned from in config.json, and whether it is finished."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray

from training.data.manifest import DataError, Row
from training.data.pictures import preprocessing_version


def finished(place: Path, told: Mapping[str, object], folder: Path) -> bool:
    """Return whether the stage is done; DataError where `place` holds one of other settings or data.

    told: all that the stage's result follows from beside the data folder, as JSON may hold it.
    """
    if (place / "config.json").is_file():
        started = msgspec.json.decode((place / "config.json").read_bytes())
        same = started["told"] == msgspec.json.decode(msgspec.json.encode(told))
        if not same or started["manifest_sha256"] != manifest_sha256(folder):
            raise DataError(f"{place} holds a run of other settings or data; name another with --out.")
    done = (place / "metrics.json").is_file()
    if done:
        logging.info("%s is finished; name another folder for a new run", place)
    return done


def begun(
    place: Path,
    told: Mapping[str, object],
    folder: Path,
    rows: Sequence[Row],
    parts: Mapping[str, NDArray[np.intp]],
    left_out: Mapping[str, int],
) -> None:
    """Write config.json."""
    place.mkdir(parents=True, exist_ok=True)
    clinical = all(row.evidence == "clinical" for row in rows)
    configuration = {
        "family": "lumbar_xray",
        "told": told,
        "evidence": "clinical" if clinical else "phantom",
        "data": str(folder.resolve()),
        "manifest_sha256": manifest_sha256(folder),
        "preprocessing": preprocessing_version(),
        "usable": len(rows),
        "pictures": {part: len(places) for part, places in parts.items()},
        "people": {part: len({rows[k].person for k in places}) for part, places in parts.items()},
        "left_out": dict(left_out),
        "versions": {"keras": version("keras"), "backend": keras.backend.backend()},
    }
    write_json(place / "config.json", configuration)


def save_model(model: keras.Model, path: Path) -> None:
    """Write a Keras file whole or not at all."""
    new = path.with_name("new." + path.name)
    model.save(new)
    new.replace(path)


def write_json(path: Path, content: object) -> None:
    """Write JSON whole or not at all."""
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
    new.replace(path)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest_sha256(folder: Path) -> str | None:
    """Return the manifest's hash, None without one: reading it then says so."""
    path = folder / "manifest.csv"
    return file_sha256(path) if path.is_file() else None
