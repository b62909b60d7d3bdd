"""Reads the real people behind the phantoms, from the NHANES spine file, and cleans them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from desktop.paths import assets_dir

TOP_CODED_AGE_YEARS = 80
"""An age of 80 stands for 80 and over: NHANES tells no more."""

BMD_RANGE_G_CM2 = (0.2, 2.5)
"""A BMD outside is no bone: it drops the L1 of 0.0 of participant 119356, the L4 of 2.850 of 115666 and the
L4 of 2.864 of 124401 (whose L1 and L2 have 0.92 and 0.95), all marked valid."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Participants:
    """Columns of the file, one entry or row a participant; NaN is unknown.

    `bmd_g_cm2` and `area_cm2` are [participant, vertebra L1..L4], NaN where the vertebra was not valid;
    `femur_bmd_g_cm2` is of the total proximal femur.
    """

    number: NDArray[np.int64]
    female: NDArray[np.bool_]
    age_years: Floats
    weight_kg: Floats
    height_cm: Floats
    bmd_g_cm2: Floats
    area_cm2: Floats
    femur_bmd_g_cm2: Floats
    exam_weight: Floats
    psu: NDArray[np.int64]
    stratum: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.number)

    @property
    def bmd_l1_l4_g_cm2(self) -> Floats:
        """Mineral over area of the valid vertebrae, [participant]: not of all four in everybody."""
        return mineral_over_area(self.bmd_g_cm2, self.area_cm2)

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Which vertebrae have a value, [participant, vertebra]."""
        return ~np.isnan(self.bmd_g_cm2)


def mineral_over_area(bmd_g_cm2: Floats, area_cm2: Floats) -> Floats:
    """Return the BMD of several vertebrae together, in g/cm2: total mineral over total area.

    Both are [..., vertebra]; vertebrae that are NaN are left out.
    """
    return np.nansum(bmd_g_cm2 * area_cm2, axis=-1) / np.nansum(area_cm2, axis=-1)


def default_file() -> Path:
    """Return the copy of the NHANES spine file that lies in assets."""
    return assets_dir() / "reference" / "nhanes_spine_2017_2020.csv"


@lru_cache(maxsize=4)
def read_participants(path: Path | None = None) -> Participants:
    """Read and clean the participants in the order of the file (the one in assets unless told)."""
    with (path or default_file()).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    bmd, area = _valid_vertebrae(rows)
    return Participants(
        number=np.array([int(row["seqn"]) for row in rows]),
        female=np.array([row["sex"] == "F" for row in rows]),
        age_years=_column(rows, "age_years"),
        weight_kg=_column(rows, "weight_kg"),
        height_cm=_column(rows, "height_cm"),
        bmd_g_cm2=bmd,
        area_cm2=area,
        femur_bmd_g_cm2=_column(rows, "total_femur_bmd_g_cm2"),
        exam_weight=_column(rows, "exam_weight"),
        psu=_column(rows, "psu").astype(np.int64),
        stratum=_column(rows, "stratum").astype(np.int64),
    )


def _column(rows: list[dict[str, str]], name: str) -> Floats:
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


def _vertebrae(rows: list[dict[str, str]], quantity: str) -> Floats:
    return np.stack([_column(rows, f"{name.lower()}_{quantity}") for name in VERTEBRAE], axis=1)


def _valid_vertebrae(rows: list[dict[str, str]]) -> tuple[Floats, Floats]:
    """Return BMD and area, [participant, vertebra], NaN where the vertebra is not usable."""
    bmd, area = _vertebrae(rows, "bmd_g_cm2"), _vertebrae(rows, "area_cm2")
    low, high = BMD_RANGE_G_CM2
    usable = (_vertebrae(rows, "invalidity_code") == 0) & (bmd >= low) & (bmd <= high) & (area > 0)
    return np.where(usable, bmd, np.nan), np.where(usable, area, np.nan)
