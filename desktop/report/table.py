"""The table of a report: BMD and scores with their ranges, and the reasons for its gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.clinical.reference import ReferenceTable
from desktop.findings.marks import OUTCOME_TITLES, interval_sentence
from desktop.findings.result import Finding, Interval, NotMeasured
from desktop.report.words import DASH, percent, range_words, signed


@dataclass(frozen=True)
class ScoreTable:
    """heads: five words; rows: five cells as printed.

    Of scores each row is a site and four numbers, L1-L4 last; of models it is a model and what it said.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def score_table(finding: Finding) -> ScoreTable | NotMeasured:
    """Return a row for each vertebra and for the group; a dash stands for what was not measured."""
    bmd = finding.bmd_g_cm2
    if isinstance(bmd, NotMeasured):
        return bmd
    scores = finding.t_score if finding.score_kind == "T" else finding.z_score
    heads = ("Site", "BMD, g/cm\u00b2", "range", f"{finding.score_kind}-score, est.", "range")
    return ScoreTable(heads, tuple(_row(site, bmd, scores) for site in (*VERTEBRAE, GROUP)))


def model_table(findings: Sequence[Finding]) -> ScoreTable | None:
    """Return a row for each model, None where a single one spoke."""
    if len(findings) < 2:
        return None
    kind = findings[0].score_kind
    heads = (
        "Model",
        "Outcome",
        f"{kind}-score {GROUP}, est.",
        f"BMD {GROUP}, g/cm\u00b2",
        "P(T \u2264 \u22122.5)",
    )
    return ScoreTable(heads, tuple(_model_row(finding) for finding in findings))


def table_notes(finding: Finding, table: ReferenceTable | None) -> tuple[str, ...]:
    """Return what the table's numbers rest on, and why some are missing."""
    used = ", ".join(finding.vertebrae_used) or "not stated"
    notes = [
        f"Estimated from the picture, not measured. Vertebrae used: {used}.",
        interval_sentence(finding.interval_level, finding.model.evidence),
        _reference_note(finding, table),
    ]
    if finding.score_kind == "T":
        notes.append(_z_note(finding))
    return (*notes, *_gaps(finding))


def _model_row(finding: Finding) -> tuple[str, ...]:
    probability = finding.osteoporosis_probability
    return (
        f"{finding.model.family} {finding.model.version}",
        OUTCOME_TITLES[finding.outcome],
        _with_range(finding.t_score if finding.score_kind == "T" else finding.z_score, 1),
        _with_range(finding.bmd_g_cm2, 3),
        DASH if isinstance(probability, NotMeasured) else percent(probability),
    )


def _with_range(values: Mapping[str, Interval] | NotMeasured, places: int) -> str:
    each = None if isinstance(values, NotMeasured) else values.get(GROUP)
    value, ends = _cells(each, places, min(places, 2))
    return f"{value} ({ends})" if ends else value


def _row(
    site: str, bmd: Mapping[str, Interval], scores: Mapping[str, Interval] | NotMeasured
) -> tuple[str, ...]:
    score = None if isinstance(scores, NotMeasured) else scores.get(site)
    return (site, *_cells(bmd.get(site), 3, 2), *_cells(score, 1, 1))


def _cells(interval: Interval | None, places: int, range_places: int) -> tuple[str, str]:
    if interval is None:
        return DASH, ""
    return signed(interval.value, places), range_words(interval, range_places)


def _reference_note(finding: Finding, table: ReferenceTable | None) -> str:
    name = f"Reference table: {finding.reference_table}"
    if table is None:
        return f"{name}."
    derived = any((norm := table.young(site)) and norm.derived for site in VERTEBRAE)
    return f"{name} (single vertebrae derived)." if derived else f"{name}."


def _z_note(finding: Finding) -> str:
    scores = finding.z_score
    if isinstance(scores, NotMeasured):
        return f"No Z-score: {scores.reason}"
    if GROUP not in scores:
        return f"No Z-score of {GROUP}."
    value, ends = _cells(scores[GROUP], 1, 1)
    return f"Z-score of {GROUP}, estimated: {value} ({ends}), by sex and decade of age."


def _gaps(finding: Finding) -> tuple[str, ...]:
    fields = {"bmd_g_cm2": "BMD", f"{finding.score_kind.lower()}_score": f"{finding.score_kind}-score"}
    gaps: dict[tuple[str, str], list[str]] = {}
    for name, reason in finding.not_measured.items():
        field, _, site = name.partition(".")
        if field in fields:
            gaps.setdefault((fields[field], reason), []).append(site)
    return tuple(f"No {what}{_of(sites)}: {why}" for (what, why), sites in gaps.items())


def _of(sites: list[str]) -> str:
    named = ", ".join(filter(None, sites))
    return f" of {named}" if named else ""
