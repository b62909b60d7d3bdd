"""What the patient form may hold, and how a patient is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.imaging.age import OLDEST_YEARS, birth_date_gives, contradicting, years_between
from desktop.imaging.radiograph import Patient, Sex

WEIGHT_KG = (20.0, 350.0)
HEIGHT_CM = (80.0, 230.0)


@dataclass(frozen=True)
class Fields:
    """What was typed, as text; empty is not known."""

    name: str = ""
    identifier: str = ""
    birth_date: str = ""
    sex: Sex | None = None
    age_years: str = ""
    weight_kg: str = ""
    height_cm: str = ""


@dataclass(frozen=True)
class CheckedForm:
    """The patient that the fields describe, and a sentence by field name for each that makes no sense."""

    patient: Patient
    problems: dict[str, str]


def fields_of(patient: Patient) -> Fields:
    """Return a patient as text for the form."""
    return Fields(
        name=display_name(patient.name) or "",
        identifier=patient.identifier or "",
        birth_date=patient.birth_date or "",
        sex=patient.sex,
        age_years=_text(patient.age_years),
        weight_kg=_text(patient.weight_kg),
        height_cm=_text(patient.height_cm),
    )


def checked(fields: Fields, examined: date) -> CheckedForm:
    """Return the patient of the form; the age at `examined` follows from the birth date where it is given."""
    problems: dict[str, str] = {}
    born = _date(fields.birth_date, examined, problems)
    age = _number(fields.age_years, "age_years", "The age", "years", (0.0, float(OLDEST_YEARS)), problems)
    if age is not None and age != int(age):
        problems["age_years"] = "Enter the age in whole years."
    if born is not None:
        age = _agreed_age(years_between(born, examined), age, problems)
    patient = Patient(
        name=fields.name.strip() or None,
        identifier=fields.identifier.strip() or None,
        birth_date=born.isoformat() if born else None,
        sex=fields.sex,
        age_years=None if age is None else int(age),
        weight_kg=_number(fields.weight_kg, "weight_kg", "The weight", "kg", WEIGHT_KG, problems),
        height_cm=_number(fields.height_cm, "height_cm", "The height", "cm", HEIGHT_CM, problems),
    )
    return CheckedForm(patient, problems)


def display_name(name: str | None) -> str | None:
    """Return a DICOM name such as DOE^JANE as it is read: DOE, JANE."""
    if not name:
        return None
    family, _, rest = name.partition("=")[0].partition("^")
    given = " ".join(part for part in rest.split("^") if part)
    return f"{family}, {given}" if given else family


def patient_line(patient: Patient) -> str:
    """Return sex and age in a few words, naming what is missing."""
    if patient.sex is None and patient.age_years is None:
        return "Sex and age not known"
    sex = {Sex.FEMALE: "Female", Sex.MALE: "Male", None: "Sex not known"}[patient.sex]
    age = "age not known" if patient.age_years is None else f"{patient.age_years} years"
    return f"{sex}, {age}"


def _date(text: str, examined: date, problems: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        born = date.fromisoformat(text.strip())
    except ValueError:
        problems["birth_date"] = "Enter the birth date as year-month-day, such as 1951-03-28."
        return None
    if not 0 <= years_between(born, examined) <= OLDEST_YEARS:
        problems["birth_date"] = f"The birth date must lie 0 to {OLDEST_YEARS} years before the picture."
        return None
    return born


def _agreed_age(from_birth_date: int, typed: float | None, problems: dict[str, str]) -> float:
    if typed is not None and contradicting((typed, from_birth_date)):
        problems["age_years"] = f"{birth_date_gives(from_birth_date)}; correct one of the two."
    return float(from_birth_date)


def _number(
    text: str, field: str, what: str, unit: str, limits: tuple[float, float], problems: dict[str, str]
) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        problems[field] = f"{what} must be a number in {unit}."
        return None
    if not limits[0] <= value <= limits[1]:
        problems[field] = f"{what} must lie between {limits[0]:g} and {limits[1]:g} {unit}."
        return None
    return value


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
