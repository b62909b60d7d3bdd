"""The folder of a run: what it was told and learns from in config.json, and whether it is finished."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.data.manifest import DataError, Row
from training.data.pictures import preprocessing_version


def finished(run: Path, data: Path, same: Callable[[dict[str, Any]], bool]) -> bool:
    """Return whether the run is done; DataError where its folder holds one of other settings or data.

    same: whether config.json of a run that was begun says what is asked for now.
    """
    if (run / "config.json").is_file():
        begun = msgspec.json.decode((run / "config.json").read_bytes())
        if not same(begun) or begun["manifest_sha256"] != manifest_sha256(data):
            raise DataError(f"{run} holds a run of other settings or data; name another folder with --out.")
    done = (run / "metrics.json").is_file()
    if done:
        logging.info("%s is finished; name another folder for a new run", run)
    return done


def begin(
    run: Path,
    family: str,
    data: Path,
    rows: Sequence[Row],
    parts: Mapping[str, NDArray[np.intp]],
    left_out: Mapping[str, int],
    own: Mapping[str, object],
) -> None:
    """Write config.json: what the run learns from, and entries of the family's own."""
    run.mkdir(parents=True, exist_ok=True)
    clinical = all(row.evidence == "clinical" for row in rows)
    configuration = {
        "family": family,
        "evidence": "clinical" if clinical else "phantom",
        "data": str(data.resolve()),
        "manifest_sha256": manifest_sha256(data),
        "preprocessing": preprocessing_version(),
        "pictures": {part: len(places) for part, places in parts.items()},
        "people": {part: len({rows[k].person for k in places}) for part, places in parts.items()},
        "left_out": dict(left_out),
    }
    write_json(run / "config.json", configuration | dict(own))


def write_json(path: Path, content: object) -> None:
    """Write JSON whole or not at all."""
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
    new.replace(path)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest_sha256(data: Path) -> str | None:
    """Return the hash of a data folder's manifest, None without one: reading it then says so."""
    path = data / "manifest.csv"
    return file_sha256(path) if path.is_file() else None
