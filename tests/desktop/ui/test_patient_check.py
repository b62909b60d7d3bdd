"""What the patient form takes, and what it refuses."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.imaging.radiograph import Patient, Sex
from desktop.ui.patient_check import Fields, checked, display_name, fields_of, patient_line

EXAMINED = date(2024, 11, 20)
ANNA = Patient("TEST^ANNA", "PH-0001", "1953-05-02", Sex.FEMALE, 71, 61.5, 160.0)


def test_a_patient_goes_through_the_form_unchanged() -> None:
    form = checked(fields_of(ANNA), EXAMINED)
    assert form.problems == {}
    assert form.patient == replace(ANNA, name="TEST, ANNA")


def test_an_empty_form_knows_nothing_and_is_right() -> None:
    assert checked(Fields(), EXAMINED).patient == Patient()
    assert checked(Fields(), EXAMINED).problems == {}


def test_the_age_follows_from_the_birth_date() -> None:
    assert checked(Fields(birth_date="1953-11-20"), EXAMINED).patient.age_years == 71
    assert checked(Fields(birth_date="1953-11-21"), EXAMINED).patient.age_years == 70


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (Fields(birth_date="1953"), "birth_date"),
        (Fields(birth_date="02.05.1953"), "birth_date"),
        (Fields(birth_date="2030-01-01"), "birth_date"),
        (Fields(birth_date="1850-01-01"), "birth_date"),
        (Fields(age_years="old"), "age_years"),
        (Fields(age_years="-3"), "age_years"),
        (Fields(age_years="71.5"), "age_years"),
        (Fields(age_years="nan"), "age_years"),
        (Fields(birth_date="1953-05-02", age_years="50"), "age_years"),
        (Fields(weight_kg="900"), "weight_kg"),
        (Fields(height_cm="1.60"), "height_cm"),
        (Fields(height_cm="inf"), "height_cm"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(fields: Fields, wrong: str) -> None:
    assert list(checked(fields, EXAMINED).problems) == [wrong]


def test_a_decimal_comma_is_a_decimal_point() -> None:
    assert checked(Fields(weight_kg=" 61,5 "), EXAMINED).patient.weight_kg == 61.5


def test_names_and_lines_read_as_people_write_them() -> None:
    assert display_name("DOE^JANE^M") == "DOE, JANE M"
    assert display_name("Yamada^Tarou=山田^太郎") == "Yamada, Tarou"
    assert display_name(None) is None
    assert patient_line(ANNA) == "Female, 71 years"
    assert patient_line(Patient(sex=Sex.MALE)) == "Male, age not known"
    assert patient_line(Patient()) == "Sex and age not known"
