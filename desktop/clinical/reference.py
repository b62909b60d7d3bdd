"""Reference tables: whose bones a BMD is compared with, as data files that a clinic can add to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from desktop.clinical.scales import MODEL_SCALE, Scale, on_model_scale, sd_on_model_scale
from desktop.errors import SettingsError
from desktop.paths import assets_dir, site_dir

DEFAULT_TABLE = "Hologic NHANES 2005-2008"

Site = Literal["L1", "L2", "L3", "L4", "L1-L4"]
BmdGCm2 = Annotated[float, msgspec.Meta(gt=0.1, lt=3.0)]
SdGCm2 = Annotated[float, msgspec.Meta(gt=0.01, lt=1.0)]
AgeYears = Annotated[int, msgspec.Meta(ge=0, le=120)]
Words = Annotated[str, msgspec.Meta(min_length=1)]
N = TypeVar("N", "Norm", "AgeBand")


class Norm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mean and standard deviation of a reference group in g/cm2, and where the two numbers come from."""

    mean_g_cm2: BmdGCm2
    sd_g_cm2: SdGCm2
    source: Words
    derived: bool = False


class AgeBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """L1-L4 of people of one sex and age, both ages included, in g/cm2."""

    from_age_years: AgeYears
    to_age_years: AgeYears
    mean_g_cm2: BmdGCm2
    sd_g_cm2: SdGCm2
    source: Words

    def __post_init__(self) -> None:
        if self.to_age_years < self.from_age_years:
            raise ValueError(f"the ages {self.from_age_years} to {self.to_age_years} run backwards")


class ReferenceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table: young adults by site for T-scores, L1-L4 by sex and age for Z-scores and the curve.

    Its numbers are on its own `scale`; `young` and `band` give them on the scale of the models.
    """

    name: Words
    scale: Scale
    source: Words
    young_adult: dict[Site, Norm]
    age_curve: dict[Literal["F", "M"], list[AgeBand]] = {}

    def __post_init__(self) -> None:
        if "L1-L4" not in self.young_adult:
            raise ValueError("the young adults lack L1-L4")
        for bands in self.age_curve.values():
            if any(a.to_age_years >= b.from_age_years for a, b in zip(bands, bands[1:], strict=False)):
                raise ValueError("the ages of the curve overlap or are out of order")

    def young(self, site: str) -> Norm | None:
        """Return the young-adult norm of "L1" to "L4" or "L1-L4" on the models' scale, None where unknown."""
        norm = next((norm for name, norm in self.young_adult.items() if name == site), None)
        return None if norm is None else self._converted(norm)

    def bands(self, sex: str | None) -> tuple[AgeBand, ...]:
        """Return the age curve of "F" or "M" on the models' scale, youngest first, empty where unknown."""
        found = next((bands for name, bands in self.age_curve.items() if name == sex), [])
        return tuple(self._converted(band) for band in found)

    def band(self, sex: str | None, age_years: int | None) -> AgeBand | None:
        """Return the band of `age_years` on the models' scale, None where the table does not reach."""
        if age_years is None:
            return None
        holds = (band for band in self.bands(sex) if band.from_age_years <= age_years <= band.to_age_years)
        return next(holds, None)

    def _converted(self, norm: N) -> N:
        if self.scale == MODEL_SCALE:
            return norm
        return msgspec.structs.replace(
            norm,
            mean_g_cm2=on_model_scale(norm.mean_g_cm2, self.scale),
            sd_g_cm2=sd_on_model_scale(norm.sd_g_cm2, self.scale),
        )


def load_tables(site_folder: Path | None = None) -> Mapping[str, ReferenceTable]:
    """Return the shipped tables and the clinic's, by name; `site_folder` is by default the machine's.

    Raises SettingsError where a clinic's file is faulty or has other numbers under the name of another table.
    """
    tables = dict(_shipped())
    folder = site_dir() / "reference_tables" if site_folder is None else site_folder
    for path in sorted(folder.glob("*.json")):
        table = read_table(path)
        if tables.get(table.name, table) != table:
            raise SettingsError(
                f"The reference table in {path} has the name '{table.name}', which another table has: "
                "give it a name of its own."
            )
        tables[table.name] = table
    return tables


def default_table() -> ReferenceTable:
    """Return the shipped table that the program uses where the clinic chose none."""
    return _shipped()[DEFAULT_TABLE]


def read_table(path: Path) -> ReferenceTable:
    """Read one table file; raises SettingsError with the place and kind of the fault."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ReferenceTable)
    except OSError as error:
        raise SettingsError(
            f"The reference table {path} cannot be read ({error.strerror}): check its permissions."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The reference table {path} is faulty, correct it or remove it: {error}."
        ) from error


@cache
def _shipped() -> Mapping[str, ReferenceTable]:
    folder = assets_dir() / "reference" / "tables"
    return {table.name: table for table in map(read_table, sorted(folder.glob("*.json")))}
