"""One line an epoch, of any training: curves.csv, written and read."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Line = TypeVar("Line")


@dataclass(frozen=True)
class Epoch:
    """An epoch of a training that watches one error."""

    epoch: int
    train_loss: float
    watched: float
    learning_rate: float
    seconds: float


def write_curves(epochs: Sequence[Any], path: Path) -> None:
    """Write the epochs, all of one dataclass of numbers, whole or not at all; None is left empty."""
    new = path.with_suffix(".new")
    with new.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(field.name for field in fields(epochs[0]))
        for epoch in epochs:
            table.writerow("" if value is None else f"{value:.6g}" for value in asdict(epoch).values())
    new.replace(path)


def read_curves(path: Path, kind: type[Line]) -> tuple[Line, ...]:
    """Return what `write_curves` wrote."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = [{name: value or None for name, value in row.items()} for row in csv.DictReader(stream)]
    return tuple(msgspec.convert(row, kind, strict=False) for row in rows)
