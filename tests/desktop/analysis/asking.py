"""What tests of the analysis ask of a plain grey picture of 500 x 400, and where its square's points lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop.analysis import analyse
from desktop.findings import Finding, ScreeningResult, Status
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View
from desktop.models import Models

WOMAN = Patient(sex=Sex.FEMALE, age_years=68)
HEIGHT, WIDTH = 500, 400


def grey_radiograph(view: View, level: int, **changes: object) -> Radiograph:
    pixels = np.full((HEIGHT, WIDTH), level, np.float32)
    made = Radiograph(Path("picture.dcm"), pixels, 255.0, patient=WOMAN, stated_view=view)
    return replace(made, **changes)


def in_file(x: float, y: float) -> tuple[float, float]:
    """Shares of the square of 500 that the picture is padded to, 50 pixels at the left, in its pixels."""
    return HEIGHT * x - 50.5, HEIGHT * y - 0.5


def only(models: Models, picture: Radiograph, **asked: object) -> Finding:
    result = analyse(picture, models, **asked)
    assert result.status is Status.SCREENED, result.reason
    (finding,) = result.findings
    return finding


def refused(models: Models, picture: Radiograph, **asked: object) -> ScreeningResult:
    result = analyse(picture, models, **asked)
    assert result.status is Status.REFUSED
    assert not result.findings
    assert (result.reason or "").endswith(".")
    return result


def refusal(models: Models, picture: Radiograph, **asked: object) -> str:
    return refused(models, picture, **asked).reason or ""
