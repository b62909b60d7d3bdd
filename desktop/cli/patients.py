"""What the command line knows of the patients, beside the pictures' own tags."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.errors import UsageError
from desktop.imaging.age import OLDEST_YEARS
from desktop.imaging.radiograph import Patient, Sex

MAX_BYTES = 64 * 1024**2
_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE, "": None}


@dataclass(frozen=True)
class PatientTable:
    """What was given on the command line; None and missing leave the picture's tags as they are.

    by_file: from a file as written in the table, or its name alone, to its patient.
    """

    sex: Sex | None = None
    age_years: int | None = None
    by_file: Mapping[str, Patient] = field(default_factory=dict)

    def patient(self, file: Path, stated: Patient) -> Patient:
        """Return the `stated` patient of `file`'s tags with what the table says put over it."""
        given = self.by_file.get(str(file)) or self.by_file.get(file.name) or Patient()
        return replace(
            stated,
            name=given.name or stated.name,
            identifier=given.identifier or stated.identifier,
            sex=given.sex or self.sex or stated.sex,
            age_years=_first(given.age_years, self.age_years, stated.age_years),
        )


def read_patients(path: Path) -> dict[str, Patient]:
    """Return patients by file from a table with the columns file, sex, age_years and maybe name and id.

    Commas or semicolons, UTF-8. Raise UsageError, with the line, where it makes no sense.
    """
    rows = csv.DictReader(io.StringIO(text := _text(path), newline=""), delimiter=_delimiter(text))
    try:
        columns = set(rows.fieldnames or ())
        if not {"file", "sex", "age_years"} <= columns:
            raise UsageError("The patient table needs the columns file, sex and age_years in its first line.")
        return {(row["file"] or "").strip(): _patient(row, rows.line_num) for row in rows}
    except csv.Error as error:
        raise UsageError(f"The patient table is broken near line {rows.line_num}: save it as CSV.") from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError("The patient table is too large: split it.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError("The patient table cannot be read: check its path and save it as UTF-8.") from error


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return ";" if head.count(";") > head.count(",") else ","


def _patient(row: Mapping[str, str | None], line: int) -> Patient:
    sex, age = (row["sex"] or "").strip().upper(), (row["age_years"] or "").strip()
    if sex not in _SEXES:
        raise UsageError(f"Line {line} of the patient table has a sex other than F or M: correct it.")
    if age and not (age.isascii() and age.isdigit() and int(age) <= OLDEST_YEARS):
        raise UsageError(f"Line {line} of the patient table has an age that is no whole number: correct it.")
    return Patient(
        name=(row.get("name") or "").strip() or None,
        identifier=(row.get("id") or "").strip() or None,
        sex=_SEXES[sex],
        age_years=int(age) if age else None,
    )


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
