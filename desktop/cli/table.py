"""Results as a table, one row a finding, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.result import Finding, Interval, NotMeasured, ScreeningResult
from desktop.findings.votes import models_sentence, votes_sentence

SITES = ("L1", "L2", "L3", "L4", "L1-L4")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNITS = {"bmd_g_cm2": "_g_cm2", "t_score": "", "z_score": ""}

Cell = str | float | int | None


def rows(result: ScreeningResult) -> list[dict[str, Cell]]:
    """Return a row for each finding of `result`, or one without numbers where there is none."""
    about: dict[str, Cell] = {
        "file": result.file,
        "status": result.status.value,
        "reason": result.reason,
        "view": result.view.name.value if result.view else None,
        "view_confidence": result.view.confidence if result.view else None,
    }
    found = [about | _of_finding(finding) for finding in result.findings]
    return [_guarded(row) for row in (found or [about])]


def columns() -> list[str]:
    """Return the table's columns in order."""
    first = ["file", "status", "reason", "mark", "outcome", "osteoporosis_probability"]
    numbers = [name for field in _UNITS for site in SITES for name in _names(field, site)]
    last = ["score_kind", "reference_table", "interval_level", "vertebrae_used", "view", "view_confidence"]
    model = [
        "family",
        "model_version",
        "evidence",
        "sha256",
        "signer",
        "ran_in_float",
        "votes",
        "not_measured",
        "warnings",
    ]
    return first + numbers + last + model


def _of_finding(finding: Finding) -> dict[str, Cell]:
    probability = finding.osteoporosis_probability
    cells: dict[str, Cell] = {
        "mark": PHANTOM_MARK if finding.model.evidence == "phantom" else None,
        "outcome": finding.outcome.value,
        "osteoporosis_probability": None if isinstance(probability, NotMeasured) else probability,
        "score_kind": finding.score_kind,
        "reference_table": finding.reference_table,
        "interval_level": finding.interval_level,
        "vertebrae_used": " ".join(finding.vertebrae_used),
        "family": finding.model.family,
        "model_version": finding.model.version,
        "evidence": finding.model.evidence,
        "sha256": finding.model.sha256,
        "signer": finding.model.signer,
        "ran_in_float": str(finding.ran_in_float).lower(),
        "votes": votes_sentence(finding) or None,
        "not_measured": " ".join(f"{name}: {reason}" for name, reason in finding.not_measured.items()),
        "warnings": " ".join(finding.warnings),
    }
    for field in _UNITS:
        cells |= _intervals(field, getattr(finding, field))
    return cells


def _intervals(field: str, found: Mapping[str, Interval] | NotMeasured) -> dict[str, Cell]:
    if isinstance(found, NotMeasured):
        return {}
    values = ((site, found[site]) for site in SITES if site in found)
    return {
        name: round(number, 4)
        for site, each in values
        for name, number in zip(_names(field, site), (each.value, each.low, each.high), strict=True)
    }


def _names(field: str, site: str) -> list[str]:
    stem = f"{field.removesuffix('_g_cm2')}_{site.lower().replace('-', '_')}"
    return [f"{stem}{part}{_UNITS[field]}" for part in ("", "_low", "_high")]


def _guarded(row: Mapping[str, Cell]) -> dict[str, Cell]:
    return {name: guarded(cell) if isinstance(cell, str) else cell for name, cell in row.items()}


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def summary(result: ScreeningResult) -> str:
    """Return one line for people: what became of the file, numbers, who disagrees, and the mark."""
    parts = [f"{result.file}: {(result.outcome or result.status).value.replace('_', ' ')}"]
    parts += [result.reason] if result.reason else []
    for finding in result.findings:
        parts += _numbers(finding)
        parts += filter(None, [votes_sentence(finding).rstrip(".")])
    parts += filter(None, [models_sentence(result.findings).rstrip(".")])
    if any(finding.model.evidence == "phantom" for finding in result.findings):
        parts.append(PHANTOM_MARK)
    return "; ".join(parts)


def _numbers(finding: Finding) -> Iterable[str]:
    probability = finding.osteoporosis_probability
    if isinstance(finding.bmd_g_cm2, NotMeasured) and not isinstance(probability, NotMeasured):
        yield f"probability of a T-score of -2.5 or below {probability:.0%}"
    scores = finding.t_score if finding.score_kind == "T" else finding.z_score
    for name, found, unit, digits in (
        ("estimated BMD", finding.bmd_g_cm2, " g/cm2", 2),
        (f"estimated {finding.score_kind}-score", scores, "", 1),
    ):
        if not isinstance(found, NotMeasured) and "L1-L4" in found:
            each = found["L1-L4"]
            yield (
                f"{name} L1-L4 {each.value:z.{digits}f}"
                f" ({each.low:z.{digits}f} to {each.high:z.{digits}f}){unit}"
            )
