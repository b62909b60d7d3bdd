"""A lateral spine from the picture to its finding, on a made-up model that goes by brightness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.analysis import analyse
from desktop.analysis.finding import NO_DENSITY
from desktop.analysis.lumbar import CONTRADICTED, FIVE, NO_SENSE, NOT_WHOLE
from desktop.analysis.spine_heights import NO_SPACING, TOO_FEW
from desktop.analysis.spine_metal import METAL
from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, WHOLE_LEVELS, corners_of, region_of
from desktop.findings import Outcome
from desktop.findings.marks import PHANTOM_MARK, moved_sentence
from desktop.findings.result import CLASSES
from desktop.findings.serialise import from_json, to_json
from desktop.imaging.radiograph import Patient, PixelSpacing, Radiograph, Sex, View
from desktop.models import LumbarBundle, Models, load_bundles
from desktop.models.classes import ClassConformal
from desktop.models.lumbar_bundle import Placed
from tests.desktop.analysis.asking import HEIGHT, WIDTH, grey_radiograph, in_file, only, refusal, refused
from tests.desktop.made_up_lumbar import golden_probabilities, spine_shares

UPRIGHT = 7.0
"""Grey of the first pixel of a picture that is the right way up."""


def radiograph(level: int = 150, **changes: object) -> Radiograph:
    return grey_radiograph(View.LUMBAR_LATERAL, level, **changes)


def test_a_spine_has_classes_vertebrae_a_region_and_evidence(lumbar_models: Models) -> None:
    finding = only(lumbar_models, radiograph(150))
    assert finding.model.family == "lumbar_xray"
    assert PHANTOM_MARK in finding.warnings[0]
    assert FIVE in finding.warnings
    assert finding.class_probabilities == pytest.approx(golden_probabilities(150), abs=1e-4)
    assert finding.osteoporosis_probability == finding.class_probabilities["t_at_or_below_minus_2_5"]
    assert finding.possible_classes == ("t_above_minus_1",)
    assert finding.bmd_g_cm2 == finding.t_score == finding.z_score == NO_DENSITY
    assert list(finding.landmarks) == list(CORNERS)
    for name, share in spine_shares().items():
        assert finding.landmarks[name] == pytest.approx(in_file(*share), abs=1e-3)
    assert finding.regions == {"l1_l3": region_of(finding.landmarks)}
    assert list(finding.vertebrae) == list(LEVELS)
    assert finding.vertebrae["L1"] == pytest.approx(in_file(0.5 + 0.006 * 4, 0.265), abs=1e-3)
    assert finding.moved_by_hand == ()


@pytest.mark.parametrize(
    ("level", "outcome"),
    [(60, Outcome.FLAGGED), (100, Outcome.UNCERTAIN), (160, Outcome.NOT_FLAGGED)],
)
def test_the_outcome_follows_from_the_probability(
    lumbar_models: Models, level: int, outcome: Outcome
) -> None:
    assert only(lumbar_models, radiograph(level)).outcome is outcome


@pytest.mark.parametrize("facing", [1, -1])
def test_evidence_lies_where_the_crop_is_dark(lumbar_models: Models, facing: int) -> None:
    """The map's rows run from the front to the back, whichever way the patient faces."""
    picture = radiograph(110)
    turned = {name: in_file(0.5 + facing * (x - 0.5), y) for name, (x, y) in spine_shares().items()}
    front = np.arange(WIDTH) < in_file(0.5, 0.5)[0]
    picture.pixels[:, front if facing == 1 else ~front] = 60
    (upper, lower) = only(lumbar_models, picture, moved_landmarks=turned).evidence_maps["l1_l3"]
    assert upper[0] > 2 * upper[1]
    assert lower[0] > 2 * lower[1]


def test_classes_that_cannot_be_ruled_out() -> None:
    told = ClassConformal(
        level=0.9,
        least_probability=dict(zip(CLASSES, (0.2, 0.3, 0.1), strict=True)),
        pictures=dict.fromkeys(CLASSES, 100),
    )
    assert told.possible(np.array([0.5, 0.35, 0.15])) == CLASSES
    assert told.possible(np.array([0.8, 0.15, 0.05])) == ("t_above_minus_1",)
    unlikely = ClassConformal(
        level=0.1, least_probability=dict.fromkeys(CLASSES, 0.9), pictures=dict.fromkeys(CLASSES, 100)
    )
    assert unlikely.possible(np.array([0.2, 0.5, 0.3])) == ("t_minus_1_to_minus_2_5",)


def test_heights_are_in_mm_by_the_spacing_of_rows_and_columns(lumbar_models: Models) -> None:
    spacing = PixelSpacing(0.7, 0.7, "ImagerPixelSpacing")
    finding = only(lumbar_models, radiograph(spacing=spacing))
    assert list(finding.vertebral_heights) == list(WHOLE_LEVELS)
    assert finding.vertebral_heights["L3"].posterior_mm == pytest.approx(0.09 * HEIGHT * 0.7, rel=1e-3)
    assert finding.vertebral_heights["L3"].wedge_ratio == pytest.approx(1.0, abs=1e-3)
    assert finding.fractures["L1"] == 0
    assert "vertebral_heights.mm" not in finding.not_measured


def test_without_a_spacing_ratios_and_grades_are_told_and_mm_are_not(lumbar_models: Models) -> None:
    x, y = in_file(*spine_shares()["l2_superior_anterior"])
    crushed = {"l2_superior_anterior": (x, y + 0.03 * HEIGHT)}
    finding = only(lumbar_models, radiograph(), moved_landmarks=crushed)
    height = finding.vertebral_heights["L2"]
    assert height.anterior_mm is height.middle_mm is height.posterior_mm is None
    assert height.wedge_ratio == pytest.approx(2 / 3, abs=1e-3)
    assert finding.fractures["L2"] == 2
    assert height.height_lost == pytest.approx(1 - 2 / 3 / 0.99 * 23.8 / 24.3, abs=1e-3)
    assert finding.not_measured["vertebral_heights.mm"] == NO_SPACING


def test_a_crushed_l2_settles_nothing_and_a_crushed_l5_does_not_matter(lumbar_models: Models) -> None:
    for level, outcome in (("l2", Outcome.UNCERTAIN), ("l5", Outcome.NOT_FLAGGED)):
        x, y = in_file(*spine_shares()[f"{level}_superior_middle"])
        moved = {f"{level}_superior_middle": (x, y + 0.03 * HEIGHT)}
        finding = only(lumbar_models, radiograph(160), moved_landmarks=moved)
        assert finding.fractures[level.upper()] >= 2
        assert finding.outcome is outcome
        assert any("L2 looks crushed" in each for each in finding.warnings) == (level == "l2")


def test_a_vertebra_cut_off_is_left_out_and_said(lumbar_models: Models) -> None:
    picture = radiograph()
    picture.pixels[: round(0.18 * HEIGHT)] = 0
    finding = only(lumbar_models, picture)
    assert not finding.landmarks.keys() & set(corners_of("T12"))
    assert "T12" not in finding.vertebrae
    assert "T12" not in finding.vertebral_heights
    assert finding.not_measured["vertebral_heights.T12"] == NOT_WHOLE


def test_with_fewer_than_three_bodies_nothing_is_graded() -> None:
    from desktop.analysis.spine_heights import fractures_of, vertebral_heights

    two = {name: in_file(*spine_shares()[name]) for level in ("L2", "L3") for name in corners_of(level)}
    assert fractures_of(two, None) == TOO_FEW
    heights, _ = vertebral_heights(two, None)
    assert heights["L2"].height_lost is None


def test_without_l1_to_l3_it_is_refused_with_landmarks_to_move(lumbar_models: Models) -> None:
    picture = radiograph()
    picture.pixels[round(0.44 * HEIGHT) :] = 0
    result = refused(lumbar_models, picture)
    assert "L3 cannot be found whole" in (result.reason or "")
    assert set(result.refused_landmarks) == set(CORNERS)


def test_a_moved_vertebra_counts_as_whole_and_is_named(lumbar_models: Models) -> None:
    picture = radiograph()
    picture.pixels[round(0.44 * HEIGHT) : round(0.7 * HEIGHT)] = 0
    x, y = in_file(*spine_shares()["l3_inferior_middle"])
    moved = {"l3_inferior_middle": (x, y + 2.0)}
    assert "L3" in refusal(lumbar_models, picture)
    picture.pixels[round(0.38 * HEIGHT) : round(0.7 * HEIGHT)] = 15
    finding = only(lumbar_models, picture, moved_landmarks=moved)
    assert finding.landmarks["l3_inferior_middle"] == (x, y + 2.0)
    assert finding.moved_by_hand == ("l3_inferior_middle",)
    assert finding.warnings[-1] == moved_sentence(["l3_inferior_middle"])


def test_corners_moved_to_nonsense_are_refused_with_the_reason(lumbar_models: Models) -> None:
    shares = spine_shares()
    swapped = {
        name: in_file(*shares[name.replace("l2", "l3") if "l2" in name else name.replace("l3", "l2")])
        for level in ("L2", "L3")
        for name in corners_of(level)
    }
    result = refused(lumbar_models, radiograph(), moved_landmarks=swapped)
    assert "make no anatomical sense" in (result.reason or "")
    assert result.refused_landmarks["l2_superior_middle"] == swapped["l2_superior_middle"]


def find_flat(monkeypatch: pytest.MonkeyPatch, flat: str, down: float = 0.0) -> None:
    """Have the made-up spine found with a flat body, and apart from its mirror where a pixel is UPRIGHT."""

    def placed(bundle: LumbarBundle, picture: Radiograph) -> Placed:
        shares = np.array(list(spine_shares().values())) + (0.0, down)
        upper, lower = (slice(CORNERS.index(corners_of(flat)[k]), None) for k in (0, 3))
        shares[lower][:3, 1] = shares[upper][:3, 1] + 0.005
        apart = 0.1 * float(picture.pixels[0, 0] == UPRIGHT)
        return Placed(shares, np.ones(len(LEVELS), bool), apart)

    monkeypatch.setattr(LumbarBundle, "placed", placed)


def test_an_end_of_the_row_that_makes_no_sense_is_left_out_and_said(
    lumbar_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_flat(monkeypatch, "T12", -0.09)
    finding = only(lumbar_models, radiograph())
    assert list(finding.vertebrae) == ["L1", "L2", "L3", "L4", "L5", "S1"]
    assert finding.not_measured["vertebral_heights.T12"] == NO_SENSE
    assert "Left out, since not surely found: T12." in " ".join(finding.warnings)
    assert finding.outcome is Outcome.UNCERTAIN
    x, y = in_file(*spine_shares()["t12_inferior_middle"])
    assert "no anatomical sense" in refusal(
        lumbar_models, radiograph(), moved_landmarks={"t12_inferior_middle": (x, y - 0.08 * HEIGHT)}
    )
    find_flat(monkeypatch, "L2")
    assert "far too flat" in refusal(lumbar_models, radiograph())


@pytest.mark.parametrize(("flat", "words"), [("T12", "seems to be upside down"), ("L2", "far too flat")])
def test_upside_down_is_said_only_where_the_turned_picture_shows_a_spine(
    lumbar_models: Models, monkeypatch: pytest.MonkeyPatch, flat: str, words: str
) -> None:
    picture = radiograph()
    picture.pixels[0, 0] = UPRIGHT
    find_flat(monkeypatch, flat, -0.09)
    assert words in refusal(lumbar_models, picture)


def test_a_childs_spine_is_refused_by_its_size(lumbar_models: Models) -> None:
    spacing = PixelSpacing(0.3, 0.3, "PixelSpacing")
    assert "L1 to L3 measure only 36 mm" in refusal(lumbar_models, radiograph(spacing=spacing))


def test_without_age_and_spacing_the_reader_is_told_to_look_for_a_child(lumbar_models: Models) -> None:
    nobody, adult = Patient(), PixelSpacing(0.7, 0.7, "PixelSpacing")
    assert any("shows an adult" in each for each in only(lumbar_models, radiograph(patient=nobody)).warnings)
    sized = only(lumbar_models, radiograph(patient=nobody, spacing=adult))
    assert not any("shows an adult" in each for each in sized.warnings)


def test_corners_that_contradict_the_mirror_images_are_refused_unless_moved(
    make_lumbar, trusted_keys: Path
) -> None:
    models = load_bundles(make_lumbar(most_contradiction=0.001).parent, [trusted_keys], threads=1)
    assert "mirror image contradict" in refusal(models, radiograph())
    x, y = in_file(*spine_shares()["l4_inferior_middle"])
    by_hand = only(models, radiograph(), moved_landmarks={"l4_inferior_middle": (x, y + 1)})
    assert by_hand.outcome is Outcome.UNCERTAIN
    assert CONTRADICTED in by_hand.warnings


@pytest.mark.parametrize("level", [2, 255])
def test_a_crop_without_detail_is_refused(lumbar_models: Models, level: int) -> None:
    picture = radiograph()
    picture.pixels[round(0.27 * HEIGHT) : round(0.48 * HEIGHT)] = level
    x, y = in_file(*spine_shares()["l2_inferior_middle"])
    moved = {
        "l2_inferior_middle": (x, y + 1),
        "l1_inferior_middle": in_file(*spine_shares()["l1_inferior_middle"]),
    }
    moved["l3_inferior_middle"] = in_file(*spine_shares()["l3_inferior_middle"])
    result = refused(lumbar_models, picture, moved_landmarks=moved)
    assert "L1 to L3 is plain black or white" in (result.reason or "")


def test_screws_over_l2_settle_nothing_and_end_plates_are_none(lumbar_models: Models) -> None:
    random = np.random.default_rng(3)
    rough = radiograph(pixels=(60 + random.normal(0, 4, (HEIGHT, WIDTH))).astype(np.float32).clip(0, 255))
    shares = spine_shares()
    for level in ("l1", "l2", "l3"):
        for end in ("superior", "inferior"):
            x, y = (round(each) for each in in_file(*shares[f"{level}_{end}_middle"]))
            rough.pixels[y - 1 : y + 2, x - 35 : x + 35] += 10
    assert METAL not in only(lumbar_models, rough).warnings
    x, y = (round(each) for each in in_file(*shares["l2_superior_middle"]))
    rough.pixels[y + 10 : y + 22, x - 10 : x + 75] = 200
    finding = only(lumbar_models, rough)
    assert METAL in finding.warnings
    assert finding.outcome is Outcome.UNCERTAIN


def test_a_woman_under_fifty_stays_uncertain(lumbar_models: Models) -> None:
    young = Patient(sex=Sex.FEMALE, age_years=40)
    assert only(lumbar_models, radiograph(60), patient=young).outcome is Outcome.UNCERTAIN


def test_the_finding_survives_json(lumbar_models: Models) -> None:
    result = analyse(radiograph(), lumbar_models)
    assert from_json(to_json(result)) == result
