"""What the NHANES file says of the population: prevalence, shares of area, and what age and size predict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import rankdata, t

from desktop.clinical.scores import OSTEOPOROSIS_T
from training.phantom.people.nhanes import Participants
from training.phantom.people.person import People, l1_l4_t_score, split_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DECADES = (50, 60, 70, 80)


@dataclass(frozen=True)
class Prevalence:
    """Shares with T of L1-L4 <= -2.5 in one sex and decade; the weighted one with its 95 % interval."""

    sex: Literal["F", "M"]
    decade: int
    drawn: float
    nhanes: float
    weighted: float
    low: float
    high: float


def groups(source: Participants | People) -> Iterator[tuple[Literal["F", "M"], int, Flags]]:
    """Yield sex, decade (80 is 80 and over) and who belongs to it."""
    for sex in ("F", "M"):
        for decade in DECADES:
            of_age = (source.age_years >= decade) & (source.age_years < decade + 10)
            yield sex, decade, of_age & (source.female == (sex == "F"))


def density_of_partly_measured(participants: Participants, sex: Literal["F", "M"]) -> float:
    """Return by how many percent L1 is denser in people who lack another vertebra, at the same age."""
    known = participants.measured[:, 0] & (participants.female == (sex == "F"))
    age, partly = participants.age_years[known], ~participants.measured[known].all(axis=1)
    features = np.stack([np.ones_like(age), age, age**2, partly], axis=1)
    slopes = np.linalg.lstsq(features, np.log(participants.bmd_g_cm2[known, 0]), rcond=None)[0]
    return 100.0 * float(np.expm1(slopes[3]))


def prevalences(participants: Participants, people: People) -> list[Prevalence]:
    """Return the share with T <= -2.5 by sex and decade: drawn, in NHANES, and in the US population.

    In NHANES, L1-L4 is over the valid vertebrae of people with two or more.
    """
    judged = participants.measured.sum(axis=1) >= 2
    ill = l1_l4_t_score(participants.bmd_l1_l4_g_cm2) <= OSTEOPOROSIS_T
    drawn_ill = people.t_score <= OSTEOPOROSIS_T
    rows = []
    for (sex, decade, who), (_, _, of_drawn) in zip(groups(participants), groups(people), strict=True):
        weighted = weighted_share(participants, ill, who & judged)
        rows.append(
            Prevalence(
                sex, decade, float(drawn_ill[of_drawn].mean()), float(ill[who & judged].mean()), *weighted
            )
        )
    return rows


def weighted_share(participants: Participants, of: Flags, among: Flags) -> tuple[float, float, float]:
    """Return a survey-weighted share and its 95 % interval (linearised, on the logit, by stratum and PSU)."""
    weight = participants.exam_weight * among
    share = float((weight * of).sum() / weight.sum())
    influence = weight * (of - share) / weight.sum()
    variance, freedom = 0.0, 0
    for stratum in np.unique(participants.stratum):
        inside = participants.stratum == stratum
        totals = np.array(
            [
                influence[inside & (participants.psu == psu)].sum()
                for psu in np.unique(participants.psu[inside])
            ]
        )
        freedom += len(totals) - 1
        variance += len(totals) * totals.var(ddof=1)
    reach = t.ppf(0.975, freedom) * np.sqrt(variance) / (share * (1.0 - share))
    return share, float(expit(logit(share) - reach)), float(expit(logit(share) + reach))


def area_shares(participants: Participants, *, weighted: bool) -> Floats:
    """Return the mean share of L1, L2, L3 and L4 in their area, over people with four valid vertebrae."""
    four = participants.measured.all(axis=1)
    shares = participants.area_cm2[four] / participants.area_cm2[four].sum(axis=1, keepdims=True)
    return np.average(shares, axis=0, weights=participants.exam_weight[four] if weighted else None)


def size_model_on_participants(
    participants: Participants, fewest_vertebrae: int, seed: int = 0
) -> tuple[float, float]:
    """Return r and AUC (T <= -2.5) of L1-L4 from age, sex, weight and height, cross-validated ten-fold.

    Over people with a known size and at least so many valid vertebrae.
    """
    known = ~np.isnan(participants.weight_kg + participants.height_cm)
    known &= participants.measured.sum(axis=1) >= fewest_vertebrae
    features, bmd = size_features(participants)[known], participants.bmd_l1_l4_g_cm2[known]
    fold = np.random.default_rng(seed).integers(10, size=len(bmd))
    predicted = np.empty_like(bmd)
    for held_out in range(10):
        test = fold == held_out
        predicted[test] = features[test] @ np.linalg.lstsq(features[~test], bmd[~test], rcond=None)[0]
    return r_and_auc(predicted, bmd)


def size_model_on_drawn(people: People) -> tuple[float, float]:
    """Return the same of drawn people, fitted on the split `train` and judged on `test`."""
    split, features, bmd = splits(people), size_features(people), people.bmd_l1_l4_g_cm2
    train, test = split == "train", split == "test"
    slopes = np.linalg.lstsq(features[train], bmd[train], rcond=None)[0]
    return r_and_auc(features[test] @ slopes, bmd[test])


def correlations_after_size(participants: Participants) -> tuple[Floats, int]:
    """Return how log BMD of L1 to L4 and the femur correlate after age, sex and size, [5, 5].

    Over people with four valid vertebrae and all else known; their number comes second.
    """
    bmd = np.column_stack([participants.bmd_g_cm2, participants.femur_bmd_g_cm2])
    known = ~np.isnan(bmd).any(axis=1) & ~np.isnan(participants.weight_kg + participants.height_cm)
    features, log_bmd = size_features(participants)[known], np.log(bmd[known])
    apart = log_bmd - features @ np.linalg.lstsq(features, log_bmd, rcond=None)[0]
    return np.corrcoef(apart.T), int(known.sum())


def splits(people: People) -> NDArray[np.str_]:
    """Return the split of each person, [person]."""
    numbers, of_person = np.unique(people.participant, return_inverse=True)
    return np.array([split_of(int(number)) for number in numbers])[of_person]


def size_features(source: Participants | People) -> Floats:
    """Return age, its square, weight and height with a constant, for each sex apart, [person, 10]."""
    decades = (source.age_years - 65.0) / 10.0
    both = np.stack([np.ones_like(decades), decades, decades**2, source.weight_kg, source.height_cm], axis=1)
    return np.hstack([both * source.female[:, None], both * ~source.female[:, None]])


def r_and_auc(predicted: Floats, bmd: Floats) -> tuple[float, float]:
    """Return r of predicted with true L1-L4 BMD, and the AUC of the lower being T <= -2.5."""
    ill = l1_l4_t_score(bmd) <= OSTEOPOROSIS_T
    ranks = rankdata(-predicted)
    auc = (ranks[ill].sum() - ill.sum() * (ill.sum() + 1) / 2) / (ill.sum() * (~ill).sum())
    return float(np.corrcoef(predicted, bmd)[0, 1]), float(auc)
