from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop.findings.result import (
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
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View
from desktop.store import Store

PATIENT = Patient("Doe, Jane", "PID-0042", "1957-03-14", Sex.FEMALE, 68, 61.5, 162.0)


@pytest.fixture
def patient() -> Patient:
    return PATIENT


@pytest.fixture
def radiograph(tmp_path: Path) -> Radiograph:
    pixels = np.linspace(0, 4095, 300 * 1500, dtype=np.float32).reshape(1500, 300)
    return Radiograph(tmp_path / "spine.dcm", pixels, 4095.0, study_date="2026-11-20")


@pytest.fixture
def result(radiograph: Radiograph) -> ScreeningResult:
    finding = Finding(
        model=ModelIdentity("dxa_bmd", "0.1.0", "phantom", "4f" * 32, "release key"),
        outcome=Outcome.FLAGGED,
        osteoporosis_probability=0.71,
        bmd_g_cm2={"L1": Interval(0.742, 0.641, 0.843), "L1-L4": Interval(0.793, 0.705, 0.881)},
        t_score={"L1-L4": Interval(-2.56, -3.39, -1.73)},
        z_score=NotMeasured("A Z-score needs the patient's sex and age."),
        not_measured={"z_score": "A Z-score needs the patient's sex and age."},
        landmarks={"t12": (10.5, 20.25)},
        regions={"t12": ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))},
        fractures={"l1": 2},
        vertebrae_used=("L1", "L2", "L3", "L4"),
        moved_by_hand=("t12",),
        warnings=("Trained on phantoms: not for clinical use.",),
    )
    view = ViewFinding(View.DXA_SPINE, 1.0)
    return ScreeningResult(str(radiograph.path), Status.SCREENED, None, view, (finding,), Seconds(0.1, 0.25))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "studies.sqlite") as opened:
        yield opened
