"""Figures in a bootstrap over persons: how often each picture is drawn, r and AUC so, and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval, where persons with all their pictures are drawn anew."""

    value: float
    low: float
    high: float


def draws(people: Sequence[str], resamples: int, seed: int) -> Values:
    """Return how often each picture is in each resample, [resample, picture], persons drawn whole."""
    names, owner = np.unique(np.array(people), return_inverse=True)
    random = np.random.default_rng(seed)
    counts = random.multinomial(len(names), np.full(len(names), 1 / len(names)), resamples)
    return counts[:, owner].astype(float)


def once_and_drawn(people: Sequence[str], seed: int = 1) -> Values:
    """Return how often each picture counts, [1 + resample, picture]: once, then as persons are drawn anew."""
    return np.vstack([np.ones(len(people)), draws(people, RESAMPLES, seed)])


def interval(values: Values) -> Interval | None:
    """Return the first value with the percentiles of the others; None where it is not defined."""
    drawn = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or not len(drawn):
        return None
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(values[0]), float(low), float(high))


def weighted_r(weights: Values, a: Values, b: Values) -> Values:
    """Return Pearson's r for each line of weights [resample, picture]; NaN where it is not defined."""
    total = weights.sum(axis=1)
    a, b = a - a.mean(), b - b.mean()
    mean_a, mean_b = weights @ a / total, weights @ b / total
    covariance = weights @ (a * b) / total - mean_a * mean_b
    variance_a, variance_b = weights @ a**2 / total - mean_a**2, weights @ b**2 / total - mean_b**2
    return _ratio(covariance, np.sqrt(np.maximum(variance_a * variance_b, 0.0)), least=1e-12)


def weighted_auc(weights: Values, positive: NDArray[np.bool_], score: Values) -> Values:
    """Return the area under the ROC curve for each line of weights [resample, picture].

    The share of pairs in which the positive case has the higher score, ties counted as half; NaN where a
    class is empty.
    """
    order = np.argsort(score, kind="stable")
    score, positive, weights = score[order], positive[order], weights[:, order]
    negatives = np.hstack([np.zeros((len(weights), 1)), np.cumsum(weights * ~positive, axis=1)])
    below = negatives[:, np.searchsorted(score, score, side="left")]
    up_to = negatives[:, np.searchsorted(score, score, side="right")]
    won = (weights * positive * (below + up_to) / 2).sum(axis=1)
    return _ratio(won, (weights * positive).sum(axis=1) * negatives[:, -1], least=0.0)


def _ratio(above: Values, below: Values, least: float) -> Values:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > least)
