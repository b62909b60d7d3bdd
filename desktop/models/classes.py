"""The three classes by T-score that a judge tells, how probable each is, and which cannot be ruled out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from desktop.models.manifest import Count, Logistic, Numbers, Share, Strict

CLASSES = ("neither", "osteopenia", "osteoporosis")
"""By T-score: above -1, between, -2.5 and below; in the order of every judge's answers."""


class ClassConformal(Strict, frozen=True):
    """By class, how probable it must be so as not to be ruled out, and the pictures of it that set that.

    Of new pictures of each class alike, at least `level` keep it.
    """

    level: Share
    least_probability: Mapping[str, Share]
    pictures: Mapping[str, Count]

    def possible(self, probabilities: Numbers) -> tuple[str, ...]:
        """Return the classes not ruled out, the worst last; the most probable one always is there."""
        least = self.least_probability
        kept = {name for name, each in zip(CLASSES, probabilities, strict=True) if each >= least[name]}
        return tuple(name for name in CLASSES if name in kept | {CLASSES[int(probabilities.argmax())]})


class ClassMetrics(Strict, frozen=True):
    """How one form of the model does on the test split, the whole way on its own.

    auc: of osteoporosis against the others; accuracy: of three classes; brier: mean squared error of the
    probability of osteoporosis; mean_change: of that probability, against the framework's.
    """

    pictures: Count
    auc: Share | None
    accuracy: Share
    brier: Share
    mean_change: float | None = None


def calibrated(
    osteoporosis: Numbers | NDArray[np.float32],
    osteopenia: Numbers | NDArray[np.float32],
    curves: tuple[Logistic, Logistic],
) -> Numbers:
    """Return probabilities [..., class] from log odds [...].

    Those of osteoporosis against the others, and of osteopenia among those others; a curve for each.
    """
    with_it, low = (
        _share(curve, odds) for curve, odds in zip(curves, (osteoporosis, osteopenia), strict=True)
    )
    return np.stack([(1 - with_it) * (1 - low), (1 - with_it) * low, with_it], axis=-1)


def _share(curve: Logistic, odds: Numbers | NDArray[np.float32]) -> Numbers:
    logit = curve.intercept + curve.slope * np.asarray(odds, np.float64)
    shares: Numbers = 1.0 / (1.0 + np.exp(-np.clip(logit, -500.0, 500.0)))
    return shares
