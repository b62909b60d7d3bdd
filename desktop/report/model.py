"""What a report says: words and numbers, without a picture library or a page size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import ReferenceTable
from desktop.findings.anatomy_words import region_words, titled
from desktop.findings.marks import (
    LIMITS,
    OUTCOME_TITLES,
    PHANTOM_MARK,
    RECOMMENDATIONS,
    moved_sentence,
    outcome_meaning,
    promise_sentence,
)
from desktop.findings.result import Corners, Finding, Grid, NotMeasured, Outcome, Point
from desktop.findings.study import Study
from desktop.pages.reading import Page
from desktop.report.classes import class_notes, class_table, height_notes, height_table
from desktop.report.curve_data import Curve, build_curve
from desktop.report.facts import NOT_STATED, Fact, patient_facts, provenance_facts
from desktop.report.members import member_table, votes_legend, votes_notes
from desktop.report.table import ScoreTable, model_table, score_table, table_notes
from desktop.report.words import DASH, percent, range_words, signed

TITLE = "Bone density screening"
NOT_JUDGED = "Not judged"
PROBABILITY = "Probability of T \u2264 \u22122.5"


@dataclass(frozen=True)
class Verdict:
    """The outcome in words; `outcome` is None where the picture was not judged."""

    outcome: Outcome | None
    title: str
    meaning: str
    recommendation: str


@dataclass(frozen=True)
class Report:
    """One page, and those behind it; a NotMeasured stands where a part is missing and says why."""

    title: str
    mark: str | None  # stands at the top and bottom of the page
    dates: tuple[str, ...]
    patient: tuple[Fact, ...]
    verdict: Verdict
    figures: tuple[Fact, ...]  # of the only model, the first is the one to see; else none
    models: ScoreTable | None  # what each model said, where there are several
    members: ScoreTable | None  # what each member of an ensemble said
    votes: tuple[str, ...]  # where models and members do not say the same
    votes_legend: tuple[str, ...]  # with the classes of findings that are not shown in detail
    picture_png: bytes
    regions: Mapping[str, Corners]  # in shares of the picture's width and height
    evidence: Mapping[str, Grid]  # where in these regions it lies, 0 to 1 [row][column]
    shares: tuple[tuple[str, float], ...]  # each region's part in the answer, the largest first
    vertebrae: Mapping[str, Point]  # their middles, in shares likewise
    table: ScoreTable | NotMeasured
    notes: tuple[str, ...]
    heights: ScoreTable | None  # of vertebrae, with grades
    height_notes: tuple[str, ...]
    curve: Curve | NotMeasured
    limits: tuple[str, ...]
    warnings: tuple[str, ...]
    provenance: tuple[Fact, ...]
    program: str
    pages: tuple[Page, ...] = ()  # printed behind it


def build_report(study: Study, table: ReferenceTable | None, pages: Sequence[Page] = ()) -> Report:
    """Return the report of a study.

    table: the one that the study's finding names, None where it is no longer installed; another table's
    curve is never drawn beside the finding's scores. Of several models, the first that measured BMD is shown
    in detail. `pages` are printed behind it.
    """
    findings = study.result.findings
    finding = _detailed(findings)
    reference = table if finding and table and table.name == finding.reference_table else None
    return Report(
        title=TITLE,
        mark=_mark(study),
        dates=_dates(study),
        patient=patient_facts(study.patient),
        verdict=_verdict(study),
        figures=_figures(finding) if finding and len(findings) == 1 else (),
        models=model_table(findings),
        members=_members(findings),
        votes=votes_notes(findings),
        votes_legend=votes_legend(findings, finding),
        picture_png=study.picture_png,
        regions=_regions(study, finding),
        evidence=_evidence(finding),
        shares=_shares(finding),
        vertebrae=_vertebrae(study, finding),
        table=_table(finding),
        notes=_notes(findings, finding, reference) if finding else (),
        heights=height_table(finding) if finding else None,
        height_notes=height_notes(finding) if finding else (),
        curve=_curve(study, finding, reference),
        limits=LIMITS if finding else (),
        warnings=_warnings(findings),
        provenance=provenance_facts(study),
        program=f"Trabecula {study.program_version}",
        pages=tuple(pages),
    )


def _detailed(findings: Sequence[Finding]) -> Finding | None:
    measured = (finding for finding in findings if not isinstance(finding.bmd_g_cm2, NotMeasured))
    return next(measured, findings[0] if findings else None)


def _table(finding: Finding | None) -> ScoreTable | NotMeasured:
    if finding is None:
        return NotMeasured("The picture was not judged.")
    return class_table(finding) if _gives_classes(finding) else score_table(finding)


def _gives_classes(finding: Finding) -> bool:
    """Return whether a finding tells classes in place of BMD."""
    silent = isinstance(finding.bmd_g_cm2, NotMeasured)
    return silent and not isinstance(finding.class_probabilities, NotMeasured)


def _members(findings: Sequence[Finding]) -> ScoreTable | None:
    return next(filter(None, map(member_table, findings)), None)


def _notes(findings: Sequence[Finding], shown: Finding, reference: ReferenceTable | None) -> tuple[str, ...]:
    named = f"Vertebrae and curve are those of {shown.model.family} {shown.model.version}."
    notes = class_notes(shown) if _gives_classes(shown) else table_notes(shown, reference)
    return (*((named,) if len(findings) > 1 else ()), *notes)


def _regions(study: Study, finding: Finding | None) -> Mapping[str, Corners]:
    if finding is None or study.size_px is None or isinstance(finding.regions, NotMeasured):
        return {}
    size_px = study.size_px
    return {name: _in_shares(corners, size_px) for name, corners in finding.regions.items()}


def _in_shares(corners: Corners, size_px: tuple[int, int]) -> Corners:
    first, second, third, fourth = (_in_share(corner, size_px) for corner in corners)
    return first, second, third, fourth


def _in_share(point: Point, size_px: tuple[int, int]) -> Point:
    return (point[0] + 0.5) / size_px[0], (point[1] + 0.5) / size_px[1]  # pixels are told by their middles


def _vertebrae(study: Study, finding: Finding | None) -> Mapping[str, Point]:
    size_px = study.size_px
    if finding is None or size_px is None or isinstance(finding.vertebrae, NotMeasured):
        return {}
    return {level: _in_share(point, size_px) for level, point in finding.vertebrae.items()}


def _evidence(finding: Finding | None) -> Mapping[str, Grid]:
    if finding is None or isinstance(finding.evidence_maps, NotMeasured):
        return {}
    return finding.evidence_maps


def _shares(finding: Finding | None) -> tuple[tuple[str, float], ...]:
    if finding is None or isinstance(finding.evidence_shares, NotMeasured):
        return ()
    shares = sorted(finding.evidence_shares.items(), key=lambda each: -each[1])
    return tuple((titled(region_words(name)), share) for name, share in shares)


def _mark(study: Study) -> str | None:
    evidence = {finding.model.evidence for finding in study.result.findings}
    return None if evidence == {"clinical"} else PHANTOM_MARK


def _dates(study: Study) -> tuple[str, ...]:
    return (
        f"Date of picture: {study.study_date or NOT_STATED}",
        f"Screened: {study.created_at:%Y-%m-%d %H:%M} UTC",
    )


def _verdict(study: Study) -> Verdict:
    outcome = study.result.outcome
    if outcome is None:
        return Verdict(None, NOT_JUDGED, study.result.reason or "", "")
    meaning = outcome_meaning(outcome, study.result.findings)
    return Verdict(outcome, OUTCOME_TITLES[outcome], meaning, RECOMMENDATIONS[outcome])


def _figures(finding: Finding) -> tuple[Fact, ...]:
    probability = finding.osteoporosis_probability
    shown = probability.reason if isinstance(probability, NotMeasured) else percent(probability)
    if _gives_classes(finding):
        return (Fact(PROBABILITY, shown),)
    return (*_group_figures(finding), Fact(PROBABILITY, shown))


def _group_figures(finding: Finding) -> tuple[Fact, Fact]:
    label = f"{finding.score_kind}-score {GROUP}, estimated"
    scores = finding.t_score if finding.score_kind == "T" else finding.z_score
    each = None if isinstance(scores, NotMeasured) else scores.get(GROUP)
    if each is None:
        return Fact(label, DASH), Fact("range", DASH)
    return Fact(label, signed(each.value, 1)), Fact("range", range_words(each, 1))


def _curve(study: Study, finding: Finding | None, table: ReferenceTable | None) -> Curve | NotMeasured:
    if finding is None:
        return NotMeasured("The picture was not judged.")
    if _gives_classes(finding):
        return NotMeasured(finding.not_measured["bmd_g_cm2"])
    if table is None:
        return NotMeasured(
            f"No curve, because the reference table '{finding.reference_table}' is not installed."
        )
    return build_curve(study.patient, finding.bmd_g_cm2, table)


def _warnings(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the sentences of all findings once, those on landmarks moved by hand first."""
    said = [moved_sentence(finding.moved_by_hand) for finding in findings]
    said += [words for finding in findings for words in finding.warnings]
    promises = [promise_sentence(each) for each in findings]
    said_elsewhere = {"", f"{PHANTOM_MARK}.", *promises}
    return tuple(dict.fromkeys(words for words in said if words not in said_elsewhere))
