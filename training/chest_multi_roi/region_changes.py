"""Changing a case's regions as the study did: scaled, turned, moved, and mirrored with the sides swapped."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Regions = NDArray[np.uint8]
"""uint8 [region, row, column]."""

SCALE_SD, TURN_SD_DEG, SHIFT_SD = 0.06, 4.0, 0.03
"""The study does not say how much; the last is a share of the side."""
FLIPPED = 0.5


def changed(regions: Regions, names: Sequence[str], random: np.random.Generator) -> Regions:
    """Return a changed copy of the regions `names`, each placed in its own way."""
    if random.random() < FLIPPED:
        regions = flipped(regions, names)
    return np.array([_placed(each, random) for each in regions])


def flipped(regions: Regions, names: Sequence[str]) -> Regions:
    """Return what the mirrored picture gives: sides, which are cut alike, swapped; the others mirrored."""
    places = {name: k for k, name in enumerate(names)}
    found = []
    for name, region in zip(names, regions, strict=True):
        side, _, part = name.partition("_")
        other = {"left": "right", "right": "left"}.get(side)
        found.append(region[:, ::-1] if other is None else regions[places[f"{other}_{part}"]])
    return np.array(found)


def _placed(region: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    side = region.shape[0]
    middle = (side - 1) / 2
    turned = cv2.getRotationMatrix2D(
        (middle, middle), random.normal(0.0, TURN_SD_DEG), np.exp(random.normal(0.0, SCALE_SD))
    )
    turned[:, 2] += random.normal(0.0, SHIFT_SD * side, 2)
    return cv2.warpAffine(region, turned, (side, side), borderMode=cv2.BORDER_REPLICATE)
