from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop.analysis import analyse
from desktop.findings import Status
from desktop.imaging.polarity import turned
from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View, VoiTable, Window, WindowFunction
from desktop.models import Models

DXA, LATERAL, CHEST, OTHER, BETWEEN = 32, 96, 160, 224, 64
"""Grey levels that the made-up gate takes for each view, and one between the first two."""


def radiograph(level: int, **changes: object) -> Radiograph:
    pixels = np.full((40, 40), level, np.float32)
    woman = Patient(sex=Sex.FEMALE, age_years=68)
    return replace(Radiograph(Path("picture.png"), pixels, 255.0, patient=woman), **changes)


def negative(level: int) -> Radiograph:
    """A picture that the made-up gate takes for a negative of that mean grey level."""
    pixels = np.full((40, 40), level - 20, np.float32)
    pixels[:, :20] += 40
    return radiograph(level, pixels=pixels)


def test_the_gate_names_the_view_where_nobody_did(gated_models: Models) -> None:
    result = analyse(radiograph(DXA), gated_models)
    assert result.status is Status.SCREENED
    assert result.view is not None
    assert result.view.name is View.DXA_SPINE
    assert result.view.confidence > 0.99


@pytest.mark.parametrize(
    ("level", "seen", "words"),
    [
        (CHEST, View.CHEST_FRONTAL, "This is a frontal chest X-ray"),
        (LATERAL, View.LUMBAR_LATERAL, "This is a lateral lumbar X-ray"),
        (OTHER, View.OTHER, "no view that is judged"),
    ],
)
def test_views_that_nobody_judges_are_named(gated_models: Models, level: int, seen: View, words: str) -> None:
    result = analyse(radiograph(level), gated_models)
    assert result.status is Status.REFUSED
    assert words in (result.reason or "")
    assert "open a spine DXA" in (result.reason or "")
    assert result.view is not None
    assert result.view.name is seen


@pytest.mark.parametrize("by", ["user", "tags"])
def test_a_wrong_view_is_refused_with_what_it_looks_like(gated_models: Models, by: str) -> None:
    stated = None if by == "user" else View.DXA_SPINE
    view = View.DXA_SPINE if by == "user" else None
    result = analyse(radiograph(CHEST, stated_view=stated), gated_models, view=view)
    assert result.status is Status.REFUSED
    assert "said to be a spine DXA, but looks like a frontal chest X-ray (100%)" in (result.reason or "")
    assert "open a spine DXA" in (result.reason or "")
    assert result.view is not None
    assert result.view.name is View.CHEST_FRONTAL


def test_a_right_view_called_other_is_pointed_out(gated_models: Models) -> None:
    result = analyse(radiograph(DXA), gated_models, view=View.OTHER)
    assert "said to be another view, but looks like a spine DXA" in (result.reason or "")


def test_an_uncertain_view_is_asked_for(gated_models: Models) -> None:
    result = analyse(radiograph(BETWEEN), gated_models)
    assert result.status is Status.REFUSED
    assert "confirm the view" in (result.reason or "")


def test_a_confirmed_view_in_doubt_is_screened_with_a_warning(gated_models: Models) -> None:
    result = analyse(radiograph(BETWEEN), gated_models, view=View.DXA_SPINE)
    (finding,) = result.findings
    assert any("hardly looks like a spine DXA" in warning for warning in finding.warnings)
    assert result.view is not None
    assert result.view.confidence < 0.6


def test_a_negative_is_judged_turned_round(gated_models: Models) -> None:
    (finding,) = analyse(negative(DXA), gated_models).findings
    (upright,) = analyse(turned(negative(DXA)), gated_models, view=View.DXA_SPINE).findings or (None,)
    assert any("negative" in warning for warning in finding.warnings)
    assert finding.bmd_g_cm2["L1"].value == pytest.approx(0.5 + 0.6 * (255 - DXA) / 255, abs=1e-3)
    assert upright is None


def test_a_child_is_refused_before_all_else(gated_models: Models) -> None:
    result = analyse(radiograph(CHEST), gated_models, patient=Patient(age_years=9))
    assert "under 20" in (result.reason or "")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"window": Window(100.0, 80.0)},
        {"window": Window(100.0, 80.0, WindowFunction.SIGMOID)},
        {"window": Window(100.0, 80.0, WindowFunction.LINEAR_EXACT)},
        {"voi_table": VoiTable(0.0, np.linspace(0, 1, 256, dtype=np.float32) ** 2)},
        {"maximum": 180.0},
    ],
)
def test_turned_shows_the_negative(changes: dict[str, object]) -> None:
    pixels = np.random.default_rng(1).integers(0, 181, (12, 12)).astype(np.float32)
    pixels.flat[:2] = 0, 180
    picture = radiograph(0, pixels=pixels, **changes)
    np.testing.assert_allclose(presented(turned(picture)), 1 - presented(picture), atol=1e-5)


def test_turned_colours_are_their_complement() -> None:
    colour = np.random.default_rng(2).integers(0, 256, (8, 8, 3), np.uint8)
    shown = turned(radiograph(0, colour=colour)).colour
    assert shown is not None
    np.testing.assert_array_equal(shown, 255 - colour)
