"""A chest phantom as a whole: its landmarks, its masses, and what may and may not change it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop.clinical.chest import LANDMARKS, REGIONS, regions_of
from desktop.imaging.radiograph import View
from training.phantom.chest.phantom import build_chest
from training.phantom.chest.ribs import ribs_of
from training.phantom.chest.thorax import draw_thorax
from training.phantom.looks.placement import Positioning
from training.phantom.people.bones import Bones, draw_bones
from training.phantom.people.person import Person, draw_person
from training.phantom.physics.scene import RadiographPhantom
from training.phantom.spine.spine import Spine, draw_spine

SEED, NUMBER = 3, 5


def _placed(side: str = "frontal", turn_deg: float = 0.0) -> Positioning:
    return Positioning(
        view=View.CHEST_FRONTAL,
        side=side,
        source_detector_mm=1800.0,
        pivot_detector_mm=160.0,
        field_mm=(430.0, 430.0),
        pixel_mm=430.0 / 192,
        turn_deg=(0.0, 0.0, turn_deg),
        offset_mm=(0.0, 0.0),
    )


@pytest.fixture(scope="module")
def skeleton() -> tuple[Person, Bones, Spine]:
    """One person with bones and spine."""
    person = draw_person(SEED, NUMBER)
    bones = draw_bones(person, SEED, NUMBER)
    return person, bones, draw_spine(person, bones, SEED, NUMBER)


@pytest.fixture(scope="module")
def chest(skeleton: tuple[Person, Bones, Spine]) -> RadiographPhantom:
    """The person's chest, straight before the detector."""
    return build_chest(*skeleton, _placed(), SEED, NUMBER)


def test_all_landmarks_and_regions_have_their_names(chest: RadiographPhantom) -> None:
    assert set(chest.landmarks) == set(LANDMARKS)
    assert tuple(chest.regions) == REGIONS
    assert chest.regions == regions_of(chest.landmarks)


def test_the_patients_right_lies_on_the_left_of_the_picture(chest: RadiographPhantom) -> None:
    for name in LANDMARKS:
        if name.startswith("right_"):
            assert (
                chest.landmarks[name][0] < chest.landmarks["t12"][0] < chest.landmarks["left_" + name[6:]][0]
            )


def test_the_landmarks_stand_in_their_order(chest: RadiographPhantom) -> None:
    for side in ("right", "left"):
        down = [chest.landmarks[f"{side}_rib_{number}"][1] for number in (1, 2, 3, 4)]
        np.testing.assert_allclose(np.diff(down), np.diff(down)[0], rtol=1e-6)
        assert down[0] > chest.landmarks["cervical_spine"][1]
        assert down[3] < chest.landmarks["t12"][1] + 30.0
        ends = [chest.landmarks[f"{side}_clavicle_{part}"][0] for part in ("medial", "middle", "lateral")]
        assert (np.diff(ends) < 0.0).all() if side == "right" else (np.diff(ends) > 0.0).all()


def test_masses_are_those_of_a_body(chest: RadiographPhantom) -> None:
    scene = chest.scene
    for part in (scene.lean, scene.fat, scene.mineral, scene.metal):
        assert part.shape == (192, 192)
        assert part.dtype == np.float32
        assert np.isfinite(part).all()
        assert (part >= 0.0).all()
    pixel = chest.projection.grid.pixel_mm

    def lean_at(x: float, y: float) -> float:
        return float(scene.lean[int(y / pixel), int(x / pixel)])

    x, y = chest.landmarks["t12"]
    lung = np.array(chest.landmarks["right_rib_3"]) + (35.0, 0.0)
    assert 12.0 < lean_at(x, y) < 40.0
    assert 3.0 < lean_at(*lung) < 0.7 * lean_at(x, y)
    assert 0.1 < scene.mineral.max() < 4.0


def test_the_lungs_border_shows_where_the_landmarks_say(chest: RadiographPhantom) -> None:
    pixel = chest.projection.grid.pixel_mm
    for side, sign in (("right", -1.0), ("left", 1.0)):
        for number in (2, 3):
            x, y = chest.landmarks[f"{side}_rib_{number}"]
            row = chest.scene.lean[int(y / pixel)]
            inside, outside = (row[int((x + sign * step) / pixel)] for step in (-35.0, 7.0))
            assert outside > 1.2 * inside


def test_the_same_arguments_give_the_same_chest(
    skeleton: tuple[Person, Bones, Spine], chest: RadiographPhantom
) -> None:
    again = build_chest(*skeleton, _placed(), SEED, NUMBER)
    assert again.landmarks == chest.landmarks
    assert again.flags == chest.flags
    for name in ("lean", "fat", "mineral", "metal"):
        assert np.array_equal(getattr(again.scene, name), getattr(chest.scene, name))


def test_less_mineral_in_a_bone_shows_as_less_mineral_in_its_region_only(
    skeleton: tuple[Person, Bones, Spine], chest: RadiographPhantom
) -> None:
    person, bones, spine = skeleton
    lost = replace(bones, relative={**bones.relative, "right_clavicle": 0.5 * bones["right_clavicle"]})
    thin = build_chest(person, lost, spine, _placed(), SEED, NUMBER)
    difference = chest.scene.mineral - thin.scene.mineral
    assert np.array_equal(chest.scene.lean, thin.scene.lean)
    assert chest.landmarks == thin.landmarks
    pixel = chest.projection.grid.pixel_mm
    column = np.arange(192) * pixel
    assert np.abs(difference[:, column > chest.landmarks["t12"][0]]).max() < 1e-5
    x, y = chest.landmarks["right_clavicle_middle"]
    around = difference[int(y / pixel) - 6 : int(y / pixel) + 7, int(x / pixel)]
    assert around.max() > 0.05


def test_the_skeleton_does_not_depend_on_the_picture(skeleton: tuple[Person, Bones, Spine]) -> None:
    person, _, spine = skeleton
    first, second = (
        ribs_of(person, spine, draw_thorax(person, spine, SEED, NUMBER), SEED, NUMBER) for _ in range(2)
    )
    assert [rib.side for rib in first] == [-1] * 12 + [1] * 12
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.tube.points_mm, other.tube.points_mm)


def test_turning_the_patient_moves_the_collar_bones_against_the_spine(
    skeleton: tuple[Person, Bones, Spine], chest: RadiographPhantom
) -> None:
    turned = build_chest(*skeleton, _placed(turn_deg=8.0), SEED, NUMBER)

    def off_middle(phantom: RadiographPhantom) -> float:
        ends = (phantom.landmarks[f"{side}_clavicle_medial"][0] for side in ("right", "left"))
        return sum(ends) / 2 - phantom.landmarks["t12"][0]

    assert abs(off_middle(turned) - off_middle(chest)) > 4.0


def test_a_picture_taken_from_the_front_enlarges_the_heart(skeleton: tuple[Person, Bones, Spine]) -> None:
    close = replace(_placed("frontal_ap"), source_detector_mm=1000.0)
    from_front, from_behind = (build_chest(*skeleton, placed, SEED, NUMBER) for placed in (close, _placed()))

    def gap(phantom: RadiographPhantom) -> float:
        ends = (phantom.landmarks[f"{side}_clavicle_medial"][0] for side in ("left", "right"))
        left, right = ends
        return left - right

    assert gap(from_front) > 1.1 * gap(from_behind)
