"""Draws the other bones of a person: neck, chest, shoulders, sacrum and pelvis, beside T12 and L1 to L5.

Bone of the chest is not bone of the spine. Each bone has a relative mineral: its areal mineral (g/cm2) over
that of the same bone in young women, 1 where they are equal, 0.7 where 30 % is missing. For T12 to L5 it is
the person's BMD over the young-adult mean of the shipped reference table. Every other bone is drawn,
log-normal: its mean follows age, sex, weight and height as L1 to L4 do on average, and around that lies a
draw from the frozen covariance (`bone_covariance`), given how far T12 to L5 of this person are from their own
means. A distance beyond three SD counts as three: one sclerotic vertebra says little of other bones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from desktop.clinical.lumbar import VERTEBRAE
from desktop.clinical.reference import default_table
from training.phantom.people.bone_covariance import BONES, correlation, log_sds
from training.phantom.people.imputation import Gaussian
from training.phantom.people.person import (
    L5_FROM_L4,
    LEVELS,
    T12_FROM_L1,
    People,
    Person,
    age_covariates,
    model_by_sex,
)
from training.phantom.people.stream import uniform_by_person

Floats = NDArray[np.float64]

DRAWN = tuple(name for name in BONES if name not in LEVELS)

_STREAM = 0xB02E5
_BLOCKS = 6
_MOST_EVIDENCE_SD = 3.0
_SIZE, _BMD = slice(0, 2), slice(2, 6)


@dataclass(frozen=True)
class Bones:
    """The relative mineral of one person's bones by name (`BONES`): 1 is the mean of young women."""

    relative: Mapping[str, float]

    def __getitem__(self, bone: str) -> float:
        """Return the relative mineral of a bone, such as "T7", "ribs" or "left_clavicle"."""
        return self.relative[bone]


@dataclass(frozen=True)
class _Given:
    """What T12 to L5 say of the others: `gain` [drawn, level] and a `factor` [drawn, drawn] of the rest."""

    gain: Floats
    factor: Floats


def draw_bones(person: Person, seed: int, number: int) -> Bones:
    """Draw the bones of person `number` of a seed (from `draw_person`); it depends on these three only.

    Raises ValueError where seed or number is negative.
    """
    relative = relative_mineral(_alone(person), seed, first=number)[0]
    return Bones(dict(zip(BONES, relative.tolist(), strict=True)))


def relative_mineral(people: People, seed: int, *, first: int = 0) -> Floats:
    """Return the relative mineral of everybody's bones, [person, bone] in the order of BONES.

    The people are those from `first` on of `draw_people` with that seed, each as `draw_bones` gives them.
    """
    normal = ndtri(uniform_by_person(seed, _STREAM, len(people), first=first, blocks=_BLOCKS))
    log_level = np.log(people.bmd_g_cm2 / young_adult_bmd_g_cm2())
    mean, sd = expected_log_mineral(people)
    levels, drawn = places(LEVELS), places(DRAWN)
    evidence = np.clip((log_level - mean[:, levels]) / sd[:, levels], -_MOST_EVIDENCE_SD, _MOST_EVIDENCE_SD)
    given = _given_levels()
    apart = evidence @ given.gain.T + normal[:, : len(DRAWN)] @ given.factor.T
    log_mineral = mean.copy()
    log_mineral[:, levels] = log_level
    log_mineral[:, drawn] += apart * sd[:, drawn]
    return np.exp(log_mineral)


def places(names: Sequence[str]) -> list[int]:
    """Return where bones stand in BONES."""
    return [BONES.index(name) for name in names]


def young_adult_bmd_g_cm2() -> Floats:
    """Return the mean BMD of T12 to L5 in young women, [level]: the shipped table and the assumed steps."""
    norms = default_table().young_adult
    lumbar = [norms[name].mean_g_cm2 for name in VERTEBRAE]
    return np.array([lumbar[0] * T12_FROM_L1.bmd_ratio, *lumbar, lumbar[3] * L5_FROM_L4.bmd_ratio])


def expected_log_mineral(people: People) -> tuple[Floats, Floats]:
    """Return mean and SD of the log relative mineral of each bone at everybody's age, sex and size.

    Both are [person, bone]; those of T12 to L5 come from the Gaussian model of the participants.
    """
    levels = places(LEVELS)
    mean, sd = np.empty((len(people), len(BONES))), np.empty((len(people), len(BONES)))
    sd[:] = log_sds()
    for female, model in model_by_sex().items():
        who = people.female == female
        of_levels, sd_of_levels = _given_size(model, people, who)
        of_levels -= np.log(young_adult_bmd_g_cm2())
        mean[who] = of_levels[:, 1:5].mean(axis=1, keepdims=True)
        mean[np.ix_(who, levels)], sd[np.ix_(who, levels)] = of_levels, sd_of_levels
    return mean, sd


def _given_size(model: Gaussian, people: People, who: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return mean [person, level] and SD [level] of the log BMD of T12 to L5 given age, weight and height."""
    size = np.stack([np.log(people.weight_kg[who]), people.height_cm[who] / 100.0], axis=1)
    expected = age_covariates(people.age_years[who]) @ model.slopes
    cross = model.covariance[_BMD, _SIZE]
    gain = np.linalg.solve(model.covariance[_SIZE, _SIZE], cross.T).T
    lumbar = expected[:, _BMD] + (size - expected[:, _SIZE]) @ gain.T
    variance = np.diag(model.covariance[_BMD, _BMD] - gain @ cross.T)
    t12 = lumbar[:, :1] + np.log(T12_FROM_L1.bmd_ratio)
    l5 = lumbar[:, 3:] + np.log(L5_FROM_L4.bmd_ratio)
    ends = variance[0] + T12_FROM_L1.bmd_log_sd**2, variance[3] + L5_FROM_L4.bmd_log_sd**2
    return np.hstack([t12, lumbar, l5]), np.sqrt(np.array([ends[0], *variance, ends[1]]))


@cache
def _given_levels() -> _Given:
    table, drawn, known = correlation(), places(DRAWN), places(LEVELS)
    cross = table[np.ix_(drawn, known)]
    gain = np.linalg.solve(table[np.ix_(known, known)], cross.T).T
    return _Given(gain, np.linalg.cholesky(table[np.ix_(drawn, drawn)] - gain @ cross.T))


def _alone(person: Person) -> People:
    """Return one person as columns."""
    return People(
        participant=np.array([person.participant]),
        female=np.array([person.sex == "F"]),
        age_years=np.array([float(person.age_years)]),
        weight_kg=np.array([person.weight_kg]),
        height_cm=np.array([person.height_cm]),
        bmd_g_cm2=np.array([[person.bmd_g_cm2[level] for level in LEVELS]]),
        area_cm2=np.array([[person.area_cm2[level] for level in LEVELS]]),
        imputed=np.array([[level in person.imputed for level in LEVELS]]),
    )
