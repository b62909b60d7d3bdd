"""Vertebral fractures: how often, where and how deep, and their grade from a vertebra's heights (Genant)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.phantom.people.person import Person
from training.phantom.spine.levels import LUMBAR, SIZES, THORACIC

GRADE_FROM_LOSS = (0.20, 0.25, 0.40)
"""Share of height lost from which a fracture is of grade 1, 2, 3 (Genant, J Bone Miner Res 1993)."""

_SITES = {
    **dict.fromkeys(THORACIC[:4], 0.2),
    **dict(zip(THORACIC[4:], (0.6, 1.1, 1.7, 1.8, 1.2, 1.0, 1.9, 3.2), strict=True)),
    **dict(zip(LUMBAR, (3.4, 2.0, 1.5, 1.3, 0.8), strict=True)),
}
"""How often a fracture lies at each level: summits at T7-T8 and T12-L1 (after Cooper 1992; assumed)."""


@dataclass(frozen=True)
class Deformity:
    """Share of its height that a vertebral body has lost in front, in its middle and behind.

    `upper` is the share of the loss that the upper end plate bears.
    """

    anterior: float = 0.0
    middle: float = 0.0
    posterior: float = 0.0
    upper: float = 0.5


SOUND = Deformity()


def genant_grade(loss: float) -> int:
    """Return the grade 0 to 3 of a share of height lost."""
    return sum(loss >= bound for bound in GRADE_FROM_LOSS)


def draw_fractures(person: Person, rng: np.random.Generator) -> dict[str, Deformity]:
    """Return the fractured levels, T1 to L5: one in thirty people at T 0, one in three at T -3."""
    odds = np.exp(-3.4 - 0.85 * person.t_score + 0.02 * (person.age_years - 65))
    if rng.random() > odds / (1.0 + odds):
        return {}
    count = min(1 + int(rng.geometric(0.6)) - 1 + int(person.t_score < -3.0 and rng.random() < 0.4), 5)
    weights = np.array(list(_SITES.values()))
    chosen = rng.choice(len(weights), count, replace=False, p=weights / weights.sum())
    return {list(_SITES)[index]: _deformity(rng) for index in sorted(chosen)}


def _deformity(rng: np.random.Generator) -> Deformity:
    """Return a wedge (half of them), a biconcave or a crush deformity of grade 1 to 3."""
    low, high = ((0.20, 0.26), (0.26, 0.40), (0.40, 0.62))[int(rng.choice(3, p=(0.45, 0.38, 0.17)))]
    loss = rng.uniform(low, high)
    upper = rng.uniform(0.6, 1.0)
    kind = rng.choice(3, p=(0.5, 0.3, 0.2))
    if kind == 0:
        return Deformity(loss, loss * rng.uniform(0.5, 0.95), loss * rng.uniform(0.0, 0.3), upper)
    if kind == 1:
        return Deformity(loss * rng.uniform(0.1, 0.5), loss, loss * rng.uniform(0.0, 0.3), upper * 0.7)
    return Deformity(loss, loss * rng.uniform(0.9, 1.0), loss * rng.uniform(0.75, 0.95), upper)


def lost_heights(heights_mm: Mapping[str, tuple[float, float, float]]) -> dict[str, float]:
    """Return each level's loss: 1 less the least of its heights (front, middle, behind) over what is due.

    What is due behind is the table's height times the person's size, the median over levels, or its own if
    that is more; in front that and the table's wedge; the middle the mean of both less its natural hollow.
    """
    size = float(np.median([heights[2] / SIZES[level].height for level, heights in heights_mm.items()]))
    lost = {}
    for level, heights in heights_mm.items():
        back = max(SIZES[level].height * size, heights[2])
        front = back * SIZES[level].wedge
        due = (front, 0.5 * (front + back) * (1.0 - NATURAL_HOLLOW), back)
        lost[level] = 1.0 - min(height / wanted for height, wanted in zip(heights, due, strict=True))
    return lost


NATURAL_HOLLOW = 0.11
"""Share of its height by which a sound body is lower in its middle, both end plates together (assumed)."""
