"""The table of a report: BMD and scores with their ranges, and the reasons for its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.clinical.reference import ReferenceTable
from desktop.findings.marks import interval_sentence
from desktop.findings.result import Finding, Interval, NotMeasured
from desktop.report.words import DASH, range_words, signed


@dataclass(frozen=True)
class ScoreTable:
    """heads: five words; rows: the site and four numbers as printed, L1-L4 last."""

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
