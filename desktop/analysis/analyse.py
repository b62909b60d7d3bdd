"""The one way from a picture to a result, for window, command line and batch alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from typing import cast

from desktop.analysis.chest import find_in_chest
from desktop.analysis.ensemble import UPSIDE_DOWN, find_in_ensemble
from desktop.analysis.finding import find
from desktop.analysis.gate import gate, view_shown
from desktop.analysis.look import Look, look_at
from desktop.analysis.lumbar import find_in_lumbar
from desktop.analysis.question import Question
from desktop.clinical.reference import ReferenceTable, default_table
from desktop.errors import RefusedError
from desktop.findings.patient_match import mismatch_sentence, mismatches
from desktop.findings.result import Finding, Outcome, Point, ScreeningResult, Seconds, Status
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.models import Bundle, ChestBundle, EnsembleBundle, LumbarBundle, Models
from desktop.models.manifest import JudgeManifest, Manifest


def analyse(
    radiograph: Radiograph,
    models: Models,
    *,
    view: View | None = None,
    patient: Patient | None = None,
    table: ReferenceTable | None = None,
    moved_landmarks: Mapping[str, Point] | None = None,
    read_seconds: float = 0.0,
) -> ScreeningResult:
    """Return what the models say of one picture; what is not judged comes back refused, with a reason.

    view: as the user confirmed it, by default as the file's tags say, else as the gate's model sees it.
    patient: as the user entered it, by default the file's. table: for the scores, by default the shipped one.
    moved_landmarks: (x, y) in pixels of the file, by name, of those that the user put elsewhere; the others
    stay where the model puts them, and all that follows from landmarks is found anew.
    read_seconds: kept in the result.
    """
    began = perf_counter()
    stated = view or radiograph.stated_view
    look = look_at(radiograph, models)
    shown = view_shown(look, stated)
    question = Question(patient or radiograph.patient, table or default_table(), moved_landmarks or {})
    try:
        findings = _findings(radiograph, models, look, stated, question)
        status, reason, landmarks = Status.SCREENED, None, {}
    except RefusedError as error:
        findings, status, reason, landmarks = (), Status.REFUSED, str(error), dict(error.landmarks)
    seconds = Seconds(read_seconds, perf_counter() - began)
    return ScreeningResult(str(radiograph.path), status, reason, shown, findings, seconds, landmarks)


def _findings(
    radiograph: Radiograph,
    models: Models,
    look: Look | None,
    view: View | None,
    question: Question,
) -> tuple[Finding, ...]:
    admitted = gate(radiograph, models, look, view, question.patient)
    notice = mismatch_sentence(mismatches(question.patient, radiograph.patient))
    found = [_finding(admitted.radiograph, bundle, question) for bundle in admitted.bundles]
    if any(UPSIDE_DOWN in each.warnings for each in found):
        found = [_upside_down(each) for each in found]
    return tuple(replace(each, warnings=(notice, *each.warnings)) if notice else each for each in found)


def _upside_down(finding: Finding) -> Finding:
    """Return what a model may say of a picture of which another one saw that it is upside down."""
    if UPSIDE_DOWN in finding.warnings:
        return finding
    return replace(finding, outcome=Outcome.UNCERTAIN, warnings=(UPSIDE_DOWN, *finding.warnings))


def _finding(radiograph: Radiograph, bundle: Bundle[JudgeManifest], question: Question) -> Finding:
    if isinstance(bundle, ChestBundle):
        return find_in_chest(radiograph, bundle, question)
    if isinstance(bundle, LumbarBundle):
        return find_in_lumbar(radiograph, bundle, question)
    if isinstance(bundle, EnsembleBundle):
        return find_in_ensemble(radiograph, bundle, question)
    return find(radiograph, cast(Bundle[Manifest], bundle), question)
