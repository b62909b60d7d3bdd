"""How the mineral of a person's bones varies together: one table, frozen before any chest model was trained.

It speaks of what is left of a bone's log mineral after age, sex, weight and height, in units of its own SD.
Each bone shares a part of that with the whole skeleton; the rest is its own. Among vertebrae the own part is
shared with near neighbours and fades with distance: two vertebrae d apart correlate at
SHARED + (1 - SHARED) x FADE^d, as L1 to L4 of NHANES do. docs/person_bones.md says what each number rests on
and which are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

FROZEN = "2026-11-21"

CERVICAL = ("C3", "C4", "C5", "C6", "C7")
THORACIC = tuple(f"T{number}" for number in range(1, 13))
SPINE = (*CERVICAL, *THORACIC, "L1", "L2", "L3", "L4", "L5", "sacrum")

SHARED, FADE = 0.62, 0.84
"""Of a vertebra's variance: the share that the whole skeleton has, and how the rest fades per vertebra."""

CLAVICLES_SHARED = 0.80
"""Share of a clavicle's own variance that the other clavicle has too."""


@dataclass(frozen=True)
class Site:
    """A bone or group of bones off the spine: its share with the skeleton, and the SD of its log mineral."""

    shared: float
    log_sd: float


OFF_SPINE = {
    "ribs": Site(shared=0.68, log_sd=0.15),
    "right_clavicle": Site(shared=0.72, log_sd=0.14),
    "left_clavicle": Site(shared=0.72, log_sd=0.14),
    "scapulae": Site(shared=0.54, log_sd=0.14),
    "humeri": Site(shared=0.54, log_sd=0.15),
    "pelvis": Site(shared=0.54, log_sd=0.14),
}
CERVICAL_LOG_SD, SPINE_LOG_SD = 0.14, 0.16
"""SD of the log mineral of a cervical vertebra, and of one below, after age, sex and size."""

BONES = (*SPINE, *OFF_SPINE)


def log_sds() -> NDArray[np.float64]:
    """Return the SD of each bone's log mineral, [bone] in the order of BONES.

    T12 to L5 come from the person, with the participants' own SD of 0.16 to 0.18.
    """
    spine = [CERVICAL_LOG_SD if name in CERVICAL else SPINE_LOG_SD for name in SPINE]
    return np.array([*spine, *(site.log_sd for site in OFF_SPINE.values())])


@cache
def correlation() -> NDArray[np.float64]:
    """Return the correlation of each two bones after age, sex and size, [bone, bone], read-only.

    It is positive definite by its making: what is shared is of rank one, and each own part is definite.
    """
    shared = np.array([SHARED] * len(SPINE) + [site.shared for site in OFF_SPINE.values()])
    own = np.eye(len(BONES))
    places = np.arange(len(SPINE))
    own[: len(SPINE), : len(SPINE)] = FADE ** np.abs(places[:, None] - places)
    right, left = BONES.index("right_clavicle"), BONES.index("left_clavicle")
    own[right, left] = own[left, right] = CLAVICLES_SHARED
    result = np.sqrt(np.outer(shared, shared)) + np.sqrt(np.outer(1.0 - shared, 1.0 - shared)) * own
    result.setflags(write=False)
    return result
