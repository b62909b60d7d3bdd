"""A spine DXA picture from its file to the ensemble's finding, on a made-up model that reads brightness."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop.analysis import analyse
from desktop.analysis.ensemble import GRID, REGION, UPSIDE_DOWN
from desktop.cli.table import rows, summary
from desktop.findings import NotMeasured, Outcome, Status
from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.result import CLASSES
from desktop.findings.serialise import from_json, to_json
from desktop.findings.votes import models_sentence, votes_sentence
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View
from desktop.models import Models, load_bundles
from desktop.models.ensemble_manifest import MEMBERS
from tests.desktop.analysis.asking import WOMAN, only
from tests.desktop.made_up_spine import widening_spine

HEIGHT, WIDTH = 256, 200


def spine(bone: int, beside: int = 20, middle: float = 100.0) -> np.ndarray:
    """A bright band from top to bottom, 60 pixels wide, on darker grey."""
    column = np.abs(np.arange(WIDTH) - middle) <= 30
    return np.tile(np.where(column, bone, beside), (HEIGHT, 1)).astype(np.float32)


def radiograph(pixels: np.ndarray, **changes: object) -> Radiograph:
    made = Radiograph(Path("spine.dcm"), pixels, 255.0, patient=WOMAN, stated_view=View.DXA_SPINE)
    return replace(made, **changes)


def test_a_dark_column_is_flagged_with_classes_members_and_evidence(ensemble_models: Models) -> None:
    finding = only(ensemble_models, radiograph(spine(60)))
    assert finding.outcome is Outcome.FLAGGED
    assert finding.warnings[0].startswith(PHANTOM_MARK)
    assert set(finding.class_probabilities) == set(CLASSES)
    assert sum(finding.class_probabilities.values()) == pytest.approx(1.0)
    assert finding.osteoporosis_probability == finding.class_probabilities["t_at_or_below_minus_2_5"]
    assert "t_at_or_below_minus_2_5" in finding.possible_classes
    assert isinstance(finding.bmd_g_cm2, NotMeasured)
    assert "no bone density" in finding.not_measured["t_score"]
    assert tuple(member.name for member in finding.members) == MEMBERS
    assert list(finding.evidence_maps) == list(finding.regions) == [REGION]
    assert np.shape(finding.evidence_maps[REGION]) == GRID


def test_members_vote_by_themselves_and_say_so(ensemble_models: Models) -> None:
    finding = only(ensemble_models, radiograph(spine(60)))
    votes = {member.name: member.vote for member in finding.members}
    assert votes["cnn"] is votes["vgg16"] is Outcome.FLAGGED
    assert votes["resnet_forest"] is Outcome.NOT_FLAGGED
    assert finding.members_disagree
    for member in finding.members:
        assert np.shape(member.evidence_map) == GRID
        assert np.max(member.evidence_map) == 1.0
    assert votes_sentence(finding) in rows(analyse(radiograph(spine(60)), ensemble_models))[0]["votes"]


def test_a_bright_column_is_not_flagged(ensemble_models: Models) -> None:
    assert only(ensemble_models, radiograph(spine(240, beside=150))).outcome is Outcome.NOT_FLAGGED


def test_the_region_is_where_the_column_stands(ensemble_models: Models) -> None:
    for middle in (80.0, 120.0):
        finding = only(ensemble_models, radiograph(spine(60, middle=middle)))
        left, right = (finding.regions[REGION][corner][0] for corner in (0, 1))
        assert (left + right) / 2 == pytest.approx(middle, abs=8)
        assert 60 <= right - left <= 140


def test_evidence_lies_where_the_strip_is_bright(ensemble_models: Models) -> None:
    pixels = spine(120, beside=40)
    pixels[HEIGHT // 2 :] *= 0.2
    evidence = np.array(only(ensemble_models, radiograph(pixels)).evidence_maps[REGION])
    assert evidence[: GRID[0] // 4].mean() > 2 * evidence[-GRID[0] // 4 :].mean()


def test_a_spine_upside_down_is_judged_and_doubted(ensemble_models: Models) -> None:
    upright = widening_spine(bone=60, beside=20).astype(np.float32)
    told, turned = (only(ensemble_models, radiograph(each)) for each in (upright, upright[::-1].copy()))
    assert told.outcome is Outcome.FLAGGED
    assert UPSIDE_DOWN not in told.warnings
    assert turned.outcome is Outcome.UNCERTAIN
    assert turned.warnings[0] == UPSIDE_DOWN
    assert turned.osteoporosis_probability == pytest.approx(told.osteoporosis_probability, abs=0.05)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_without_a_column_is_refused(ensemble_models: Models, level: int) -> None:
    result = analyse(radiograph(np.full((HEIGHT, WIDTH), level, np.float32)), ensemble_models)
    assert result.status is Status.REFUSED
    assert "No column of vertebrae stands out" in (result.reason or "")


def test_below_50_years_the_outcome_stays_uncertain(ensemble_models: Models) -> None:
    young = radiograph(spine(60), patient=Patient(sex=Sex.FEMALE, age_years=44))
    assert only(ensemble_models, young).outcome is Outcome.UNCERTAIN


def test_a_finding_with_members_survives_json(ensemble_models: Models) -> None:
    result = analyse(radiograph(spine(60)), ensemble_models)
    assert from_json(to_json(result)) == result


def test_density_and_classes_stand_side_by_side_where_they_disagree(
    make_bundle, make_ensemble, trusted_keys: Path
) -> None:
    make_bundle()
    models = load_bundles(make_ensemble().parent, [trusted_keys], threads=1)
    result = analyse(radiograph(spine(200, beside=200 - 12)), models)
    assert [finding.model.family for finding in result.findings] == ["dxa_bmd", "stacked_ensemble"]
    outcomes = {finding.outcome for finding in result.findings}
    assert outcomes == {Outcome.NOT_FLAGGED}
    assert models_sentence(result.findings) == ""
    darker = analyse(radiograph(spine(170, beside=150)), models)
    assert [each.outcome for each in darker.findings] == [Outcome.UNCERTAIN, Outcome.NOT_FLAGGED]
    assert darker.outcome is Outcome.UNCERTAIN
    assert "do not agree" in summary(darker)
    assert "do not agree" not in summary(result)
