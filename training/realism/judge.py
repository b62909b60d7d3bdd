"""A logistic regression as the judge: how well named features tell real pictures from phantoms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

Values = NDArray[np.float64]
RESAMPLES = 2000


@dataclass(frozen=True)
class Difference:
    """One feature: quantiles at 5, 50 and 95 % of real and phantom pictures, largest gap, and its weight."""

    name: str
    real: tuple[float, float, float]
    phantom: tuple[float, float, float]
    gap: float
    weight: float


@dataclass(frozen=True)
class Judgement:
    """How real and phantom pictures are told apart, in 10 folds.

    balanced_accuracy with its 95 % bootstrap interval: 0.5 cannot tell, 1 always can; taken_for_real: the
    share of phantoms named real. differences: the largest gap first.
    """

    real: int
    phantoms: int
    balanced_accuracy: float
    low: float
    high: float
    taken_for_real: float
    differences: tuple[Difference, ...]


def judge(real: Sequence[Mapping[str, float]], phantoms: Sequence[Mapping[str, float]]) -> Judgement:
    """Return the judgement over two lists of features, all with the same names."""
    names = list(real[0])
    features = np.array([[each[name] for name in names] for each in (*real, *phantoms)])
    is_real = np.arange(len(features)) < len(real)
    model = make_pipeline(
        QuantileTransformer(n_quantiles=min(50, len(features) // 2), output_distribution="normal"),
        LogisticRegression(C=0.05, class_weight="balanced", max_iter=2000),
    )
    folds = StratifiedKFold(min(10, len(real)), shuffle=True, random_state=1)
    named = cross_val_predict(model, features, is_real, cv=folds)
    low, high = _interval(named, is_real)
    model.fit(features, is_real)
    differences = [
        _difference(name, features[is_real, k], features[~is_real, k], float(model[-1].coef_[0, k]))
        for k, name in enumerate(names)
    ]
    return Judgement(
        real=len(real),
        phantoms=len(phantoms),
        balanced_accuracy=_balanced(named, is_real),
        low=low,
        high=high,
        taken_for_real=float(named[~is_real].mean()),
        differences=tuple(sorted(differences, key=lambda each: -each.gap)),
    )


def _difference(name: str, real: Values, phantom: Values, weight: float) -> Difference:
    spread = [tuple(float(q) for q in np.percentile(values, [5, 50, 95])) for values in (real, phantom)]
    return Difference(name, spread[0], spread[1], float(ks_2samp(real, phantom).statistic), weight)


def _balanced(named: NDArray[np.bool_], is_real: NDArray[np.bool_]) -> float:
    return float((named[is_real].mean() + (~named[~is_real]).mean()) / 2)


def _interval(named: NDArray[np.bool_], is_real: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the 95 % interval of the balanced accuracy, pictures of each kind drawn again."""
    random = np.random.default_rng(1)
    right = [named[is_real].astype(float), (~named[~is_real]).astype(float)]
    drawn = [random.choice(each, (RESAMPLES, len(each))).mean(axis=1) for each in right]
    low, high = np.percentile((drawn[0] + drawn[1]) / 2, [2.5, 97.5])
    return float(low), float(high)
