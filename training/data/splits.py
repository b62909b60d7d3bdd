"""Who is in which part: train, tune, calibrate or test, always whole persons."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.data.manifest import SPLITS, DataError, Row

UPPER_BOUNDS = {"train": 0.7, "tune": 0.8, "calibrate": 0.9, "test": 1.0}
"""Shares of persons where the manifest names no split, cumulative."""


def by_split(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of each part, in the manifest's order; a person's rows are all in one part.

    The `split` column decides; persons without one are spread by a hash of `person`, so that the same person
    lands in the same part in every data folder. DataError where the column puts one person into two parts.
    """
    stated: dict[str, str] = {}
    for row in rows:
        if row.split is not None and stated.setdefault(row.person, row.split) != row.split:
            raise DataError(
                f"Line {row.number} of the manifest puts a person into {row.split} who is also in "
                f"{stated[row.person]}; give all pictures of a person one split."
            )
    parts: dict[str, list[Row]] = {name: [] for name in SPLITS}
    for row in rows:
        parts[stated.get(row.person) or split_by_hash(row.person)].append(row)
    return parts


def places_by_split(rows: Sequence[Row]) -> dict[str, NDArray[np.intp]]:
    """Return where the rows of each part of `by_split` stand among all rows."""
    place = {id(row): k for k, row in enumerate(rows)}
    return {
        name: np.array([place[id(row)] for row in part], np.intp) for name, part in by_split(rows).items()
    }


def split_by_hash(person: str) -> str:
    """Return the part that a person falls into by the hash of their id alone."""
    digest = hashlib.sha256(person.encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return next(name for name, bound in UPPER_BOUNDS.items() if place < bound)
