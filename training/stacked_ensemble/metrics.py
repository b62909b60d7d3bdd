"""Figures of two and three classes, with 95 % intervals by drawing persons anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from training.resampling import interval, once_and_drawn, weighted_auc

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One figure and its interval; all three None where it is not defined, as precision without positives."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Figures:
    """The study's figures by name; of three classes each is the mean over classes, but accuracy.

    cut: probability of osteoporosis from which two classes are told apart; None for three, where the
    likeliest class is the answer.
    """

    pictures: int
    people: int
    cut: float | None
    figures: dict[str, Figure]


def best_cut(probability: Values, positive: NDArray[np.bool_]) -> float:
    """Return the cut of the highest sensitivity + specificity (Youden, 1950), halfway between two answers."""
    false, true, cuts = roc_curve(positive, probability)
    best = int(np.argmax(true - false))
    below = probability[probability < cuts[best]]
    return float((cuts[best] + below.max()) / 2) if len(below) else float(cuts[best])


def of_two(probability: Values, positive: NDArray[np.bool_], cut: float, people: Sequence[str]) -> Figures:
    """Return the figures of osteoporosis or not, from probabilities [picture]."""
    weights = once_and_drawn(people)
    found = of_decision(weights, probability >= cut, positive)
    found["auc"] = weighted_auc(weights, positive, probability)
    found["accuracy_at_half"] = accuracy(weights, (probability >= 0.5) == positive)
    return Figures(len(people), len(set(people)), cut, {name: figure(each) for name, each in found.items()})


def of_three(probabilities: Values, classes: NDArray[np.intp], people: Sequence[str]) -> Figures:
    """Return the figures of the likeliest of three classes, from probabilities [picture, class]."""
    weights, decided = once_and_drawn(people), probabilities.argmax(axis=1)
    of_each = []
    for k in range(probabilities.shape[1]):
        found = of_decision(weights, decided == k, classes == k)
        of_each.append(found | {"auc": weighted_auc(weights, classes == k, probabilities[:, k])})
    mean = {name: np.mean([each[name] for each in of_each], axis=0) for name in of_each[0]}
    mean["accuracy"] = accuracy(weights, decided == classes)
    return Figures(len(people), len(set(people)), None, {name: figure(each) for name, each in mean.items()})


def gain(better: Values, base: Values) -> Figure:
    """Return how much one figure exceeds another over the same draws."""
    return figure(better - base)


def accuracy(weights: Values, right: NDArray[np.bool_]) -> Values:
    """Return the share of right answers, [draw]."""
    return weights @ right / weights.sum(axis=1)


def of_decision(
    weights: Values, decided: NDArray[np.bool_], positive: NDArray[np.bool_]
) -> dict[str, Values]:
    """Return the figures of decisions [picture], each [draw]."""
    hit, alarm = weights @ (decided & positive), weights @ (decided & ~positive)
    missed, left = weights @ (~decided & positive), weights @ (~decided & ~positive)
    return {
        "accuracy": (hit + left) / weights.sum(axis=1),
        "sensitivity": _ratio(hit, hit + missed),
        "specificity": _ratio(left, left + alarm),
        "precision": _ratio(hit, hit + alarm),
        "f1": _ratio(2 * hit, 2 * hit + missed + alarm),
    }


def _ratio(part: Values, whole: Values) -> Values:
    """Return part / whole, NaN where there is no whole."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def figure(values: Values) -> Figure:
    """Return the first of [draw], the pictures as they are, with the interval of all other draws."""
    found = interval(values)
    return Figure(None, None, None) if found is None else Figure(found.value, found.low, found.high)
