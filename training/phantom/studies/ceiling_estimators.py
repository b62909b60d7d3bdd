"""Estimates L1 to L4 from the true mineral of other bones, as well as can be, and judges the estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import GROUP, VERTEBRAE, mean_area_shares
from desktop.clinical.reference import default_table
from desktop.clinical.scores import OSTEOPOROSIS_T, t_score
from training.phantom.people.bone_covariance import correlation
from training.phantom.people.bones import expected_log_mineral, places, young_adult_bmd_g_cm2
from training.phantom.people.person import People
from training.phantom.people.population import size_features

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Interval = tuple[float, float]

SITES = (*VERTEBRAE, GROUP)
RESAMPLES = 400


@dataclass(frozen=True)
class Judged:
    """R and AUC (T < -2.5) of an estimate at `SITES`, [site], and 95 % intervals of the means of L1 to L4."""

    r: Floats
    auc: Floats
    r_interval: Interval
    auc_interval: Interval

    @property
    def mean_r(self) -> float:
        """R averaged over L1, L2, L3 and L4, as published tables do."""
        return float(self.r[:4].mean())

    @property
    def mean_auc(self) -> float:
        """AUC averaged over L1, L2, L3 and L4."""
        return float(self.auc[:4].mean())


def gaussian_estimate(people: People, relative: Floats, seen: Sequence[str]) -> Floats:
    """Return the BMD of L1 to L4 in g/cm2, [person, vertebra], from the bones `seen`, age, sex and size.

    The conditional mean by the stated covariance; nothing is fitted. `relative` is [person, bone].
    """
    mean, sd = expected_log_mineral(people)
    known, sought = places(seen), places(VERTEBRAE)
    apart = (np.log(relative[:, known]) - mean[:, known]) / sd[:, known]
    table = correlation()
    gain = np.linalg.solve(table[np.ix_(known, known)], table[np.ix_(known, sought)])
    return np.exp(mean[:, sought] + sd[:, sought] * (apart @ gain)) * young_adult_bmd_g_cm2()[1:5]


def fitted_estimate(
    people: People, relative: Floats, seen: Sequence[str], train: Flags, *, knows_person: bool
) -> Floats:
    """Return the same by least squares on the bones and their squares, fitted on the people in `train`.

    Without `knows_person` it is told neither age, sex, weight nor height.
    """
    log_mineral = np.log(relative)
    bones = log_mineral[:, places(seen)]
    person = size_features(people) if knows_person else np.ones((len(people), 1))
    features = np.hstack([person, bones, bones**2])
    slopes = np.linalg.lstsq(features[train], log_mineral[np.ix_(train, places(VERTEBRAE))], rcond=None)[0]
    return np.exp(features @ slopes) * young_adult_bmd_g_cm2()[1:5]


def judge(estimate: Floats, people: People, among: Flags, seed: int = 0) -> Judged:
    """Judge an estimate, [person, vertebra], among some people; intervals resample their participants.

    L1-L4 together is the mean of the four estimates, weighted by mean shares of area.
    """
    guess = _with_group(estimate[among])
    true = np.column_stack([people.bmd_g_cm2[among, 1:5], people.bmd_l1_l4_g_cm2[among]])
    table = default_table()
    ill = np.stack([t_score(true[:, at], site, table) < OSTEOPOROSIS_T for at, site in enumerate(SITES)], 1)
    numbers, of_person = np.unique(people.participant[among], return_inverse=True)
    generator, means = np.random.default_rng(seed), []
    for _ in range(RESAMPLES):
        times = np.bincount(generator.integers(len(numbers), size=len(numbers)), minlength=len(numbers))
        r, auc = _r_and_auc(guess[:, :4], true[:, :4], ill[:, :4], times[of_person].astype(np.float64))
        means.append((r.mean(), auc.mean()))
    (r_low, auc_low), (r_high, auc_high) = np.percentile(means, [2.5, 97.5], axis=0).tolist()
    r, auc = _r_and_auc(guess, true, ill, np.ones(len(true)))
    return Judged(r, auc, (r_low, r_high), (auc_low, auc_high))


def weighted_r(one: Floats, other: Floats, weight: Floats) -> float:
    """Return Pearson's correlation with weights, all three [person]."""
    share = weight / weight.sum()
    a, b = one - share @ one, other - share @ other
    return float(share @ (a * b) / np.sqrt((share @ a**2) * (share @ b**2)))


def weighted_auc(score: Floats, positive: Flags, weight: Floats) -> float:
    """Return the weighted share of pairs in which the positive one has the higher score; no ties."""
    order = np.argsort(score)
    ill, well = (weight * positive)[order], (weight * ~positive)[order]
    return float(ill @ np.cumsum(well) / (ill.sum() * well.sum()))


def _r_and_auc(guess: Floats, true: Floats, ill: Flags, weight: Floats) -> tuple[Floats, Floats]:
    """Return R and AUC of each column, with weights [person]."""
    sites = range(guess.shape[1])
    r = [weighted_r(guess[:, at], true[:, at], weight) for at in sites]
    auc = [weighted_auc(-guess[:, at], ill[:, at], weight) for at in sites]
    return np.array(r), np.array(auc)


def _with_group(estimate: Floats) -> Floats:
    shares = mean_area_shares()
    return np.column_stack([estimate, estimate @ np.array([shares[name] for name in VERTEBRAE])])
