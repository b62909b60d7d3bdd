import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from desktop.clinical.reference import default_table
from desktop.findings.result import Interval, NotMeasured
from desktop.imaging.radiograph import Patient, Sex
from desktop.report.curve import PAPER, Curve, build_curve, draw_curve

WOMAN = Patient(sex=Sex.FEMALE, age_years=68)
BMD = {"L1-L4": Interval(0.78, 0.69, 0.87)}


def _drawn(curve: Curve) -> QImage:
    image = QImage(700, 420, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw_curve(painter, QRectF(0, 0, 700, 420), curve)
    painter.end()
    return image


def _count(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_the_marks_of_the_t_score_by_hand() -> None:
    curve = build_curve(WOMAN, BMD, default_table())
    assert curve.t_marks == (pytest.approx((-1.0, 0.958)), pytest.approx((-2.5, 0.799)))
    assert (0, pytest.approx(1.064)) in curve.t_ticks


def test_the_curve_of_women() -> None:
    points = build_curve(WOMAN, BMD, default_table()).points
    assert [(p.age_years, p.mean_g_cm2) for p in points][:1] == [(25.5, 1.064)]
    assert len(points) == 6


def test_below_50_the_t_score_has_no_bands() -> None:
    curve = build_curve(Patient(sex=Sex.FEMALE, age_years=45), BMD, default_table())
    assert curve.t_marks == ()
    assert curve.t_ticks == ()


def test_without_a_sex_the_legend_says_what_is_missing() -> None:
    curve = build_curve(Patient(age_years=60), BMD, default_table())
    assert curve.points == ()
    assert "sex" in curve.legend


@given(st.tuples(*[st.floats(0.2, 2.5)] * 3).map(sorted), st.integers(20, 120))
def test_the_axes_hold_the_patient(parts: list[float], age: int) -> None:
    low, value, high = parts
    curve = build_curve(
        Patient(sex=Sex.MALE, age_years=age), {"L1-L4": Interval(value, low, high)}, default_table()
    )
    assert curve.bmd_g_cm2[0] <= low <= high <= curve.bmd_g_cm2[1]
    assert curve.ages_years[0] <= age <= curve.ages_years[1]


def test_the_patient_is_drawn(qapp: object) -> None:
    with_patient = _drawn(build_curve(WOMAN, BMD, default_table()))
    without = _drawn(build_curve(WOMAN, NotMeasured("The picture was refused."), default_table()))
    assert _count(with_patient, PAPER.patient) > 50
    assert _count(without, PAPER.patient) == 0


def test_a_patient_of_unknown_age_is_a_line_across(qapp: object) -> None:
    assert _count(_drawn(build_curve(Patient(sex=Sex.FEMALE), BMD, default_table())), PAPER.patient) > 400
