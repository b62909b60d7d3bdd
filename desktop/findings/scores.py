"""The scores of a finding: its BMD intervals read against a reference table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from desktop.clinical.ages import T_SCORE_FROM_AGE_YEARS, age_warnings, score_kind
from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import ReferenceTable
from desktop.clinical.scores import t_score, table_warnings, why_no_z_score, z_score
from desktop.findings.result import Interval, NotMeasured
from desktop.imaging.radiograph import Patient

BELOW_T_SCORE_AGE = (
    "T-scores are for women after menopause and men of 50 and over: "
    f"below {T_SCORE_FROM_AGE_YEARS} the Z-score is used."
)
_Part = tuple[Mapping[str, Interval] | NotMeasured, dict[str, str]]


@dataclass(frozen=True)
class Scores:
    """T- and Z-scores with their intervals by site, as a Finding holds them.

    not_measured: reasons by "t_score" or "z_score" for a whole field, by "z_score.L1" for one site of it.
    """

    kind: Literal["T", "Z"]
    t_score: Mapping[str, Interval] | NotMeasured
    z_score: Mapping[str, Interval] | NotMeasured
    not_measured: Mapping[str, str]
    warnings: tuple[str, ...]


def score(bmd_g_cm2: Mapping[str, Interval], patient: Patient, table: ReferenceTable) -> Scores:
    """Return the scores of BMD intervals by site; the patient's age decides between T and Z."""
    kind = score_kind(patient.age_years)
    t_scores, t_reasons = _t_scores(bmd_g_cm2, kind, table)
    z_scores, z_reasons = _z_scores(bmd_g_cm2, patient, table)
    warnings = age_warnings(patient.age_years) + table_warnings(table)
    return Scores(kind, t_scores, z_scores, t_reasons | z_reasons, warnings)


def _t_scores(bmd: Mapping[str, Interval], kind: Literal["T", "Z"], table: ReferenceTable) -> _Part:
    if kind == "Z":
        return NotMeasured(BELOW_T_SCORE_AGE), {"t_score": BELOW_T_SCORE_AGE}
    known = {site: each for site, each in bmd.items() if table.young(site) is not None}
    scores = {site: _mapped(each, partial(t_score, site=site, table=table)) for site, each in known.items()}
    missing = (site for site in bmd if site not in known)
    return scores, {f"t_score.{site}": f"The reference table has no numbers for {site}." for site in missing}


def _z_scores(bmd: Mapping[str, Interval], patient: Patient, table: ReferenceTable) -> _Part:
    reason = why_no_z_score(GROUP, patient.sex, patient.age_years, table)
    if reason is not None:
        return NotMeasured(reason), {"z_score": reason}
    why = {site: why_no_z_score(site, patient.sex, patient.age_years, table) for site in bmd}
    scores = {
        site: _mapped(
            each, partial(z_score, site=site, sex=patient.sex, age_years=patient.age_years, table=table)
        )
        for site, each in bmd.items()
        if why[site] is None
    }
    return scores, {f"z_score.{site}": reason for site, reason in why.items() if reason is not None}


def _mapped(interval: Interval, rising: Callable[[float], float]) -> Interval:
    return Interval(rising(interval.value), rising(interval.low), rising(interval.high))
