"""The one way from a picture to a result, for window, command line and batch alike."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from desktop.analysis.finding import find
from desktop.analysis.gate import gate
from desktop.clinical.reference import ReferenceTable, default_table
from desktop.errors import RefusedError
from desktop.findings.result import ScreeningResult, Seconds, Status, ViewFinding
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.models import Models


def analyse(
    radiograph: Radiograph,
    models: Models,
    *,
    view: View | None = None,
    patient: Patient | None = None,
    table: ReferenceTable | None = None,
    read_seconds: float = 0.0,
) -> ScreeningResult:
    """Return what the models say of one picture; what is not judged comes back refused, with a reason.

    view: as the user confirmed it, by default as the file's tags say. patient: as the user entered it, by
    default the file's. table: for the scores, by default the shipped one. read_seconds: kept in the result.
    """
    began = perf_counter()
    who = patient or radiograph.patient
    try:
        result = _screened(radiograph, models, view, who, table or default_table())
    except RefusedError as error:
        result = _refused(radiograph, view or radiograph.stated_view, str(error))
    return replace(result, seconds=Seconds(read_seconds, perf_counter() - began))


def _screened(
    radiograph: Radiograph, models: Models, view: View | None, patient: Patient, table: ReferenceTable
) -> ScreeningResult:
    shown, bundles = gate(radiograph, models, view, patient)
    findings = tuple(find(radiograph, bundle, patient, table) for bundle in bundles)
    return ScreeningResult(str(radiograph.path), Status.SCREENED, None, shown, findings, Seconds(0, 0))


def _refused(radiograph: Radiograph, view: View | None, reason: str) -> ScreeningResult:
    shown = ViewFinding(view, 1.0) if view else None
    return ScreeningResult(str(radiograph.path), Status.REFUSED, reason, shown, (), Seconds(0, 0))
