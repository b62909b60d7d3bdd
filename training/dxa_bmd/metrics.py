"""How far predicted BMD lies from the truth: the study's figures, with intervals, and Bland-Altman."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from training.resampling import draws, weighted_r

Values = NDArray[np.float64]
RESAMPLES = 2000


@dataclass(frozen=True)
class Agreement:
    """Predicted against true BMD; in percent, each error is divided by its own true value.

    STD of AE is the standard deviation of the absolute errors. r_low and r_high are the bootstrap's 95 %
    interval over persons; r and what hangs on it are None where predictions or truths are all the same.
    Bland-Altman: bias is the mean of predicted - true, the limits lie 1.96 SD below and above, and slope
    is the change of that difference with the mean of the two.
    """

    count: int
    people: int
    mae_percent: float
    std_ae_percent: float
    mae_g_cm2: float
    std_ae_g_cm2: float
    r: float | None
    r_low: float | None
    r_high: float | None
    p: float | None
    bias_g_cm2: float
    limit_low_g_cm2: float
    limit_high_g_cm2: float
    slope: float | None


def agreement(true: Values, predicted: Values, people: Sequence[str], seed: int = 1) -> Agreement:
    """Compare predictions with truths, both g/cm2 [picture], one entry of `people` a picture."""
    true, predicted = np.asarray(true, dtype=float), np.asarray(predicted, dtype=float)
    difference = predicted - true
    absolute, percent = np.abs(difference), 100 * np.abs(difference) / true
    spread = 1.96 * float(difference.std(ddof=1)) if len(difference) > 1 else 0.0
    r, p, low, high = _correlation(true, predicted, people, seed)
    bias = float(difference.mean())
    return Agreement(
        count=len(true),
        people=len(set(people)),
        mae_percent=float(percent.mean()),
        std_ae_percent=float(percent.std()),
        mae_g_cm2=float(absolute.mean()),
        std_ae_g_cm2=float(absolute.std()),
        r=r,
        r_low=low,
        r_high=high,
        p=p,
        bias_g_cm2=bias,
        limit_low_g_cm2=bias - spread,
        limit_high_g_cm2=bias + spread,
        slope=_slope((true + predicted) / 2, difference),
    )


def pearson(a: Values, b: Values) -> float | None:
    """Return Pearson's r, None where it is not defined."""
    if len(a) < 3 or np.ptp(a) < 1e-9 or np.ptp(b) < 1e-9:
        return None
    return float(stats.pearsonr(a, b).statistic)


def bootstrap_r(a: Values, b: Values, people: Sequence[str], seed: int = 1) -> tuple[float, float]:
    """Return the 95 % interval of Pearson's r when persons, with all their pictures, are drawn anew."""
    r = weighted_r(draws(people, RESAMPLES, seed), a, b)
    low, high = np.nanpercentile(r, [2.5, 97.5])
    return float(low), float(high)


def bootstrap_r_gain(
    true: Values, better: Values, base: Values, people: Sequence[str], seed: int = 1
) -> tuple[float, float, float]:
    """Return by how much r of `better` exceeds r of `base`, with the 95 % interval over persons."""
    weights = draws(people, RESAMPLES, seed)
    gains = weighted_r(weights, true, better) - weighted_r(weights, true, base)
    low, high = np.nanpercentile(gains, [2.5, 97.5])
    return (pearson(true, better) or 0.0) - (pearson(true, base) or 0.0), float(low), float(high)


def _correlation(
    true: Values, predicted: Values, people: Sequence[str], seed: int
) -> tuple[float | None, float | None, float | None, float | None]:
    r = pearson(true, predicted)
    if r is None:
        return None, None, None, None
    return r, float(stats.pearsonr(true, predicted).pvalue), *bootstrap_r(true, predicted, people, seed)


def _slope(of: Values, difference: Values) -> float | None:
    return None if len(of) < 3 or np.ptp(of) < 1e-9 else float(np.polyfit(of, difference, 1)[0])
