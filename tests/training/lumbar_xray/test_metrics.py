"""The figures, on answers whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from training.lumbar_xray.metrics import auc_gain, scores


def _two(last: list[float]) -> np.ndarray:
    return np.column_stack([1 - np.array(last), last])


def test_figures_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(2)
    true = random.integers(0, 2, 200)
    found = _two((0.4 * true + 0.6 * random.random(200)).tolist())
    told, people = found.argmax(axis=1), [str(k) for k in range(200)]
    got = scores(true, found, people)
    assert got.accuracy is not None
    assert got.accuracy.value == pytest.approx((true == told).mean())
    for mine, reference in (
        (got.precision, precision_score(true, told)),
        (got.recall, recall_score(true, told)),
        (got.f1, f1_score(true, told)),
        (got.auc, roc_auc_score(true, found[:, 1])),
    ):
        assert mine is not None
        assert mine.value == pytest.approx(reference)
        assert mine.low < mine.value < mine.high
    assert np.trace(got.confusion) == (true == told).sum()
    assert (got.count, got.positives) == (200, true.sum())


def test_with_three_classes_osteoporosis_stands_against_the_rest() -> None:
    true = np.array([0, 1, 2, 2, 1])
    found = np.array([[0.8, 0.1, 0.1], [0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.1, 0.6, 0.3], [0.0, 0.1, 0.9]])
    got = scores(true, found, list("abcde"))
    assert got.confusion == [[1, 0, 0], [1, 0, 1], [0, 1, 1]]
    assert got.accuracy is not None
    assert got.accuracy.value == pytest.approx(2 / 5)
    assert got.recall is not None
    assert got.recall.value == got.precision.value == pytest.approx(1 / 2)
    assert got.auc is not None
    assert got.auc.value == pytest.approx(4 / 6)


def test_what_is_not_defined_is_none() -> None:
    got = scores(np.zeros(4, np.intp), _two([0.1, 0.2, 0.3, 0.4]), list("abcd"))
    assert got.auc is got.recall is got.precision is None
    assert got.accuracy is not None


def test_pictures_of_one_person_widen_the_interval() -> None:
    random = np.random.default_rng(4)
    true = np.repeat(random.integers(0, 2, 30), 8)
    found = _two(np.repeat(random.random(30), 8).tolist())
    alone = scores(true, found, [str(k) for k in range(240)]).auc
    together = scores(true, found, [str(k // 8) for k in range(240)]).auc
    assert alone is not None
    assert together is not None
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_the_gain_of_the_same_score_is_nothing() -> None:
    random = np.random.default_rng(5)
    positive, score = random.random(60) < 0.4, random.random(60)
    people = [str(k) for k in range(60)]
    gain = auc_gain(positive, score, score, people)
    assert gain is not None
    assert (gain.value, gain.low, gain.high) == (0.0, 0.0, 0.0)
    better = auc_gain(positive, positive.astype(float), score, people)
    assert better is not None
    assert better.low > 0.0
