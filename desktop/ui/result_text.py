"""A result in plain words, for the clipboard."""

from __future__ import annotations

from desktop.findings.marks import CLASS_TITLES, OUTCOME_TITLES, RECOMMENDATIONS, moved_sentence
from desktop.findings.result import Finding, Interval, NotMeasured
from desktop.findings.votes import models_sentence, votes_sentence
from desktop.report.classes import class_notes
from desktop.report.words import percent, range_words, signed
from desktop.ui.case import Case
from desktop.ui.numbers import sites


def result_text(case: Case) -> str:
    """Return the result of a case without who the patient is, the mark first."""
    if case.result is None:
        return ""
    lines = [case.mark] if case.mark else []
    if case.result.reason:
        lines.append(case.result.reason)
    lines += filter(None, [models_sentence(case.result.findings)])
    for finding in case.result.findings:
        lines += _finding_lines(finding)
    return "\n".join(lines)


def _finding_lines(finding: Finding) -> list[str]:
    kind = finding.score_kind
    scores = finding.t_score if kind == "T" else finding.z_score
    lines = [f"{OUTCOME_TITLES[finding.outcome]}. {RECOMMENDATIONS[finding.outcome]}"]
    lines += filter(None, [moved_sentence(finding.moved_by_hand), votes_sentence(finding)])
    for site in sites(finding):
        bmd = None if isinstance(finding.bmd_g_cm2, NotMeasured) else finding.bmd_g_cm2.get(site)
        score = None if isinstance(scores, NotMeasured) else scores.get(site)
        lines.append(f"{site}: {_words(bmd, 3, 'g/cm² BMD')}, {_words(score, 1, f'{kind}-score, estimated')}")
    lines += _class_lines(finding)
    model = finding.model
    reference = f", reference {finding.reference_table}" if finding.reference_table else ""
    lines.append(f"{model.family} {model.version} (SHA-256 {model.sha256}){reference}")
    return lines


def _class_lines(finding: Finding) -> list[str]:
    probabilities = finding.class_probabilities
    if isinstance(probabilities, NotMeasured):
        return []
    titles = [(CLASS_TITLES[name], probabilities[name]) for name in CLASS_TITLES if name in probabilities]
    return [*(f"{title}: {percent(each)}" for title, each in titles), *class_notes(finding)]


def _words(value: Interval | None, places: int, what: str) -> str:
    if value is None:
        return f"{what} not measured"
    return f"{signed(value.value, places)} ({range_words(value, places)}) {what}"
