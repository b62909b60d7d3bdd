"""What the reference curve shows: age against BMD, the bands of the T-score, and this patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.clinical.ages import score_kind
from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import ReferenceTable
from desktop.clinical.scores import LOW_BONE_MASS_T, OSTEOPOROSIS_T, t_score, t_score_bmd
from desktop.findings.result import Interval, NotMeasured
from desktop.imaging.radiograph import Patient

AGES_YEARS = (20, 90)
BMD_G_CM2 = (0.5, 1.4)
_GROUPS = {"F": "women", "M": "men"}


@dataclass(frozen=True)
class AgePoint:
    """People of one decade: its middle, and their L1-L4 mean and standard deviation in g/cm2."""

    age_years: float
    mean_g_cm2: float
    sd_g_cm2: float


@dataclass(frozen=True)
class Curve:
    """The numbers of one drawing; BMD is L1-L4 in g/cm2 on the models' scale.

    points: people of the patient's sex by decade; empty where the sex or the table's ages are not known.
    t_marks: (T-score, BMD) of -1 and -2.5, which part the bands; empty where T-scores do not apply.
    t_ticks: (T-score, BMD) of the whole T-scores in sight. patient: None where nothing was measured.
    """

    points: tuple[AgePoint, ...]
    t_marks: tuple[tuple[float, float], ...]
    t_ticks: tuple[tuple[int, float], ...]
    age_years: int | None
    patient: Interval | None
    ages_years: tuple[int, int]
    bmd_g_cm2: tuple[float, float]
    legend: str


def build_curve(
    patient: Patient, bmd_g_cm2: Mapping[str, Interval] | NotMeasured, table: ReferenceTable
) -> Curve:
    """Return the curve of one patient; `bmd_g_cm2` is a finding's."""
    measured = None if isinstance(bmd_g_cm2, NotMeasured) else bmd_g_cm2.get(GROUP)
    points = tuple(
        AgePoint((band.from_age_years + band.to_age_years) / 2, band.mean_g_cm2, band.sd_g_cm2)
        for band in table.bands(patient.sex)
    )
    low, high = _bmd_range(measured)
    has_t = score_kind(patient.age_years) == "T"
    marks = tuple((t, t_score_bmd(t, table)) for t in (LOW_BONE_MASS_T, OSTEOPOROSIS_T) if has_t)
    return Curve(
        points=points,
        t_marks=marks,
        t_ticks=_t_ticks(low, high, table) if has_t else (),
        age_years=patient.age_years,
        patient=measured,
        ages_years=(AGES_YEARS[0], max(AGES_YEARS[1], 10 * -(-(patient.age_years or 0) // 10))),
        bmd_g_cm2=(low, high),
        legend=_legend(patient, points),
    )


def _bmd_range(measured: Interval | None) -> tuple[float, float]:
    low, high = BMD_G_CM2
    if measured is None:
        return low, high
    tenth_below = (measured.low * 10 - 0.2) // 1 / 10
    tenth_above = -((-measured.high * 10 - 0.2) // 1) / 10
    return max(0.0, min(low, tenth_below)), max(high, tenth_above)


def _t_ticks(low: float, high: float, table: ReferenceTable) -> tuple[tuple[int, float], ...]:
    first, last = (round(t_score(bmd, GROUP, table)) for bmd in (low, high))
    ticks = ((t, t_score_bmd(t, table)) for t in range(first, last + 1))
    return tuple((t, bmd) for t, bmd in ticks if low <= bmd <= high)


def _legend(patient: Patient, points: tuple[AgePoint, ...]) -> str:
    if patient.sex is None:
        return "The curve by age needs the patient's sex"
    if not points:
        return f"The reference table has no ages for {_GROUPS[patient.sex]}"
    return f"{_GROUPS[patient.sex].capitalize()} by decade: mean, shaded \u00b1 1 SD"
