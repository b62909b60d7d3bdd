"""Reading `manifest.csv`, the one table that phantoms and a hospital's own pictures share."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.clinical.lumbar import VERTEBRAE
from desktop.errors import AppError

CATEGORIES = ("normal", "osteopenia", "osteoporosis")
SPLITS = ("train", "tune", "calibrate", "test")


class DataError(AppError):
    """A data folder that training cannot use, with the sentence that says why."""


@dataclass(frozen=True)
class Row:
    """One picture and its truth; None is not known.

    bmd_g_cm2 goes by vertebra ("L1" to "L4") and holds those that are known; points are (x, y) in pixels of
    the file by landmark or corner name; fracture_grades go by vertebra ("T12" to "L5").
    """

    number: int  # line of manifest.csv, the header being line 1
    file: str
    person: str
    sex: str | None
    age_years: float | None
    weight_kg: float | None
    height_cm: float | None
    bmd_g_cm2: Mapping[str, float]
    bmd_l1_l4_g_cm2: float | None
    t_score: float | None
    category: str | None
    points: Mapping[str, tuple[float, float]]
    fracture_grades: Mapping[str, int]
    exam_interval_days: float | None
    exclude: str | None
    view: str | None
    pixel_spacing_mm: float | None
    reference_table: str | None
    evidence: str | None
    split: str | None
    mineral_file: str | None = None  # a phantom's map of the mineral, beside its picture

    @property
    def bmd_by_vertebra(self) -> tuple[float, ...] | None:
        """L1 to L4 in g/cm2, or None where one of the four is missing."""
        values = tuple(self.bmd_g_cm2.get(name, math.nan) for name in VERTEBRAE)
        return None if any(math.isnan(value) for value in values) else values


def read_manifest(path: Path) -> list[Row]:
    """Return the rows of a `manifest.csv`, excluded ones among them; DataError says what is wrong where."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            table = csv.DictReader(stream)
            _check_columns(path, table.fieldnames or ())
            rows = [_Line(path, number, cells).row() for number, cells in enumerate(table, start=2)]
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); a data folder needs it.") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a table; save it as CSV in UTF-8.") from error
    if not rows:
        raise DataError(f"{path} has no rows; add one for each picture.")
    return rows


def without_excluded(rows: Sequence[Row]) -> tuple[list[Row], dict[str, int]]:
    """Return the rows that training uses, and how many were left out for each reason."""
    kept = [row for row in rows if row.exclude is None]
    return kept, dict(Counter(row.exclude for row in rows if row.exclude is not None))


def _check_columns(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in ("file", "person") if name not in names]
    if missing:
        raise DataError(f"{path} has no column {' and no column '.join(missing)}; add it.")


@dataclass(frozen=True)
class _Line:
    path: Path
    number: int
    cells: Mapping[str, str | None]

    def row(self) -> Row:
        number, text = self._number, self._text
        return Row(
            number=self.number,
            file=self._needed("file"),
            person=self._needed("person"),
            sex=self._one_of("sex", ("F", "M")),
            age_years=number("age_years"),
            weight_kg=number("weight_kg"),
            height_cm=number("height_cm"),
            bmd_g_cm2={name: value for name in VERTEBRAE if (value := self._bmd(name.lower())) is not None},
            bmd_l1_l4_g_cm2=self._bmd("l1_l4"),
            t_score=number("t_score"),
            category=self._one_of("class", CATEGORIES),
            points=self._points(),
            fracture_grades=self._grades(),
            exam_interval_days=number("exam_interval_days"),
            exclude=text("exclude"),
            view=text("view"),
            pixel_spacing_mm=number("pixel_spacing_mm"),
            reference_table=text("reference_table"),
            evidence=self._one_of("evidence", ("phantom", "clinical")),
            split=self._one_of("split", SPLITS),
            mineral_file=text("mineral_file"),
        )

    def _text(self, column: str) -> str | None:
        return (self.cells.get(column) or "").strip() or None

    def _needed(self, column: str) -> str:
        value = self._text(column)
        if value is None:
            raise self._error(column, "is empty and must be filled")
        return value

    def _one_of(self, column: str, allowed: Sequence[str]) -> str | None:
        value = self._text(column)
        if value is not None and value not in allowed:
            raise self._error(column, f"is {value!r} and must be one of {', '.join(allowed)}, or empty")
        return value

    def _number(self, column: str) -> float | None:
        value = self._text(column)
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self._error(column, f"is {value!r} and must be a number, or empty")
        return number

    def _bmd(self, name: str) -> float | None:
        column = f"bmd_{name}_g_cm2"
        value = self._number(column)
        if value is not None and not 0.1 <= value <= 3.0:
            raise self._error(column, f"is {value:g} and must lie between 0.1 and 3 g/cm2, or be empty")
        return value

    def _points(self) -> dict[str, tuple[float, float]]:
        points = {}
        for column in self.cells:
            name = column.removesuffix("_x") if column else ""
            if name != column and f"{name}_y" in self.cells:
                x, y = self._number(column), self._number(f"{name}_y")
                if x is not None and y is not None:
                    points[name] = (x, y)
        return points

    def _grades(self) -> dict[str, int]:
        grades = {}
        for vertebra in ("t12", "l1", "l2", "l3", "l4", "l5"):
            column = f"fracture_grade_{vertebra}"
            grade = self._one_of(column, ("0", "1", "2", "3"))
            if grade is not None:
                grades[vertebra.upper()] = int(grade)
        return grades

    def _error(self, column: str, what: str) -> DataError:
        return DataError(f"Line {self.number} of {self.path}: {column} {what}.")
