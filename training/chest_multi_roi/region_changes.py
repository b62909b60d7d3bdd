"""Changing a case's regions as the study did: scaled, turned, moved, and mirrored with the sides swapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Regions = NDArray[np.uint8]
"""uint8 [region, row, column]."""

SCALE_SD, TURN_SD_DEG, SHIFT_SD = 0.06, 4.0, 0.03
"""The study does not say how much; the last is a share of the side."""
FLIPPED = 0.5


@dataclass(frozen=True)
class _Place:
    """Where a region comes to lie; `shift` (x, y) is a share of its side."""

    turn_deg: float
    scale: float
    shift: NDArray[np.float64]


def changed_alike(
    kinds: Sequence[Regions], names: Sequence[str], random: np.random.Generator
) -> tuple[Regions, ...]:
    """Return changed copies of the regions `names` as several pictures show them, of any sizes, all alike.

    Each region is placed in its own way.
    """
    kinds = mirrored_alike(kinds, names, random)
    places = [_drawn(random) for _ in names]
    return tuple(
        np.array([_placed(region, place) for region, place in zip(each, places, strict=True)])
        for each in kinds
    )


def mirrored_alike(
    kinds: Sequence[Regions], names: Sequence[str], random: np.random.Generator
) -> tuple[Regions, ...]:
    """Return the regions of half of all cases mirrored, as several pictures show them, all alike."""
    mirrored = random.random() < FLIPPED
    return tuple(flipped(each, names) if mirrored else each for each in kinds)


def flipped(regions: Regions, names: Sequence[str]) -> Regions:
    """Return what the mirrored picture gives: sides, which are cut alike, swapped; the others mirrored."""
    places = {name: k for k, name in enumerate(names)}
    found = []
    for name, region in zip(names, regions, strict=True):
        side, _, part = name.partition("_")
        other = {"left": "right", "right": "left"}.get(side)
        found.append(region[:, ::-1] if other is None else regions[places[f"{other}_{part}"]])
    return np.array(found)


def _drawn(random: np.random.Generator) -> _Place:
    turn_deg, scale = random.normal(0.0, TURN_SD_DEG), np.exp(random.normal(0.0, SCALE_SD))
    return _Place(turn_deg, scale, random.normal(0.0, SHIFT_SD, 2))


def _placed(region: NDArray[np.uint8], place: _Place) -> NDArray[np.uint8]:
    side = region.shape[0]
    middle = (side - 1) / 2
    turned = cv2.getRotationMatrix2D((middle, middle), place.turn_deg, place.scale)
    turned[:, 2] += place.shift * side
    return cv2.warpAffine(region, turned, (side, side), borderMode=cv2.BORDER_REPLICATE)
