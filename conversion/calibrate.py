"""What is set on the calibrate split with the shipped graph's answers: intervals, probability, cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from conversion.errors import ConversionError
from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import default_table
from desktop.clinical.scores import OSTEOPOROSIS_T, t_score_bmd
from desktop.models.manifest import Conformal, Logistic, Thresholds

Values = NDArray[np.float64]
Truths = NDArray[np.bool_]

LEVEL = 0.9
SENSITIVITY = 0.95
FLAGGED_AT_LEAST = 0.5
"""The share of those with osteoporosis whom the upper cut-off flags; of all such cuts, the best PPV."""


def has_osteoporosis(bmd_l1_l4_g_cm2: Values) -> Truths:
    """Return where a true L1-L4 BMD has a T-score of -2.5 or below, by the default table."""
    return bmd_l1_l4_g_cm2 <= t_score_bmd(OSTEOPOROSIS_T, default_table())


def conformal(true: Mapping[str, Values], predicted: Mapping[str, Values], level: float = LEVEL) -> Conformal:
    """Return split-conformal half widths by site: a new picture of the same kind is covered with `level`."""
    count = len(true[GROUP])
    rank = ceil((count + 1) * level)
    if rank > count:
        raise ConversionError(f"{count} pictures to calibrate on are too few for {level:.0%}: add persons.")
    errors = {site: np.sort(np.abs(true[site] - predicted[site])) for site in true}
    halves = {site: round(float(each[rank - 1]), 5) for site, each in errors.items()}
    return Conformal(level=level, half_width_g_cm2=halves, pictures=count)


def logistic(predicted_g_cm2: Values, osteoporosis: Truths) -> Logistic:
    """Return the logistic curve of osteoporosis over predicted L1-L4 BMD, by maximum likelihood."""
    from sklearn.linear_model import LogisticRegression

    if osteoporosis.all() or not osteoporosis.any():
        raise ConversionError("The calibrate split needs people with osteoporosis and without: add persons.")
    mean, spread = float(predicted_g_cm2.mean()), float(predicted_g_cm2.std()) or 1.0
    fitted = LogisticRegression(C=1e3).fit(((predicted_g_cm2 - mean) / spread)[:, None], osteoporosis)
    slope = float(fitted.coef_[0, 0]) / spread
    return Logistic(intercept=round(float(fitted.intercept_[0]) - slope * mean, 6), slope=round(slope, 6))


def probabilities(predicted_g_cm2: Values, curve: Logistic) -> Values:
    """Return the calibrated probability of osteoporosis of each picture."""
    logits = curve.intercept + curve.slope * predicted_g_cm2
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -700, 700)))


def thresholds(probability: Values, osteoporosis: Truths) -> Thresholds:
    """Return both cut-offs, as clinical.md sets them, at the prevalence of these pictures.

    lower: of people with osteoporosis, new ones too, at most 5 % are expected below it.
    upper: above it lies the highest PPV with which half of those with osteoporosis are still flagged.
    """
    ill = np.sort(probability[osteoporosis])
    missed = floor((1 - SENSITIVITY) * (len(ill) + 1))
    lower = float(ill[missed - 1]) if missed else 0.0
    upper = max(lower, _cut_of_best_ppv(probability, osteoporosis))
    flagged = probability > upper
    return Thresholds(
        lower=lower,
        upper=upper,
        sensitivity_at_lower=float((ill >= lower).mean()),
        ppv_at_upper=float(osteoporosis[flagged].mean()) if flagged.any() else 0.0,
        sensitivity_at_upper=float((ill > upper).mean()),
        prevalence=float(osteoporosis.mean()),
        pictures=len(probability),
    )


def _cut_of_best_ppv(probability: Values, osteoporosis: Truths) -> float:
    """Return the cut, halfway between two pictures, of the best PPV among those that flag enough people."""
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(osteoporosis[order])
    ppv = hits / np.arange(1, len(hits) + 1)
    next_lower = np.append(probability[order][1:], 0.0)
    enough = (hits >= FLAGGED_AT_LEAST * hits[-1]) & (next_lower < probability[order])
    best = int(np.argmax(np.where(enough, ppv, -1.0)))
    return float((probability[order][best] + next_lower[best]) / 2)
