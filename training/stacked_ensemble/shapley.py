"""Shapley values of members and of kinds of features: how much each moved one patient's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from training.stacked_ensemble.level1 import Logistic
from training.stacked_ensemble.settings import MEMBERS

Values = NDArray[np.float64]


def of_members(stack: Logistic, inputs: Values) -> dict[str, Values]:
    """Return what each member adds to the log odds of osteoporosis, [picture], from [picture, INPUTS].

    Exact: in a linear model they are weight x (value - mean) (Lundberg and Lee, 2017, corollary 1). Their
    sum is the log odds less those at the training part's mean answers.
    """
    (weights,) = stack.weights
    parts = np.array(weights) * (inputs - np.array(stack.means))
    of_each = parts.reshape(len(inputs), len(MEMBERS), -1).sum(axis=2)
    return {name: of_each[:, k] for k, name in enumerate(MEMBERS)}


def of_groups(
    answer: Callable[[Values], Values],
    patient: Values,
    background: Values,
    groups: Mapping[str, NDArray[np.intp]],
) -> dict[str, float]:
    """Return what each group of features adds to one patient's answer, exact over all coalitions.

    answer: [row, feature] to [row]; patient: [feature]; background: [row, feature] of other people, from
    whom a group takes its values where it is not in a coalition (interventional; Janzing, 2020). The values
    sum to the patient's answer less the mean answer to the background. Time doubles with each group.
    """
    worth = {
        coalition: float(answer(_mixed(patient, background, coalition, groups)).mean())
        for size in range(len(groups) + 1)
        for coalition in combinations(groups, size)
    }
    return {name: _value(name, tuple(groups), worth) for name in groups}


def _mixed(
    patient: Values,
    background: Values,
    coalition: tuple[str, ...],
    groups: Mapping[str, NDArray[np.intp]],
) -> Values:
    mixed = background.copy()
    for name in coalition:
        mixed[:, groups[name]] = patient[groups[name]]
    return mixed


def _value(name: str, names: tuple[str, ...], worth: Mapping[tuple[str, ...], float]) -> float:
    others = [other for other in names if other != name]
    total = 0.0
    for size in range(len(names)):
        share = factorial(size) * factorial(len(others) - size) / factorial(len(names))
        for coalition in combinations(others, size):
            joined = tuple(each for each in names if each in (*coalition, name))
            total += share * (worth[joined] - worth[coalition])
    return total
