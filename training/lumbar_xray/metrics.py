"""The study's figures, with intervals over persons: accuracy, precision, recall, F1 and AUC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.resampling import Interval, interval, once_and_drawn, weighted_auc

Values = NDArray[np.float64]


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


def ratio(above: Values, below: Values) -> Values:
    """Return quotients, NaN where the divisor is 0."""
    above = np.asarray(above, float)
    return np.divide(above, below, out=np.full(len(above), np.nan), where=np.asarray(below) > 0.0)
