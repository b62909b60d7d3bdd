"""Which strips are so unlike the training part's that nothing should be learned from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NAMES = ("spread", "contrast", "grain", "white")
FARTHEST = 8.0
"""Robust standard deviations from the median at which a strip becomes an outlier."""
_LEAST_SPREAD = (4.0, 8.0, 0.02, 0.02)
"""By statistic, what one standard deviation is taken to be at least: alike pictures reject no neighbour."""
_OF_MAD = 1.4826

Statistics = NDArray[np.float64]
"""[strip, NAMES]."""


@dataclass(frozen=True)
class Limits:
    """What is usual, by statistic of NAMES; written to config.json."""

    median: tuple[float, ...]
    spread: tuple[float, ...]

    def reasons(self, statistics: Statistics) -> list[str | None]:
        """Return for each strip the statistic by which it is an outlier, None where it is none."""
        distance = np.abs(statistics - np.array(self.median)) / np.array(self.spread)
        farthest = distance.argmax(axis=1)
        return [
            f"outlier by {NAMES[k]}" if row[k] > FARTHEST else None
            for row, k in zip(distance, farthest, strict=True)
        ]


def statistics(strips: NDArray[np.uint8]) -> Statistics:
    """Return [strip, NAMES] of strips uint8 [strip, row, column].

    spread: SD of grey; contrast: mean of the middle half less that of the outer quarters, in grey levels;
    grain: mean step to the right neighbour over the SD; white: share of saturated pixels.
    """
    return np.array([_statistics(np.asarray(strip)) for strip in strips]).reshape(-1, len(NAMES))


def fit_limits(of: Statistics) -> Limits:
    """Return medians and robust SDs (from the median absolute deviation) of the training part's strips."""
    median = np.median(of, axis=0)
    spread = np.maximum(_OF_MAD * np.median(np.abs(of - median), axis=0), _LEAST_SPREAD)
    return Limits(*(tuple(round(float(value), 5) for value in each) for each in (median, spread)))


def _statistics(strip: NDArray[np.uint8]) -> tuple[float, ...]:
    grey = strip.astype(np.float32)
    quarter = grey.shape[1] // 4
    middle, outer = grey[:, quarter:-quarter], np.hstack([grey[:, :quarter], grey[:, -quarter:]])
    spread = float(grey.std())
    steps = float(np.abs(np.diff(grey, axis=1)).mean())
    return spread, float(middle.mean() - outer.mean()), steps / (spread + 1.0), float((strip == 255).mean())
