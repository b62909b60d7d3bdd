"""A chest from the picture to its finding, on a made-up model whose answers follow from brightness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from desktop.analysis import analyse
from desktop.analysis.chest import AT_BORDER, UNCHECKED
from desktop.analysis.exposure import METAL
from desktop.analysis.sides import MIRRORED
from desktop.clinical.chest import LANDMARKS, REGIONS, regions_of
from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.findings import Outcome
from desktop.findings.marks import PHANTOM_MARK, moved_sentence
from desktop.findings.serialise import from_json, to_json
from desktop.imaging.radiograph import Patient, PixelSpacing, Radiograph, View
from desktop.models import Models, load_bundles
from tests.desktop.analysis.asking import HEIGHT, WIDTH, grey_radiograph, in_file, only, refusal
from tests.desktop.made_up_graphs import chest_shares


def radiograph(level: int = 128, **changes: object) -> Radiograph:
    """Return a plain chest with all shades of grey in its first row."""
    made = grey_radiograph(View.CHEST_FRONTAL, level, **changes)
    made.pixels[0] = np.linspace(0, 255, WIDTH)
    return made


def textured(picture: Radiograph) -> Radiograph:
    """Return the picture with noise of some shades, as all real ones have."""
    noise = np.random.default_rng(1).normal(0, 4, picture.pixels.shape)
    return replace(picture, pixels=(picture.pixels + noise).clip(5, 250).astype(np.float32))


def test_a_chest_has_bmd_landmarks_regions_and_evidence(chest_models: Models) -> None:
    finding = only(chest_models, radiograph(150))
    assert finding.model.family == "chest_multi_roi"
    assert PHANTOM_MARK in finding.warnings[0]
    assert list(finding.bmd_g_cm2) == [*VERTEBRAE, GROUP]
    assert finding.bmd_g_cm2["L1"].value == pytest.approx(0.5 + 0.6 * 150 / 255, abs=1e-4)
    assert finding.t_score[GROUP].value < 0
    assert list(finding.landmarks) == list(LANDMARKS)
    for name, share in chest_shares().items():
        assert finding.landmarks[name] == pytest.approx(in_file(*share), abs=1e-3)
    assert finding.regions == regions_of(finding.landmarks)
    assert tuple(finding.evidence_shares) == tuple(finding.evidence_maps) == REGIONS
    assert sum(finding.evidence_shares.values()) == pytest.approx(1.0)
    assert finding.moved_by_hand == ()


def test_evidence_lies_where_the_picture_differs(chest_models: Models) -> None:
    x, y = in_file(*chest_shares()["t12"])
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    bright = 25 * np.exp(-((rows - y - 12) ** 2 + (columns - x) ** 2) / 13**2)
    finding = only(chest_models, radiograph(pixels=(128 + bright).astype(np.float32)))
    upper, lower = finding.evidence_maps["t12"]
    assert min(lower) > max(upper)
    assert max(lower) == 1.0
    moving = {name for name, share in finding.evidence_shares.items() if share > 0.05}
    assert moving == {"t12", "chest"}


def test_moved_landmarks_move_regions_and_answer_and_are_named(chest_models: Models) -> None:
    picture = radiograph()
    picture.pixels[1 : HEIGHT // 2] = 60
    before = only(chest_models, picture)
    x, y = before.landmarks["cervical_spine"]
    moved = {"cervical_spine": (x, y - 40.0)}
    after = only(chest_models, picture, moved_landmarks=moved)
    assert after.landmarks == {**before.landmarks, **moved}
    assert after.regions == regions_of(after.landmarks)
    assert after.bmd_g_cm2["L1"].value < before.bmd_g_cm2["L1"].value
    assert after.moved_by_hand == ("cervical_spine",)
    assert after.warnings[-1] == moved_sentence(["cervical_spine"])
    assert not any("by hand" in warning for warning in before.warnings)


def test_several_moved_landmarks_are_listed_in_their_order(chest_models: Models) -> None:
    found = only(chest_models, radiograph()).landmarks
    moved = {name: found[name] for name in ("t12", "left_rib_2", "right_rib_1")}
    finding = only(chest_models, radiograph(), moved_landmarks=moved)
    assert finding.moved_by_hand == ("right_rib_1", "left_rib_2", "t12")
    assert finding.warnings[-1] == moved_sentence(["right_rib_1", "left_rib_2", "t12"])


def test_a_landmark_moved_to_nonsense_is_refused_with_the_reason(chest_models: Models) -> None:
    moved = {"t12": in_file(0.5, 0.26)}
    reason = refusal(chest_models, radiograph(), moved_landmarks=moved)
    assert analyse(radiograph(), chest_models, moved_landmarks=moved).refused_landmarks["t12"] == moved["t12"]
    assert "make no anatomical sense" in reason
    assert "whole adult chest" in reason


def test_a_childs_chest_is_refused_by_its_size(chest_models: Models) -> None:
    spacing = PixelSpacing(0.5, 0.5, "PixelSpacing")
    assert "rib cage is only 125 mm wide" in refusal(chest_models, radiograph(spacing=spacing))
    adult = PixelSpacing(1.2, 1.2, "PixelSpacing")
    assert only(chest_models, radiograph(spacing=adult)).landmarks


def test_without_age_and_spacing_the_reader_is_told_to_look_for_a_child(chest_models: Models) -> None:
    def told(**changes: object) -> bool:
        return any("shows an adult" in each for each in only(chest_models, radiograph(**changes)).warnings)

    nobody, adult = Patient(), PixelSpacing(1.2, 1.2, "PixelSpacing")
    assert told(patient=nobody)
    assert not told(patient=nobody, spacing=adult)
    assert not told()


class Blind:
    """A session whose landmarks keep the shape of a chest, and whose maps show all but T12 elsewhere."""

    def __init__(self, session: InferenceSession, off: float) -> None:
        self.session, self.off = session, off

    def run(self, names: Sequence[str], feeds: object) -> list[NDArray[np.float32]]:
        """Return landmarks and spots."""
        answers = dict(zip(names, self.session.run(names, feeds), strict=True))
        others = [name != "t12" for name in LANDMARKS]
        answers["spots"] = answers["spots"] + np.float32(self.off) * np.array(others)[:, None]
        return [answers[name].astype(np.float32) for name in names]


def test_a_shape_of_landmarks_that_the_picture_does_not_show_is_refused(chest_models: Models) -> None:
    bundle = chest_models.by_family["chest_multi_roi"]

    def off_by(share: float) -> Models:
        session = Blind(bundle.landmark_session, share)
        return Models({"chest_multi_roi": replace(bundle, landmark_session=session)})

    picture, most = radiograph(), bundle.manifest.most_contradiction
    assert only(off_by(0.7 * most), picture).landmarks
    models = off_by(0.8 * most)
    assert "do not fit what the picture shows" in refusal(models, picture)
    found = analyse(picture, models).refused_landmarks
    assert list(found) == list(LANDMARKS)
    assert "not moved" in refusal(models, picture, moved_landmarks={"t12": found["t12"]})
    by_hand = only(models, picture, moved_landmarks=found)
    assert by_hand.landmarks == found
    assert UNCHECKED in by_hand.warnings


@pytest.mark.parametrize("level", [0, 255])
def test_a_chest_without_detail_is_refused(chest_models: Models, level: int) -> None:
    picture = radiograph(150)
    top, bottom = HEIGHT // 3, 2 * HEIGHT // 3
    picture.pixels[top:bottom] = level
    assert "plain black or white" in refusal(chest_models, picture)
    picture.pixels[top : bottom - 40] = 150
    assert only(chest_models, picture).landmarks


def test_metal_over_t12_settles_nothing_and_a_soft_bright_bone_is_none(chest_models: Models) -> None:
    picture = radiograph(180)
    x, y = (round(each) for each in in_file(*chest_shares()["t12"]))
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    bone = 15 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 15**2)
    soft = replace(picture, pixels=(picture.pixels + bone).astype(np.float32))
    finding = only(chest_models, soft)
    assert finding.outcome is not Outcome.UNCERTAIN
    assert METAL not in finding.warnings
    soft.pixels[y - 20 : y + 20, x - 12 : x - 8] = 255
    finding = only(chest_models, soft)
    assert finding.outcome is Outcome.UNCERTAIN
    assert METAL in finding.warnings


@pytest.mark.parametrize("side", ["top", "bottom"])
def test_where_bones_lie_in_the_dark_nothing_is_settled(chest_models: Models, side: str) -> None:
    picture = radiograph(60)  # a BMD that is flagged
    found = only(chest_models, picture)
    seen = textured(picture)
    assert only(chest_models, seen).outcome is Outcome.FLAGGED
    assert any("T12 shows no detail" in each for each in found.warnings)
    clavicles, t12 = (found.landmarks[name][1] for name in ("right_clavicle_middle", "t12"))
    dark = np.s_[: int(clavicles) + 5] if side == "top" else np.s_[int(t12) - 30 :]
    seen.pixels[dark] = 0
    doubted = only(chest_models, seen)
    region = "right clavicle" if side == "top" else "T12"
    assert any(each.startswith(f"Of the region {region} ") for each in doubted.warnings)
    assert doubted.outcome is Outcome.UNCERTAIN


def test_t12_at_the_lower_border_settles_nothing(chest_models: Models) -> None:
    picture = textured(radiograph(60))
    found = only(chest_models, picture)
    assert AT_BORDER not in found.warnings
    down = HEIGHT - 8 - found.landmarks["t12"][1]
    lower = {name: (x, y + down) for name, (x, y) in found.landmarks.items()}
    low = only(chest_models, picture, moved_landmarks=lower)
    assert AT_BORDER in low.warnings
    assert low.outcome is Outcome.UNCERTAIN


def test_a_picture_of_few_shades_or_few_pixels_is_refused(chest_models: Models) -> None:
    two = textured(radiograph())
    two.pixels[...] = np.where(two.pixels > 128, 200, 50)
    assert "only 2 shades of grey" in refusal(chest_models, two)
    small = replace(radiograph(), pixels=textured(radiograph()).pixels[::4, ::4].copy())
    assert re.search(r"has only \d\d pixels", refusal(chest_models, small))


def test_a_heart_on_the_right_is_pointed_out(chest_models: Models) -> None:
    x, y = in_file(0.62, 0.56)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    heart = 60 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 30**2)
    picture = radiograph(pixels=(120 + heart).astype(np.float32))
    assert MIRRORED not in only(chest_models, picture).warnings
    mirrored = replace(picture, pixels=picture.pixels[:, ::-1].copy())
    assert MIRRORED in only(chest_models, mirrored).warnings
    assert MIRRORED not in only(chest_models, radiograph()).warnings


def test_an_implausible_answer_names_the_view(make_chest, trusted_keys: Path) -> None:
    from desktop.models.manifest import Output

    narrow = {"bmd": Output(unit="g/cm2", low=0.9, high=2.0), "evidence": Output(unit="g/cm2")}
    models = load_bundles(make_chest(outputs=narrow).parent, [trusted_keys], threads=1)
    assert "outside of 0.9 to 2 g/cm2" in refusal(models, radiograph(80))
    assert "frontal chest X-ray" in refusal(models, radiograph(80))


def test_a_model_without_landmarks_has_none_to_move(models: Models) -> None:
    spine = replace(radiograph(), stated_view=View.DXA_SPINE)
    finding = only(models, spine, moved_landmarks={"t12": (3.0, 4.0)})
    assert finding.moved_by_hand == ()
    assert "landmarks" in finding.not_measured


def test_the_finding_survives_json(chest_models: Models) -> None:
    result = analyse(radiograph(), chest_models)
    assert from_json(to_json(result)) == result
