"""The Gaussian model finds what made the data although part is missing, and its draws keep what is known."""

import numpy as np
import pytest

from training.phantom.people.imputation import Gaussian, condition, fit

COVARIANCE = np.array([[1.0, 0.8, 0.3], [0.8, 1.0, 0.5], [0.3, 0.5, 1.0]])
SLOPES = np.array([[2.0, -1.0, 0.0], [0.5, 0.0, 1.0]])


def _data(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return covariates and measures; the second is missing wherever the first is high."""
    generator = np.random.default_rng(5)
    covariates = np.stack([np.ones(count), generator.standard_normal(count)], axis=1)
    noise = generator.standard_normal((count, 3)) @ np.linalg.cholesky(COVARIANCE).T
    measures = covariates @ SLOPES + noise
    measures[:, 1] = np.where(measures[:, 0] > 2.5, np.nan, measures[:, 1])
    return covariates, measures


def test_fit_undoes_what_missing_by_a_known_measure_distorts() -> None:
    covariates, measures = _data(20_000)
    assert np.nanmean(measures[:, 1]) < -1.2  # what is left is too low: the true mean is -1
    model = fit(covariates, measures)
    assert model.slopes == pytest.approx(SLOPES, abs=0.05)
    assert model.covariance == pytest.approx(COVARIANCE, abs=0.05)


def test_what_is_known_stays_and_only_the_rest_varies() -> None:
    covariates, measures = _data(50)
    given = condition(Gaussian(SLOPES, COVARIANCE), covariates, measures)
    known = ~np.isnan(measures)
    np.testing.assert_allclose(given.mean[known], measures[known])
    assert (given.factor[known] == 0.0).all()
    missing = ~known[:, 1]
    spread = 1.0 - COVARIANCE[1, [0, 2]] @ np.linalg.solve(
        COVARIANCE[np.ix_([0, 2], [0, 2])], COVARIANCE[[0, 2], 1]
    )
    np.testing.assert_allclose(given.factor[missing, 1, 1], np.sqrt(spread))


def test_a_value_far_out_counts_as_three_sd() -> None:
    measures = np.array([[2.0 + 9.0, np.nan, np.nan], [2.0 + 3.0, np.nan, np.nan]])
    given = condition(Gaussian(SLOPES, COVARIANCE), np.array([[1.0, 0.0], [1.0, 0.0]]), measures)
    np.testing.assert_allclose(given.mean[0], given.mean[1])
    assert given.mean[1, 1] == pytest.approx(-1.0 + 3.0 * 0.8)
