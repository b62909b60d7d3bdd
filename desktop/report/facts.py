"""The labelled lines of a report: who the patient is, and what made the result."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.analysis.gate import VIEW_NAMES
from desktop.findings.marks import evidence_sentence
from desktop.findings.result import ModelIdentity
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient, Sex

NOT_STATED = "not stated"
_SEXES = {Sex.FEMALE: "Female", Sex.MALE: "Male"}


@dataclass(frozen=True)
class Fact:
    """A label and its value, both as printed."""

    label: str
    value: str


def patient_facts(patient: Patient) -> tuple[Fact, ...]:
    """Return six facts; what is not known is "not stated"."""
    return (
        Fact("Name", patient.name or NOT_STATED),
        Fact("Patient ID", patient.identifier or NOT_STATED),
        Fact("Date of birth", patient.birth_date or NOT_STATED),
        Fact("Sex and age", _sex_and_age(patient)),
        Fact("Weight", _measure(patient.weight_kg, "kg")),
        Fact("Height", _measure(patient.height_cm, "cm")),
    )


def provenance_facts(study: Study) -> tuple[Fact, ...]:
    """Return what made the result, each model of it, so that it can be traced years later."""
    view = study.result.view
    shown = VIEW_NAMES.get(view.name, "another view") if view else "view not confirmed"
    if view is not None and view.confidence < 1.0:
        shown += f", the view check is {view.confidence:.0%} sure"
    facts = (
        Fact("Picture", f"{study.file.name} ({shown})"),
        Fact("Program", f"Trabecula {study.program_version}"),
    )
    findings = study.result.findings
    models = [fact for finding in findings for fact in _model_facts(finding.model)]
    evidence = dict.fromkeys(evidence_sentence(finding.model.evidence) for finding in findings)
    tables = dict.fromkeys(finding.reference_table for finding in findings)
    return (
        *models,
        *(Fact("Evidence", sentence) for sentence in evidence),
        *(Fact("Reference", name) for name in tables if name),
        *facts,
    )


def _model_facts(model: ModelIdentity) -> tuple[Fact, Fact]:
    return (
        Fact("Model", f"{model.family} {model.version}, signed by {model.signer}"),
        Fact("SHA-256", model.sha256),
    )


def _sex_and_age(patient: Patient) -> str:
    sex = _SEXES[patient.sex] if patient.sex else "sex " + NOT_STATED
    age = f"{patient.age_years} years" if patient.age_years is not None else "age " + NOT_STATED
    return f"{sex}, {age}" if patient.sex or patient.age_years is not None else NOT_STATED


def _measure(value: float | None, unit: str) -> str:
    return NOT_STATED if value is None else f"{value:g} {unit}"
