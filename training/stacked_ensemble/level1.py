"""Level 1: logistic regression on the members' answers, and what it is compared with."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.stacked_ensemble.settings import CLASSES, MEMBERS, OSTEOPOROSIS

Values = NDArray[np.float64]
Classes = NDArray[np.intp]

INPUTS = tuple(f"{member}_{name}" for member in MEMBERS for name in CLASSES[1:])
"""What level 1 reads: of each member the probabilities of the two lower classes; the third is the rest."""
HIDDEN = 8
"""Units of the shallow network."""
SHRUNK = 3e-3
"""Inverse strength of the ridge on level 1's weights, of 1 to 1e-4 the best by AUC on the tuning part.

Members out of fold learned from fewer people and answer less surely, so weights let free fit those networks.
"""
STRENGTHS = (1.0, 0.1, 0.01, 3e-3, 1e-3, 3e-4, 1e-4)


@dataclass(frozen=True)
class Logistic:
    """A logistic regression on INPUTS: weights [answer][input], constants [answer], means of INPUTS.

    One answer: log odds of osteoporosis; three: logits of CLASSES. Written to stack.json.
    """

    weights: tuple[tuple[float, ...], ...]
    constants: tuple[float, ...]
    means: tuple[float, ...]

    def logits(self, inputs: Values) -> Values:
        """Return [picture, answer] from [picture, INPUTS]."""
        return inputs @ np.array(self.weights).T + np.array(self.constants)

    def probabilities(self, inputs: Values) -> Values:
        """Return [picture] of osteoporosis, or [picture, class]."""
        logits = self.logits(inputs)
        if logits.shape[1] == 1:
            return 1.0 / (1.0 + np.exp(-logits[:, 0]))
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Stack:
    """The meta-models that ship: for osteoporosis or not, and for three classes."""

    two: Logistic
    three: Logistic


@dataclass(frozen=True, eq=False)
class Answer:
    """What one model says of a part: probabilities of osteoporosis, [picture], and of [picture, class]."""

    osteoporosis: Values
    classes: Values


def inputs(members: Mapping[str, Values]) -> Values:
    """Return INPUTS [picture, input] from each member's probabilities [picture, class]."""
    return np.hstack([members[name][:, 1:] for name in MEMBERS])


def fit_stack(out_of_fold: Mapping[str, Values], classes: Classes) -> Stack:
    """Fit both logistic regressions on answers to people whom the members never saw."""
    found = inputs(out_of_fold)
    return Stack(two=_logistic(found, classes == OSTEOPOROSIS), three=_logistic(found, classes))


@dataclass(frozen=True)
class Ridge:
    """How a stack of one inverse strength of its ridge does on the tuning part: AUC and log loss."""

    inverse_strength: float
    auc: float
    log_loss: float


def ridge_study(
    out_of_fold: Mapping[str, Values], classes: Classes, tune: Mapping[str, Values], tune_classes: Classes
) -> list[Ridge]:
    """Return what stacks of each strength that is tried, fitted out of fold, say of the tuning part."""
    positive, found = tune_classes == OSTEOPOROSIS, []
    for strength in STRENGTHS:
        stack = _logistic(inputs(out_of_fold), classes == OSTEOPOROSIS, strength)
        told = stack.probabilities(inputs(tune))
        found.append(Ridge(strength, float(roc_auc_score(positive, told)), float(log_loss(positive, told))))
    return found


def level1(
    stack: Stack,
    out_of_fold: Mapping[str, Values],
    classes: Classes,
    members: Mapping[str, Values],
    seed: int,
) -> dict[str, Answer]:
    """Return the answers to a part of each member, of the stack, and of what else could combine them."""
    answers = {name: Answer(each[:, OSTEOPOROSIS], each) for name, each in members.items()}
    found = inputs(members)
    network = _shallow_network(inputs(out_of_fold), classes, seed, found)
    mean = np.mean([members[name] for name in MEMBERS], axis=0)
    votes = np.eye(len(CLASSES))[np.array([members[name].argmax(axis=1) for name in MEMBERS])].mean(axis=0)
    return answers | {
        "stack": Answer(stack.two.probabilities(found), stack.three.probabilities(found)),
        "shallow_network": Answer(network[:, OSTEOPOROSIS], network),
        "mean_of_members": Answer(mean[:, OSTEOPOROSIS], mean),
        "majority_vote": Answer(votes[:, OSTEOPOROSIS], votes),
    }


def _logistic(found: Values, wanted: NDArray[np.generic], strength: float = SHRUNK) -> Logistic:
    """Fit on standardised inputs, and fold the standardisation into weights and constants."""
    scaler = StandardScaler()
    fitted = LogisticRegression(C=strength, max_iter=2000).fit(scaler.fit_transform(found), wanted)
    weights = fitted.coef_ / scaler.scale_
    constants = fitted.intercept_ - weights @ scaler.mean_
    return Logistic(
        weights=tuple(tuple(map(float, row)) for row in weights),
        constants=tuple(map(float, constants)),
        means=tuple(map(float, found.mean(axis=0))),
    )


def _shallow_network(found: Values, classes: Classes, seed: int, asked: Values) -> Values:
    network = MLPClassifier((HIDDEN,), alpha=1e-2, max_iter=500, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = make_pipeline(StandardScaler(), network).fit(found, classes)
    return fitted.predict_proba(asked)
