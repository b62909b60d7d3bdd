"""Draws the people that phantoms are made of: NHANES participants, with what was not measured filled in.

A person is a participant of NHANES 2017-March 2020, drawn with replacement and without the survey's weights:
drawn people stand for the people examined and not for the US population. All are 50 and over, and an age of
80 means 80 and over. Every participant of the file has at least one valid vertebra, so nobody is left out.

Vertebrae without a value are drawn from a Gaussian model by sex: log BMD and log area of L1 to L4, log weight
and height together, their means quadratic in age, given all that the participant has. They are draws and not
means, so that spread and correlations hold. The model takes a missing vertebra to be like those measured in
people alike in sex, age, size and the other vertebrae. Most were missing for a fault of the picture or of the
vertebra; what is drawn is what that vertebra would have been without the fault.

T12 and L5 were not measured in anybody: T12 follows from L1, and L5 from L4, with the assumed steps below.
Younger people could be drawn from the same model without any vertebra; the file gives no ground for it yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.clinical.reference import default_table
from desktop.clinical.scores import LOW_BONE_MASS_T, OSTEOPOROSIS_T, t_score
from training.phantom.people import imputation
from training.phantom.people.nhanes import Participants, mineral_over_area, read_participants
from training.phantom.people.stream import uniform_by_person

Floats = NDArray[np.float64]
Number = TypeVar("Number", float, Floats)
Split = Literal["train", "tune", "calibrate", "test"]

LEVELS = ("T12", *VERTEBRAE, "L5")

_SPLIT_ENDS: dict[Split, float] = {"train": 0.60, "tune": 0.70, "calibrate": 0.85, "test": 1.0}
_STREAM = 0x9E125
_BLOCKS = 4
"""Philox blocks of four numbers for each person: 1 participant, 10 measures, 4 for T12 and L5, 1 spare."""


@dataclass(frozen=True)
class Step:
    """How an unmeasured vertebra follows from its neighbour: ratio of the two, and SD of its logarithm."""

    bmd_ratio: float
    bmd_log_sd: float
    area_ratio: float
    area_log_sd: float


T12_FROM_L1 = Step(bmd_ratio=0.95, bmd_log_sd=0.055, area_ratio=0.95, area_log_sd=0.09)
L5_FROM_L4 = Step(bmd_ratio=1.00, bmd_log_sd=0.070, area_ratio=1.00, area_log_sd=0.11)
"""Assumed, not measured. From L1 to T12 as from L2 to L1 in the file (ratios 0.948 and 0.947, SD 0.055 and
0.087); L5 like L4, apart by as much as L4 from L3 there (SD 0.06 and 0.10) and a little more."""


@dataclass(frozen=True)
class Person:
    """One drawn person; BMD and area by level, T12 to L5, of which `imputed` were not measured."""

    participant: int
    sex: Literal["F", "M"]
    age_years: int
    weight_kg: float
    height_cm: float
    bmd_g_cm2: Mapping[str, float]
    area_cm2: Mapping[str, float]
    imputed: tuple[str, ...]

    @property
    def bmd_l1_l4_g_cm2(self) -> float:
        """Total mineral of L1 to L4 over their total area."""
        mineral = sum(self.bmd_g_cm2[level] * self.area_cm2[level] for level in VERTEBRAE)
        return mineral / sum(self.area_cm2[level] for level in VERTEBRAE)

    @property
    def t_score(self) -> float:
        """T-score of L1-L4 by the program's default table."""
        return l1_l4_t_score(self.bmd_l1_l4_g_cm2)

    @property
    def density_class(self) -> str:
        """The `class` of a manifest: normal, osteopenia or osteoporosis, by T of L1-L4."""
        return density_class(self.t_score)

    @property
    def split(self) -> Split:
        """The part of the data that all pictures of this participant belong to."""
        return split_of(self.participant)


@dataclass(frozen=True)
class People:
    """Drawn people as columns; `bmd_g_cm2`, `area_cm2` and `imputed` are [person, level T12..L5]."""

    participant: NDArray[np.int64]
    female: NDArray[np.bool_]
    age_years: Floats
    weight_kg: Floats
    height_cm: Floats
    bmd_g_cm2: Floats
    area_cm2: Floats
    imputed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.participant)

    @property
    def bmd_l1_l4_g_cm2(self) -> Floats:
        """Total mineral of L1 to L4 over their total area, [person]."""
        return mineral_over_area(self.bmd_g_cm2[:, 1:5], self.area_cm2[:, 1:5])

    @property
    def t_score(self) -> Floats:
        """T-score of L1-L4 by the program's default table, [person]."""
        return l1_l4_t_score(self.bmd_l1_l4_g_cm2)

    def person(self, index: int) -> Person:
        """Return one of them."""
        return Person(
            participant=int(self.participant[index]),
            sex="F" if self.female[index] else "M",
            age_years=int(self.age_years[index]),
            weight_kg=float(self.weight_kg[index]),
            height_cm=float(self.height_cm[index]),
            bmd_g_cm2=dict(zip(LEVELS, self.bmd_g_cm2[index].tolist(), strict=True)),
            area_cm2=dict(zip(LEVELS, self.area_cm2[index].tolist(), strict=True)),
            imputed=tuple(level for level, is_so in zip(LEVELS, self.imputed[index], strict=True) if is_so),
        )


def draw_person(seed: int, k: int) -> Person:
    """Draw person k of a seed; it depends on these two numbers (both from 0) only."""
    return draw_people(seed, 1, first=k).person(0)


def draw_people(seed: int, count: int, *, first: int = 0) -> People:
    """Draw the people `first` to `first + count - 1` of a seed, each equal to what `draw_person` gives.

    Raises ValueError where seed or first is negative.
    """
    uniform = uniform_by_person(seed, _STREAM, count, first=first, blocks=_BLOCKS)[:, :15]
    participants = read_participants()
    chosen = (uniform[:, 0] * len(participants)).astype(np.intp)
    normal = ndtri(uniform[:, 1:])
    return complete(participants, _model(), chosen, normal)


def complete(
    participants: Participants, model: imputation.Conditional, chosen: NDArray[np.intp], normal: Floats
) -> People:
    """Return the chosen participants with what they miss drawn from `normal`, [person, 14 or more]."""
    drawn = model.mean[chosen]
    for column in range(drawn.shape[1]):
        drawn = drawn + model.factor[chosen, :, column] * normal[:, column, None]
    missing = ~participants.measured[chosen]
    bmd = np.where(missing, np.exp(drawn[:, 2:6]), participants.bmd_g_cm2[chosen])
    area = np.where(missing, np.exp(drawn[:, 6:10]), participants.area_cm2[chosen])
    unmeasured = np.ones((len(chosen), 1), dtype=bool)
    return People(
        participant=participants.number[chosen],
        female=participants.female[chosen],
        age_years=participants.age_years[chosen],
        weight_kg=_known_or(participants.weight_kg[chosen], np.exp(drawn[:, 0])),
        height_cm=_known_or(participants.height_cm[chosen], drawn[:, 1] * 100.0),
        bmd_g_cm2=_with_neighbours(bmd, normal[:, 10:12], "bmd"),
        area_cm2=_with_neighbours(area, normal[:, 12:14], "area"),
        imputed=np.hstack([unmeasured, missing, unmeasured]),
    )


def fit_model(participants: Participants) -> imputation.Conditional:
    """Fit the model of the measures by sex and condition it on what each participant has."""
    return _conditioned(participants, fit_by_sex(participants))


def fit_by_sex(participants: Participants) -> dict[bool, imputation.Gaussian]:
    """Fit the model of log weight, height in m, log BMD and log area of L1 to L4, by `female`."""
    covariates, measures = age_covariates(participants.age_years), _measures(participants)
    return {
        female: imputation.fit(covariates[of_sex], measures[of_sex])
        for female in (True, False)
        for of_sex in [participants.female == female]
    }


@cache
def model_by_sex() -> dict[bool, imputation.Gaussian]:
    """Return that model of the participants in assets."""
    return fit_by_sex(read_participants())


def age_covariates(age_years: Floats) -> Floats:
    """Return what the means of that model are linear in, [person, 3]: one, decades from 65, their square."""
    decades = (age_years - 65.0) / 10.0
    return np.stack([np.ones_like(decades), decades, decades**2], axis=1)


def l1_l4_t_score(bmd_g_cm2: Number) -> Number:
    """Return the T-score of an L1-L4 BMD, or of an array of them, by the program's default table."""
    return t_score(bmd_g_cm2, GROUP, default_table())


def density_class(t_score: float) -> str:
    """Return the `class` of a manifest for a T-score."""
    if t_score <= OSTEOPOROSIS_T:
        return "osteoporosis"
    return "osteopenia" if t_score < LOW_BONE_MASS_T else "normal"


def split_of(participant: int) -> Split:
    """Return the split of a participant: the same in every family, view, seed and version."""
    digest = hashlib.sha256(f"trabecula split {participant}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return next(split for split, end in _SPLIT_ENDS.items() if share < end)


@cache
def _model() -> imputation.Conditional:
    return _conditioned(read_participants(), model_by_sex())


def _conditioned(
    participants: Participants, models: Mapping[bool, imputation.Gaussian]
) -> imputation.Conditional:
    covariates, measures = age_covariates(participants.age_years), _measures(participants)
    mean = np.empty_like(measures)
    factor = np.empty((*measures.shape, measures.shape[1]))
    for female, model in models.items():
        of_sex = participants.female == female
        given = imputation.condition(model, covariates[of_sex], measures[of_sex])
        mean[of_sex], factor[of_sex] = given.mean, given.factor
    return imputation.Conditional(mean, factor)


def _measures(participants: Participants) -> Floats:
    """Return log weight, height in m, log BMD and log area of L1 to L4, [participant, 10]."""
    size = np.stack([np.log(participants.weight_kg), participants.height_cm / 100.0], axis=1)
    return np.hstack([size, np.log(participants.bmd_g_cm2), np.log(participants.area_cm2)])


def _known_or(known: Floats, drawn: Floats) -> Floats:
    return np.where(np.isnan(known), drawn, known)


def _with_neighbours(lumbar: Floats, normal: Floats, quantity: Literal["bmd", "area"]) -> Floats:
    """Return T12 to L5 from L1 to L4, [person, level], with the assumed steps."""
    columns = [lumbar]
    for at, (neighbour, step) in enumerate(((0, T12_FROM_L1), (3, L5_FROM_L4))):
        ratio, log_sd = getattr(step, f"{quantity}_ratio"), getattr(step, f"{quantity}_log_sd")
        value = lumbar[:, neighbour] * ratio * np.exp(log_sd * normal[:, at])
        columns.append(value[:, None])
    return np.hstack([columns[1], columns[0], columns[2]])
