"""Fits a Gaussian model of several measures of which some are missing, and draws the missing ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_ROUNDS = 500
_TOLERANCE = 1e-7
_MOST_EVIDENCE_SD = 3.0


@dataclass(frozen=True)
class Gaussian:
    """Measures given covariates: mean `covariates @ slopes` [covariate, measure], `covariance` around it."""

    slopes: Floats
    covariance: Floats


@dataclass(frozen=True)
class Conditional:
    """Each person's measures given the known ones: `mean` [person, measure], a factor of the covariance.

    `factor` is [person, measure, measure], lower triangular and zero in the rows of known measures, so that
    `mean + factor @ z` with standard normal z is a draw that keeps what is known.
    """

    mean: Floats
    factor: Floats


def fit(covariates: Floats, measures: Floats) -> Gaussian:
    """Fit by expectation-maximisation; `measures` [person, measure] has NaN where a value is missing.

    The estimate is the most likely one if what is missing depends on covariates and known measures only.
    """
    model = Gaussian(_start_slopes(covariates, measures), np.diag(np.nanvar(measures, axis=0)))
    for _ in range(_MOST_ROUNDS):
        before = model
        model = _round(model, covariates, measures)
        if np.abs(model.covariance - before.covariance).max() < _TOLERANCE:
            break
    return model


def condition(model: Gaussian, covariates: Floats, measures: Floats) -> Conditional:
    """Return the distribution of everyone's measures given the known ones.

    A known measure beyond three SD counts as three: one sclerotic vertebra says little of its neighbours.
    """
    measures = _within(model, covariates, measures)
    mean, factor = measures.copy(), np.zeros((*measures.shape, measures.shape[1]))
    for people, known, filled, covariance in _patterns(model, covariates, measures):
        missing = np.flatnonzero(~known)
        mean[np.ix_(people, missing)] = filled
        factor[np.ix_(people, missing, missing)] = np.linalg.cholesky(covariance)
    return Conditional(mean, factor)


def _within(model: Gaussian, covariates: Floats, measures: Floats) -> Floats:
    expected, reach = covariates @ model.slopes, _MOST_EVIDENCE_SD * np.sqrt(np.diag(model.covariance))
    return np.clip(measures, expected - reach, expected + reach)


def _start_slopes(covariates: Floats, measures: Floats) -> Floats:
    columns = []
    for column in measures.T:
        known = ~np.isnan(column)
        columns.append(np.linalg.lstsq(covariates[known], column[known], rcond=None)[0])
    return np.stack(columns, axis=1)


def _round(model: Gaussian, covariates: Floats, measures: Floats) -> Gaussian:
    completed, spread = measures.copy(), np.zeros_like(model.covariance)
    for people, known, filled, covariance in _patterns(model, covariates, measures):
        missing = np.flatnonzero(~known)
        completed[np.ix_(people, missing)] = filled
        spread[np.ix_(missing, missing)] += len(people) * covariance
    slopes = np.linalg.lstsq(covariates, completed, rcond=None)[0]
    residual = completed - covariates @ slopes
    return Gaussian(slopes, (residual.T @ residual + spread) / len(measures))


def _patterns(
    model: Gaussian, covariates: Floats, measures: Floats
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.bool_], Floats, Floats]]:
    """Yield people who miss the same measures, which are known, means of the missing, their covariance."""
    patterns, of_person = np.unique(~np.isnan(measures), axis=0, return_inverse=True)
    for index, known in enumerate(patterns):
        if known.all():
            continue
        people = np.flatnonzero(of_person == index)
        expected = covariates[people] @ model.slopes
        cross = model.covariance[np.ix_(~known, known)]
        gain = np.linalg.solve(model.covariance[np.ix_(known, known)], cross.T).T
        filled = expected[:, ~known] + (measures[people][:, known] - expected[:, known]) @ gain.T
        yield people, known, filled, model.covariance[np.ix_(~known, ~known)] - gain @ cross.T
