from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from desktop.analysis import analyse
from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.findings import NotMeasured, Outcome, Status
from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.patient_match import mismatch_sentence
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View
from desktop.models import Models, load_bundles

WOMAN = Patient(sex=Sex.FEMALE, age_years=68)


def radiograph(level: int = 128, **changes: object) -> Radiograph:
    pixels = np.full((40, 40), level, np.float32)
    made = Radiograph(Path("spine.dcm"), pixels, 255.0, patient=WOMAN, stated_view=View.DXA_SPINE)
    return replace(made, **changes)


def test_a_spine_is_screened_with_intervals_and_scores(models: Models) -> None:
    result = analyse(radiograph(), models)
    (finding,) = result.findings
    assert result.status is Status.SCREENED
    assert result.view is not None
    assert result.view.name is View.DXA_SPINE
    assert list(finding.bmd_g_cm2) == [*VERTEBRAE, GROUP]
    for each in finding.bmd_g_cm2.values():
        assert each.value - each.low == pytest.approx(0.08)
        assert each.high - each.value == pytest.approx(0.08)
    values = [finding.bmd_g_cm2[site].value for site in VERTEBRAE]
    assert min(values) <= finding.bmd_g_cm2[GROUP].value <= max(values)
    assert finding.t_score[GROUP].value == pytest.approx((finding.bmd_g_cm2[GROUP].value - 1.064) / 0.106)
    assert finding.score_kind == "T"
    assert set(finding.z_score) == {GROUP}
    assert result.seconds.analyse > 0


@pytest.mark.parametrize(
    ("level", "outcome"), [(80, Outcome.FLAGGED), (121, Outcome.UNCERTAIN), (200, Outcome.NOT_FLAGGED)]
)
def test_the_probability_decides_the_outcome(models: Models, level: int, outcome: Outcome) -> None:
    assert analyse(radiograph(level), models).outcome is outcome


def test_the_probability_is_the_manifests_logistic(models: Models) -> None:
    (finding,) = analyse(radiograph(), models).findings
    expected = 1 / (1 + np.exp(-(40 - 50 * finding.bmd_g_cm2[GROUP].value)))
    assert finding.osteoporosis_probability == pytest.approx(expected)


def test_the_finding_tells_how_often_its_outcome_was_right_where_the_cut_offs_were_set(
    models: Models,
) -> None:
    (finding,) = analyse(radiograph(80), models).findings
    told = models.by_family[finding.model.family].manifest.thresholds
    rates = finding.cut_off_rates
    assert (rates.flagged_ppv, rates.prevalence) == (told.ppv_at_upper, told.prevalence)
    assert rates.not_flagged_missed == pytest.approx(1 - told.sensitivity_at_lower)
    assert rates.pictures == told.pictures


def test_the_evidence_of_a_spine_lies_over_the_whole_picture(models: Models) -> None:
    pixels = np.full((40, 20), 40, np.float32)
    pixels[30:, 10:] = 250
    (finding,) = analyse(radiograph(pixels=pixels), models).findings
    (corners,) = finding.regions.values()
    assert (corners[0], corners[2]) == ((-0.5, -0.5), (19.5, 39.5))
    (grid,) = finding.evidence_maps.values()
    levels = np.array(grid)
    assert levels.shape == (32, 16)
    assert levels[:20].max() < 0.3 < levels[28:, 12:].min()
    assert isinstance(finding.evidence_shares, NotMeasured)


def test_phantom_evidence_is_said_first(models: Models) -> None:
    (finding,) = analyse(radiograph(), models).findings
    assert PHANTOM_MARK in finding.warnings[0]
    assert any("mean vertebral areas" in warning for warning in finding.warnings)


def test_notices_of_the_reader_reach_the_finding(models: Models) -> None:
    (finding,) = analyse(radiograph(notices=("The polarity was not stated.",)), models).findings
    assert "The polarity was not stated." in finding.warnings


def test_unknown_sex_and_age_give_t_with_a_warning_and_no_z(models: Models) -> None:
    (finding,) = analyse(radiograph(), models, patient=Patient()).findings
    assert finding.score_kind == "T"
    assert isinstance(finding.z_score, NotMeasured)
    assert finding.not_measured["z_score"] == finding.z_score.reason
    assert any("age is not known" in warning for warning in finding.warnings)


@pytest.mark.parametrize("age", [49, 40, 20])
def test_below_50_the_outcome_stays_uncertain(models: Models, age: int) -> None:
    (finding,) = analyse(radiograph(), models, patient=Patient(sex=Sex.FEMALE, age_years=age)).findings
    assert finding.outcome is Outcome.UNCERTAIN
    assert any("Screening by T-score starts at 50" in warning for warning in finding.warnings)


@pytest.mark.parametrize("age", [45, 88])
def test_ages_outside_training_are_warned_of(models: Models, age: int) -> None:
    (finding,) = analyse(radiograph(), models, patient=Patient(sex=Sex.FEMALE, age_years=age)).findings
    assert any(f"The patient is {age}" in warning for warning in finding.warnings)


def test_the_entered_patient_overrides_the_files(models: Models) -> None:
    assert analyse(radiograph(), models, patient=Patient(age_years=19)).status is Status.REFUSED


def test_nobody_under_20_is_judged(models: Models) -> None:
    result = analyse(radiograph(patient=Patient(age_years=12)), models)
    assert result.status is Status.REFUSED
    assert "under 20" in (result.reason or "")
    assert not result.findings


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (None, "confirm the view"),
        (View.LUMBAR_LATERAL, "open a spine DXA"),
        (View.CHEST_FRONTAL, "open a spine DXA"),
        (View.OTHER, "no model judges: open a spine DXA"),
    ],
)
def test_other_views_are_refused_with_a_sentence(models: Models, view: View | None, words: str) -> None:
    result = analyse(radiograph(stated_view=None), models, view=view)
    assert result.status is Status.REFUSED
    assert words in (result.reason or "")


def test_the_users_view_beats_the_files(models: Models) -> None:
    assert analyse(radiograph(stated_view=View.CHEST_FRONTAL), models, view=View.DXA_SPINE).findings
    assert not analyse(radiograph(), models, view=View.OTHER).findings


def test_without_models_nothing_is_judged() -> None:
    result = analyse(radiograph(), Models())
    assert result.status is Status.REFUSED
    assert "No model is loaded" in (result.reason or "")


def test_an_implausible_answer_is_refused(make_bundle, trusted_keys: Path) -> None:
    from desktop.models.manifest import Output

    narrow = {"bmd": Output(unit="g/cm2", low=0.9, high=2.0), "evidence": Output(unit="g/cm2")}
    models = load_bundles(make_bundle(outputs=narrow).parent, [trusted_keys], threads=1)
    result = analyse(radiograph(80), models)
    assert result.status is Status.REFUSED
    assert "outside of 0.9 to 2 g/cm2" in (result.reason or "")


def test_float_is_said(models: Models) -> None:
    floating = Models({"dxa_bmd": models.by_family["dxa_bmd"].in_float()})
    (finding,) = analyse(radiograph(), floating).findings
    assert finding.ran_in_float
    assert any("in float" in warning for warning in finding.warnings)


class OneNumber:
    """A session of the published network, which answers L1-L4 alone."""

    def run(self, names, feeds):
        return [np.full((1, 1), 0.95, np.float32) for _ in names]


def test_a_model_of_l1_to_l4_as_one_is_read_too(models: Models) -> None:
    bundle = models.by_family["dxa_bmd"]
    manifest = msgspec.structs.replace(bundle.manifest, sites=(GROUP,), area_shares={GROUP: 1.0})
    single = Models({"dxa_bmd": replace(bundle, manifest=manifest, session=OneNumber())})
    (finding,) = analyse(radiograph(), single).findings
    assert {site: each.value for site, each in finding.bmd_g_cm2.items()} == {GROUP: pytest.approx(0.95)}
    assert not any("mean vertebral areas" in warning for warning in finding.warnings)


def test_a_patient_who_is_not_the_pictures_is_pointed_out_with_the_result(models: Models) -> None:
    (finding,) = analyse(radiograph(), models, patient=replace(WOMAN, sex=Sex.MALE)).findings
    assert finding.warnings[0] == mismatch_sentence(["sex"])
    (finding,) = analyse(radiograph(), models, patient=WOMAN).findings
    assert not any("not the picture's" in warning for warning in finding.warnings)
