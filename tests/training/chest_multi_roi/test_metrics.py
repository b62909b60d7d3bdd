"""The study's figures against scikit-learn's and NumPy's, and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from desktop.clinical.reference import default_table
from desktop.clinical.scores import t_score
from training.chest_multi_roi.landmark_stage import errors
from training.chest_multi_roi.metrics import scores

pytestmark = pytest.mark.training


def _bmd(count: int = 200) -> tuple[np.ndarray, np.ndarray, list[str]]:
    random = np.random.default_rng(3)
    true = random.normal(0.85, 0.15, (count, 1)) + random.normal(0, 0.03, (count, 4))
    return true, true + random.normal(0, 0.1, (count, 4)), [f"p{k // 2}" for k in range(count)]


def test_r_and_auc_are_the_textbooks() -> None:
    true, predicted, people = _bmd()
    table = default_table()
    found = scores(true, predicted, people, table)
    for k, site in enumerate(("L1", "L2", "L3", "L4")):
        low = np.array([t_score(value, site, table) < -2.5 for value in true[:, k]])
        assert found[site].r.value == pytest.approx(np.corrcoef(true[:, k], predicted[:, k])[0, 1])
        assert found[site].auc.value == pytest.approx(roc_auc_score(low, -predicted[:, k]))
        assert found[site].positives == low.sum()
    assert found["mean"].r.value == pytest.approx(np.mean([found[f"L{k}"].r.value for k in (1, 2, 3, 4)]))


def test_the_interval_holds_the_value_and_widens_with_fewer_people() -> None:
    true, predicted, people = _bmd()
    many = scores(true, predicted, people, default_table())["mean"].r
    few = scores(true[:40], predicted[:40], people[:40], default_table())["mean"].r
    assert many.low < many.value < many.high
    assert few.high - few.low > many.high - many.low


def test_what_is_not_defined_is_none() -> None:
    true = np.full((10, 4), 1.2) + np.arange(10)[:, None] * 0.001
    found = scores(true, np.ones((10, 4)), [str(k) for k in range(10)], default_table())["L1"]
    assert found.r is None
    assert found.auc is None
    assert found.positives == 0


def test_landmark_errors_are_in_mm_where_spacing_is_known() -> None:
    shares = np.array([[0.01, 0.03], [0.02, 0.02]])
    found = errors(shares, np.array([400.0, np.nan]))
    assert found.mean_mm == pytest.approx(8.0)
    assert found.mean_percent == pytest.approx(2.0)
    assert errors(shares, np.full(2, np.nan)).mean_mm is None
    unknown = errors(np.array([[0.01, np.nan]]), np.array([400.0]))
    assert (unknown.count, unknown.mean_mm) == (1, pytest.approx(4.0))
