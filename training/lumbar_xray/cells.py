"""What stands in the cells of the study's tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.resampling import Interval

NONE = "-"


def spread(found: Sequence[Interval | None]) -> str:
    """Return mean ± SD, lowest to highest, of several seeds' estimates."""
    values = np.array([each.value for each in found if each is not None])
    if not len(values):
        return NONE
    sd = f" ± {values.std(ddof=1):.2f}" if len(values) > 1 else ""
    return f"{values.mean():.2f}{sd} ({values.min():.2f} to {values.max():.2f})"


def with_interval(found: Interval | None, signed: bool = False) -> str:
    """Return an estimate with its interval."""
    sign = "+" if signed else ""
    if found is None:
        return NONE
    return f"{found.value:{sign}.3f} ({found.low:{sign}.3f} to {found.high:{sign}.3f})"


def estimate(found: Interval | None) -> str:
    """Return an estimate alone."""
    return NONE if found is None else f"{found.value:.3f}"


def number(value: float | None) -> str:
    """Return a number of two places."""
    return NONE if value is None else f"{value:.2f}"


def p_value(value: float | None) -> str:
    """Return the p of a test."""
    return NONE if value is None else ("< 0.001" if value < 0.001 else f"{value:.3f}")
