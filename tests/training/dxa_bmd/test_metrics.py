from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from training.dxa_bmd.metrics import agreement, bootstrap_r, bootstrap_r_gain, pearson

pytestmark = pytest.mark.training


def test_figures_by_hand() -> None:
    true = np.array([0.5, 1.0, 1.25, 0.8])
    predicted = np.array([0.6, 0.9, 1.25, 1.0])
    found = agreement(true, predicted, ["a", "b", "c", "d"])
    # |error| / true: 0.2, 0.1, 0, 0.25
    assert found.mae_percent == pytest.approx(13.75)
    assert found.std_ae_percent == pytest.approx(100 * np.std([0.2, 0.1, 0, 0.25]))
    assert found.mae_g_cm2 == pytest.approx(0.1)
    assert found.std_ae_g_cm2 == pytest.approx(np.sqrt((0 + 0 + 0.01 + 0.01) / 4))
    assert found.bias_g_cm2 == pytest.approx(0.05)
    spread = 1.96 * np.sqrt((0.05**2 + 0.15**2 + 0.05**2 + 0.15**2) / 3)
    assert found.limit_low_g_cm2 == pytest.approx(0.05 - spread)
    assert found.limit_high_g_cm2 == pytest.approx(0.05 + spread)
    assert found.r == pytest.approx(np.corrcoef(true, predicted)[0, 1])
    assert found.p == pytest.approx(stats.pearsonr(true, predicted).pvalue)
    assert (found.count, found.people) == (4, 4)


def test_one_answer_for_all_has_no_correlation() -> None:
    found = agreement(np.array([0.8, 0.9, 1.0]), np.full(3, 0.9), ["a", "b", "c"])
    assert (found.r, found.r_low, found.r_high, found.p) == (None, None, None, None)


def test_the_bootstrap_meets_fisher() -> None:
    random = np.random.default_rng(2)
    true = random.normal(1, 0.15, 1000)
    predicted = true + random.normal(0, 0.1, 1000)
    low, high = bootstrap_r(true, predicted, [str(k) for k in range(1000)])
    centre, half = np.arctanh(pearson(true, predicted)), 1.96 / np.sqrt(997)
    assert (low, high) == pytest.approx((np.tanh(centre - half), np.tanh(centre + half)), abs=0.006)


def test_pictures_of_one_person_do_not_narrow_the_interval() -> None:
    random = np.random.default_rng(2)
    true = random.normal(1, 0.15, 100)
    predicted = true + random.normal(0, 0.1, 100)
    people = [str(k) for k in range(100)]
    once = bootstrap_r(true, predicted, people)
    five = bootstrap_r(np.repeat(true, 5), np.repeat(predicted, 5), np.repeat(people, 5).tolist())
    assert five == pytest.approx(once, abs=1e-9)


def test_the_gain_in_r_has_an_interval_over_persons() -> None:
    random = np.random.default_rng(2)
    true = random.normal(1, 0.15, 500)
    better, base = true + random.normal(0, 0.05, 500), true + random.normal(0, 0.2, 500)
    gain, low, high = bootstrap_r_gain(true, better, base, [str(k) for k in range(500)])
    assert gain == pytest.approx(pearson(true, better) - pearson(true, base))
    assert 0 < low < gain < high
