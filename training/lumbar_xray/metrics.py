"""The study's figures, with intervals over persons: accuracy, precision, recall, F1 and AUC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.resampling import draws, weighted_auc

Values = NDArray[np.float64]
RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval, where persons with all their pictures are drawn anew."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Scores:
    """One part's figures; None where one is not defined.

    Precision, recall, F1 and AUC are of osteoporosis against all else; accuracy and confusion, [true][told],
    of all classes, each picture told the one of the highest probability.
    """

    count: int
    positives: int
    accuracy: Interval | None
    precision: Interval | None
    recall: Interval | None
    f1: Interval | None
    auc: Interval | None
    confusion: list[list[int]]


def scores(true: NDArray[np.intp], found: Values, people: Sequence[str], seed: int = 1) -> Scores:
    """Return the figures of probabilities [n, class], osteoporosis last, for true classes [n]."""
    last, told = found.shape[1] - 1, found.argmax(axis=1)
    positive, flagged = true == last, told == last
    weights = once_and_drawn(people, seed)
    hits, shown, real = (weights @ each for each in (positive & flagged, flagged, positive))
    confusion = np.zeros((last + 1, last + 1), int)
    np.add.at(confusion, (true, told), 1)
    return Scores(
        count=len(true),
        positives=int(positive.sum()),
        accuracy=interval(ratio(weights @ (true == told), weights.sum(axis=1))),
        precision=interval(ratio(hits, shown)),
        recall=interval(ratio(hits, real)),
        f1=interval(ratio(2 * hits, shown + real)),
        auc=interval(weighted_auc(weights, positive, found[:, last])),
        confusion=confusion.tolist(),
    )


def auc_gain(
    positive: NDArray[np.bool_], better: Values, base: Values, people: Sequence[str], seed: int = 1
) -> Interval | None:
    """Return by how much the AUC of one score exceeds that of another."""
    weights = once_and_drawn(people, seed)
    return interval(weighted_auc(weights, positive, better) - weighted_auc(weights, positive, base))


def once_and_drawn(people: Sequence[str], seed: int) -> Values:
    """Return how often each picture counts, [1 + resample, picture]: once, then as persons are drawn anew."""
    return np.vstack([np.ones(len(people)), draws(people, RESAMPLES, seed)])


def interval(values: Values) -> Interval | None:
    """Return the first value with the percentiles of the others; None where it is not defined."""
    drawn = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or not len(drawn):
        return None
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(values[0]), float(low), float(high))


def ratio(above: Values, below: Values) -> Values:
    """Return quotients, NaN where the divisor is 0."""
    above = np.asarray(above, float)
    return np.divide(above, below, out=np.full(len(above), np.nan), where=np.asarray(below) > 0.0)
