"""Heights of vertebral bodies from their corners, and how far each is crushed (Genant's grades).

Heights are lengths on the detector, where a lateral radiograph shows a spine larger than it is, by a tenth
to a third; grades come from ratios, which magnification leaves alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from desktop.clinical.lumbar_lateral import PARTS, WHOLE_LEVELS, Point

GRADE_FROM_LOSS = (0.20, 0.25, 0.40)
"""Share of height lost from which a fracture is of grade 1, 2, 3 (Genant, J Bone Miner Res 1993; 8:1137)."""
FEWEST_LEVELS = 3
"""Vertebrae that it takes to tell a crushed one from a small person."""

_POSTERIOR_MM = {"T12": 22.7, "L1": 23.8, "L2": 24.3, "L3": 23.8, "L4": 24.1, "L5": 22.9}
"""Means of 12 cadavers (Panjabi, Spine 1991, 16:888; 1992, 17:299): how the levels' heights compare."""
_WEDGE = {"T12": 0.94, "L1": 0.96, "L2": 0.99, "L3": 1.02, "L4": 1.06, "L5": 1.15}
"""Height in front over that behind in sound bodies (Masharawi, J Anat 2008, rounded)."""
_HOLLOW = 0.11
"""Share by which a sound body is lower in its middle, both end plates together (assumed)."""


@dataclass(frozen=True)
class Heights:
    """A body's heights in front, in its middle and behind, in the unit of its corners times the spacing."""

    anterior: float
    middle: float
    posterior: float

    @property
    def wedge_ratio(self) -> float:
        """Height in front over that behind."""
        return self.anterior / self.posterior

    @property
    def biconcavity_ratio(self) -> float:
        """Height in the middle over that behind."""
        return self.middle / self.posterior


def heights_of(corners: Mapping[str, Point], spacing_mm: tuple[float, float]) -> dict[str, Heights]:
    """Return the heights in mm of each level whose six corners are given; spacing by (row, column)."""
    found = {}
    for level in WHOLE_LEVELS:
        ends = [
            [corners.get(f"{level.lower()}_{end}_{part}") for part in PARTS]
            for end in ("superior", "inferior")
        ]
        if any(point is None for end in ends for point in end):
            continue
        apart = (np.array(ends[1], float) - np.array(ends[0], float)) * spacing_mm[::-1]
        front, middle, back = (float(length) for length in np.hypot(apart[:, 0], apart[:, 1]))
        if min(front, middle, back) > 0.0:
            found[level] = Heights(front, middle, back)
    return found


def crush_by_level(heights: Mapping[str, Heights]) -> dict[str, float]:
    """Return the share of height that each level has lost, its worst of three; 0 or less is none.

    What is due behind is the table's height times the person's size, the median over the levels given, or the
    level's own if that is more; in front that and the table's wedge; in the middle the mean of both less a
    natural hollow. Empty where fewer than FEWEST_LEVELS are given.
    """
    if len(heights) < FEWEST_LEVELS:
        return {}
    size = float(np.median([each.posterior / _POSTERIOR_MM[level] for level, each in heights.items()]))
    lost = {}
    for level, each in heights.items():
        back = max(_POSTERIOR_MM[level] * size, each.posterior)
        front = back * _WEDGE[level]
        middle = 0.5 * (front + back) * (1.0 - _HOLLOW)
        lost[level] = 1.0 - min(each.anterior / front, each.middle / middle, each.posterior / back)
    return lost


def genant_grade(lost: float) -> int:
    """Return the grade 0 to 3 of a share of height lost."""
    return sum(lost >= bound for bound in GRADE_FROM_LOSS)
