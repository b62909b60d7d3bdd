"""Weighted r and AUC against scikit-learn's and NumPy's, and persons drawn whole."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.resampling import draws, weighted_auc, weighted_r

pytestmark = pytest.mark.training


def test_ties_count_half() -> None:
    score = np.array([1.0, 2.0, 2.0, 3.0, 3.0, 3.0])
    positive = np.array([False, False, True, True, False, True])
    assert weighted_auc(np.ones((1, 6)), positive, score)[0] == pytest.approx(roc_auc_score(positive, score))


def test_a_weight_of_two_is_the_case_twice() -> None:
    random = np.random.default_rng(1)
    a, b, positive = random.normal(size=9), random.normal(size=9), random.random(9) < 0.5
    weights = random.integers(0, 3, (1, 9)).astype(float)
    drawn = np.repeat(np.arange(9), weights[0].astype(int))
    assert weighted_r(weights, a, b)[0] == pytest.approx(np.corrcoef(a[drawn], b[drawn])[0, 1])
    expected = roc_auc_score(positive[drawn], a[drawn])
    assert weighted_auc(weights, positive, a)[0] == pytest.approx(expected)


def test_a_persons_pictures_are_drawn_together() -> None:
    weights = draws(["a", "b", "a", "c", "b"], 200, 1)
    assert weights.shape == (200, 5)
    assert np.array_equal(weights[:, 0], weights[:, 2])
    assert np.array_equal(weights[:, 1], weights[:, 4])
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()


def test_r_of_a_constant_is_not_defined() -> None:
    assert np.isnan(weighted_r(np.ones((1, 4)), np.full(4, 0.9), np.arange(4.0))[0])
