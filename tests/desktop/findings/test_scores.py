import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.clinical.reference import default_table
from desktop.findings.result import Interval, NotMeasured
from desktop.findings.scores import score
from desktop.imaging.radiograph import Patient, Sex

BMD = {"L1": Interval(0.75, 0.65, 0.85), "L1-L4": Interval(0.80, 0.72, 0.88)}


def test_a_woman_of_65() -> None:
    scores = score(BMD, Patient(sex=Sex.FEMALE, age_years=65), default_table())
    assert scores.kind == "T"
    assert isinstance(scores.t_score, dict)
    assert isinstance(scores.z_score, dict)
    assert round(scores.t_score["L1-L4"].value, 2) == -2.49
    assert scores.t_score["L1-L4"].low == pytest.approx((0.72 - 1.064) / 0.106)
    assert scores.z_score["L1-L4"].high == pytest.approx((0.88 - 0.952) / 0.142)
    assert scores.not_measured == {"z_score.L1": "The reference table has ages for L1-L4 only."}
    assert scores.warnings == ()


def test_below_50_there_is_no_t_score() -> None:
    scores = score(BMD, Patient(sex=Sex.MALE, age_years=45), default_table())
    assert scores.kind == "Z"
    assert isinstance(scores.t_score, NotMeasured)
    assert scores.not_measured["t_score"] == scores.t_score.reason


def test_without_a_patient_the_reason_stands_in_for_the_z_score() -> None:
    scores = score(BMD, Patient(), default_table())
    assert isinstance(scores.t_score, dict)
    assert scores.z_score == NotMeasured("A Z-score needs the patient's sex and age.")
    assert len(scores.warnings) == 1


@given(st.tuples(*[st.floats(0.3, 1.8)] * 3).map(sorted), st.integers(50, 80), st.sampled_from(list(Sex)))
def test_intervals_keep_their_order(parts: list[float], age: int, sex: Sex) -> None:
    low, value, high = parts
    scores = score({"L1-L4": Interval(value, low, high)}, Patient(sex=sex, age_years=age), default_table())
    for field in (scores.t_score, scores.z_score):
        assert isinstance(field, dict)
        assert field["L1-L4"].low <= field["L1-L4"].value <= field["L1-L4"].high
