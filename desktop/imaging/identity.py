"""Who a DICOM picture shows and when it was taken."""

from __future__ import annotations

import re
from datetime import date

from pydicom.dataset import Dataset

from desktop.imaging import attributes
from desktop.imaging.age import OLDEST_YEARS, contradicting, years_between
from desktop.imaging.radiograph import Patient, Sex

_PER_YEAR = {"Y": 1.0, "M": 12.0, "W": 52.1775, "D": 365.2425}
_PLAUSIBLE_KG = (2.0, 500.0)
_PLAUSIBLE_CM = (30.0, 260.0)
_STUDY_DATES = ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate")


def stated_patient(dataset: Dataset) -> Patient:
    """Return the patient as far as the tags make sense; age falls back on birth and study date.

    Where the two contradict each other the age is not known.
    """
    born = _date(dataset, "PatientBirthDate")
    ages = _stated_ages(dataset)
    return Patient(
        name=_name(attributes.text(dataset, "PatientName")),
        identifier=attributes.text(dataset, "PatientID") or None,
        birth_date=born.isoformat() if born else None,
        sex=_sex(attributes.text(dataset, "PatientSex")),
        age_years=ages[0] if ages and not contradicting(ages) else None,
        weight_kg=_within(attributes.number(dataset, "PatientWeight"), _PLAUSIBLE_KG),
        height_cm=_height_cm(attributes.number(dataset, "PatientSize")),
    )


def stated_study_date(dataset: Dataset) -> str | None:
    """Return the study's date as ISO 8601, from the first date tag that holds a real date."""
    found = _study_date(dataset)
    return found.isoformat() if found else None


def contested_ages(dataset: Dataset) -> tuple[int, ...]:
    """Return the ages by tag and by birth date where they contradict each other, else ()."""
    ages = _stated_ages(dataset)
    return ages if contradicting(ages) else ()


def _study_date(dataset: Dataset) -> date | None:
    dates = (_date(dataset, keyword) for keyword in _STUDY_DATES)
    return next((found for found in dates if found), None)


def _date(dataset: Dataset, keyword: str) -> date | None:
    match = re.fullmatch(r"(\d{4})[.\-]?(\d\d)[.\-]?(\d\d).*", attributes.text(dataset, keyword))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _name(person_name: str) -> str | None:
    alphabetic = next((group for group in person_name.split("=") if group.strip("^ ")), "")
    family, *others = (part.strip() for part in alphabetic.split("^"))
    given = " ".join(part for part in others if part)
    return ", ".join(part for part in (family, given) if part) or None


def _sex(code: str) -> Sex | None:
    return {"F": Sex.FEMALE, "M": Sex.MALE}.get(code.upper())


def _stated_ages(dataset: Dataset) -> tuple[int, ...]:
    """Return the ages by tag and by birth and study date, of these what makes sense.

    An age of 0 beside a birth date is a device's placeholder.
    """
    match = re.fullmatch(r"(\d{1,3})([YMWD])", attributes.text(dataset, "PatientAge").upper())
    born, taken = _date(dataset, "PatientBirthDate"), _study_date(dataset)
    tagged = int(int(match[1]) / _PER_YEAR[match[2]]) if match else None
    from_birth_date = years_between(born, taken) if born and taken else None
    placeholder = match is not None and int(match[1]) == 0 and from_birth_date is not None
    ages = (None if placeholder else tagged, from_birth_date)
    return tuple(years for years in ages if years is not None and 0 <= years <= OLDEST_YEARS)


def _within(value: float | None, plausible: tuple[float, float]) -> float | None:
    return value if value is not None and plausible[0] <= value <= plausible[1] else None


def _height_cm(metres: float | None) -> float | None:
    return None if metres is None else _within(round(metres * 100, 3), _PLAUSIBLE_CM)
