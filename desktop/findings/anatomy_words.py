"""How landmarks and regions are called where people read of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

WHOLE_PICTURE = "picture"
"""The region of a model that looks at the picture as it is."""

T = TypeVar("T")

_CHEST_POINT = re.compile(r"(right|left)_(clavicle|rib)_(medial|middle|lateral|\d)")
_VERTEBRA = re.compile(r"[ctls]\d+")
_VERTEBRAE = re.compile(r"([ctls]\d+)_([ctls]\d+)")
_BORDER_POINTS = 4


def landmark_words(name: str) -> str:
    """Return a landmark's name in words, such as "right clavicle (medial)" or "L1 superior anterior"."""
    point = _CHEST_POINT.fullmatch(name)
    if point is None:
        return _plain(name)
    side, bone, part = point.groups()
    return f"{side} clavicle ({part})" if bone == "clavicle" else f"{side} ribs ({part} of {_BORDER_POINTS})"


def landmark_group(name: str) -> str:
    """Return what a landmark belongs to: the vertebra of a corner, such as "L1"; else its own name."""
    level, _, corner = name.partition("_")
    return level.upper() if corner.startswith(("superior", "inferior")) else name


def region_words(name: str) -> str:
    """Return a region's name in words, such as "right ribs", "T12", "L1-L3" or "whole chest"."""
    if _VERTEBRAE.fullmatch(name):
        return name.upper().replace("_", "-")
    return f"whole {name}" if name in ("chest", WHOLE_PICTURE) else _plain(name)


def parts_of_picture(regions: Mapping[str, T]) -> Mapping[str, T]:
    """Return the regions that are worth an outline: all but the whole picture."""
    return {name: corners for name, corners in regions.items() if name != WHOLE_PICTURE}


def titled(words: str) -> str:
    """Return words with a capital letter at their head."""
    return words[:1].upper() + words[1:]


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them, such as "T12, right ribs (1 of 4) and cervical spine"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _plain(name: str) -> str:
    return " ".join(part.upper() if _VERTEBRA.fullmatch(part) else part for part in name.split("_"))
