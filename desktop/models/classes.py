"""How probable a judge calls each class, which cannot be ruled out, and what its manifest says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from msgspec.structs import force_setattr
from numpy.typing import NDArray

from desktop.findings.result import CLASSES, ClassName
from desktop.models.manifest import Count, FileName, Logistic, Numbers, Share, Strict

_NAMED_BEFORE: Mapping[str, ClassName] = dict(
    zip(("neither", "osteopenia", "osteoporosis"), CLASSES, strict=True)
)
"""What bundles say that were signed before classes were named by their bands."""


class ClassConformal(Strict, frozen=True):
    """By class, how probable it must be so as not to be ruled out, and the pictures of it that set that.

    Of new pictures of each class alike, at least `level` keep it.
    """

    level: Share
    least_probability: Mapping[str, Share]
    pictures: Mapping[str, Count]

    def __post_init__(self) -> None:
        force_setattr(self, "least_probability", _by_band(self.least_probability))
        force_setattr(self, "pictures", _by_band(self.pictures))

    def possible(self, probabilities: Numbers) -> tuple[ClassName, ...]:
        """Return the classes not ruled out, the worst last; the most probable one always is there."""
        least = self.least_probability
        kept = {name for name, each in zip(CLASSES, probabilities, strict=True) if each >= least[name]}
        return tuple(name for name in CLASSES if name in kept | {CLASSES[int(probabilities.argmax())]})


class ClassGolden(Strict, frozen=True):
    """A small 8-bit picture in the bundle and what the shipped graph said of it: probability by class."""

    file: FileName
    expected: Mapping[str, Share]

    def __post_init__(self) -> None:
        force_setattr(self, "expected", _by_band(self.expected))

    @property
    def numbers(self) -> Numbers:
        """The probabilities in the order of CLASSES; a missing class is NaN."""
        return np.array([self.expected.get(name, np.nan) for name in CLASSES])


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


_Value = TypeVar("_Value")


def _by_band(values: Mapping[str, _Value]) -> dict[str, _Value]:
    return {_NAMED_BEFORE.get(name, name): value for name, value in values.items()}
