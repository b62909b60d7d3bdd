"""DICOM attributes read without trusting them: a value that makes no sense is a missing value."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from desktop.imaging.limits import DAMAGE

MAX_TEXT_LENGTH = 256
MAX_SEQUENCE_BYTES = 1024**2


def text(dataset: Dataset, keyword: str) -> str:
    """Return the attribute as one line of printable text, "" where it is missing or broken."""
    value = _value(dataset, keyword)
    parts = value if isinstance(value, MultiValue) else [value]
    line = " ".join(str(part) for part in parts if part is not None)[:MAX_TEXT_LENGTH]
    return "".join(letter if letter.isprintable() else " " for letter in line).strip()


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return the attribute's finite numbers, () where it is missing or any of them is broken."""
    value = _value(dataset, keyword)
    parts: Iterable[Any] = value if isinstance(value, MultiValue | list | tuple) else [value]
    try:
        found = tuple(float(part) for part in parts)
    except DAMAGE:
        return ()
    return found if all(math.isfinite(number) for number in found) else ()


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return the attribute's first number, None where it is missing or broken."""
    found = numbers(dataset, keyword)
    return found[0] if found else None


def whole(dataset: Dataset, keyword: str) -> int | None:
    """Return the attribute's first number as an integer, None where it is missing or broken."""
    found = number(dataset, keyword)
    return None if found is None else int(found)


def first_item(dataset: Dataset, keyword: str) -> Dataset | None:
    """Return the first item of a short sequence, None where it is missing, empty, broken or huge."""
    try:
        length = getattr(dataset.get_item(keyword), "length", 0)
        if length is not None and MAX_SEQUENCE_BYTES < length < 0xFFFFFFFF:
            return None
        sequence = dataset.get(keyword)
        return sequence[0] if sequence else None
    except DAMAGE:
        return None


def _value(dataset: Dataset, keyword: str) -> object:
    try:
        return dataset.get(keyword)
    except DAMAGE:
        return None
