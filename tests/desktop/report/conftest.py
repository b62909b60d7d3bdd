"""Studies of people who do not exist."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.clinical.reference import default_table
from desktop.findings.marks import PHANTOM_MARK, moved_sentence
from desktop.findings.result import (
    CutOffRates,
    Finding,
    Interval,
    ModelIdentity,
    NotMeasured,
    Outcome,
    ScreeningResult,
    Seconds,
    Status,
    ViewFinding,
)
from desktop.findings.scores import score
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient, Sex, View

BMD = {
    "L1": Interval(0.742, 0.641, 0.843),
    "L2": Interval(0.781, 0.684, 0.878),
    "L3": Interval(0.812, 0.709, 0.915),
    "L4": Interval(0.823, 0.716, 0.930),
    "L1-L4": Interval(0.793, 0.705, 0.881),
}
PATIENT = Patient("Doe, Jane", "PID-0042", "1957-03-14", Sex.FEMALE, 68, 61.5, 162.0)


def finding(patient: Patient = PATIENT, outcome: Outcome = Outcome.FLAGGED) -> Finding:
    table = default_table()
    scores = score(BMD, patient, table)
    return Finding(
        model=ModelIdentity("dxa_bmd", "0.1.0", "phantom", "4f" * 32, "Trabecula release key 2026"),
        outcome=outcome,
        osteoporosis_probability=0.71,
        cut_off_rates=CutOffRates(0.44, 0.03, 0.08, 1199),
        bmd_g_cm2=BMD,
        t_score=scores.t_score,
        z_score=scores.z_score,
        score_kind=scores.kind,
        reference_table=table.name,
        vertebrae_used=("L1", "L2", "L3", "L4"),
        not_measured=scores.not_measured,
        warnings=(f"{PHANTOM_MARK}.", *scores.warnings),
    )


def png(size_px: tuple[int, int] = (300, 512)) -> bytes:
    ramp = np.linspace(0, 255, size_px[0] * size_px[1]).reshape(size_px[1], size_px[0]).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(ramp).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(name="png")
def make_png() -> Callable[..., bytes]:
    return png


def study(patient: Patient = PATIENT, outcome: Outcome = Outcome.FLAGGED) -> Study:
    result = ScreeningResult(
        "/pictures/spine.dcm",
        Status.SCREENED,
        None,
        ViewFinding(View.DXA_SPINE, 1.0),
        (finding(patient, outcome),),
        Seconds(0.1, 0.2),
    )
    when = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    return Study(
        1, when, patient, "2026-11-20", Path("/pictures/spine.dcm"), result, png(), png((40, 60)), "0.1.0"
    )


@pytest.fixture
def make_study() -> Callable[..., Study]:
    return study


@pytest.fixture
def refused_study() -> Study:
    reason = "The file does not say which view it shows: confirm the view to have it judged."
    result = ScreeningResult("/pictures/hand.png", Status.REFUSED, reason, None, (), Seconds(0.1, 0.2))
    return replace(study(Patient()), result=result, study_date=None)


@pytest.fixture
def twice_judged_study() -> Study:
    """Return a study that two models judged, the first without BMD; they do not agree."""
    measured = study()
    first = measured.result.findings[0]
    silent = NotMeasured("This model gives classes.")
    classes = replace(
        first,
        model=ModelIdentity("stacked_ensemble", "0.2.0", "phantom", "ab" * 32, "Trabecula release key 2026"),
        outcome=Outcome.UNCERTAIN,
        osteoporosis_probability=0.44,
        bmd_g_cm2=silent,
        t_score=silent,
        z_score=silent,
        warnings=("The forest disagrees.", *first.warnings),
    )
    return replace(measured, result=replace(measured.result, findings=(classes, first)))


@pytest.fixture
def chest_study() -> Study:
    """Return a study of a picture 400 x 300, with regions, shares, and a landmark moved by hand."""
    kept = study()
    regions = {
        "t12": ((199.5, 224.5), (239.5, 224.5), (239.5, 254.5), (199.5, 254.5)),
        "chest": ((39.5, 29.5), (359.5, 29.5), (359.5, 269.5), (39.5, 269.5)),
    }
    found = replace(
        kept.result.findings[0],
        model=ModelIdentity("chest_multi_roi", "0.1.0", "phantom", "5e" * 32, "Trabecula release key 2026"),
        regions=regions,
        evidence_shares={"t12": 0.3, "chest": 0.7},
        moved_by_hand=("t12",),
        warnings=(f"{PHANTOM_MARK}.", "The picture is dark.", moved_sentence(("t12",))),
    )
    result = replace(kept.result, view=ViewFinding(View.CHEST_FRONTAL, 1.0), findings=(found,))
    return replace(kept, result=result, picture_png=png((400, 300)), size_px=(400, 300))
