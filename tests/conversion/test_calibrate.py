from __future__ import annotations

import numpy as np
import pytest

from conversion.calibrate import conformal, has_osteoporosis, logistic, probabilities, thresholds
from conversion.errors import ConversionError
from conversion.measure import coverage, precision, rates
from desktop.clinical.lumbar import GROUP
from desktop.findings.outcome import CutOffs


def people(count: int, seed: int, noise: float = 0.06) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    true = random.normal(0.98, 0.14, count)
    return true, true + random.normal(0, noise, count)


def test_intervals_cover_new_people_at_their_level() -> None:
    true, predicted = people(500, 1)
    made = conformal({GROUP: true}, {GROUP: predicted})
    true, predicted = people(20_000, 2)
    assert coverage(true, predicted, made.half_width_g_cm2[GROUP]) == pytest.approx(0.9, abs=0.03)


def test_too_few_people_give_no_interval() -> None:
    true, predicted = people(8, 1)
    with pytest.raises(ConversionError, match="too few"):
        conformal({GROUP: true}, {GROUP: predicted})


def test_the_probability_is_calibrated() -> None:
    true, predicted = people(20_000, 3)
    osteoporosis = has_osteoporosis(true)
    probability = probabilities(predicted, logistic(predicted, osteoporosis))
    for low in (0.1, 0.3, 0.5, 0.7):
        among = (probability >= low) & (probability < low + 0.2)
        assert osteoporosis[among].mean() == pytest.approx(probability[among].mean(), abs=0.06)


def test_cut_offs_hold_on_new_people() -> None:
    true, predicted = people(2_000, 4)
    curve = logistic(predicted, has_osteoporosis(true))
    cut = thresholds(probabilities(predicted, curve), has_osteoporosis(true))
    assert cut.sensitivity_at_lower >= 0.95
    assert cut.sensitivity_at_upper >= 0.5
    true, predicted = people(50_000, 5)
    found = rates(probabilities(predicted, curve), has_osteoporosis(true), CutOffs(cut.lower, cut.upper))
    assert found["sensitivity"] == pytest.approx(0.95, abs=0.03)
    assert found["ppv"] == pytest.approx(cut.ppv_at_upper, abs=0.08)


def test_few_with_osteoporosis_leave_nobody_unflagged() -> None:
    probability = np.linspace(0, 1, 30)
    cut = thresholds(probability, probability > 0.8)
    assert cut.lower == 0.0
    assert cut.ppv_at_upper == 1.0


def test_one_class_alone_is_refused() -> None:
    with pytest.raises(ConversionError, match="with osteoporosis and without"):
        logistic(np.array([1.0, 1.1]), np.array([False, False]))


class Exposure:
    def __init__(self, person: str) -> None:
        self.person, self.bmd_l1_l4_g_cm2 = person, 1.0


def test_precision_is_the_spread_of_repeated_exposures() -> None:
    random = np.random.default_rng(6)
    rows = [Exposure(f"p{k // 2}") for k in range(2_000)]
    found = precision(rows, 1.0 + random.normal(0, 0.02, 2_000))
    assert found.rms_sd_g_cm2 == pytest.approx(0.02, rel=0.1)
    assert found.people == 1_000
    assert precision(rows[::2], np.ones(1_000)).rms_sd_g_cm2 is None
