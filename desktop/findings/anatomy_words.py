"""How landmarks and regions are called where people read of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

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


def region_words(name: str) -> str:
    """Return a region's name in words, such as "right ribs", "T12", "L1-L3" or "whole chest"."""
    if _VERTEBRAE.fullmatch(name):
        return name.upper().replace("_", "-")
    return "whole chest" if name == "chest" else _plain(name)


def titled(words: str) -> str:
    """Return words with a capital letter at their head."""
    return words[:1].upper() + words[1:]


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them, such as "T12, right ribs (1 of 4) and cervical spine"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _plain(name: str) -> str:
    return " ".join(part.upper() if _VERTEBRA.fullmatch(part) else part for part in name.split("_"))
