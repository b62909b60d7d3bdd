"""The lateral lumbar phantom: corners on the vertebrae, the person's truth, a body's masses."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.imaging.radiograph import View
from training.phantom.lateral.phantom import MARKED, build_lateral
from training.phantom.looks.placement import positioning
from training.phantom.people.bones import draw_bones
from training.phantom.people.person import draw_person
from training.phantom.physics.scene import RadiographPhantom
from training.phantom.spine import implants
from training.phantom.spine.flags import spine_flags
from training.phantom.spine.lumbar_view import MEASURED
from training.phantom.spine.spine import draw_spine

SEED = 31


def _built(number: int, size_px: int = 200, placing: int = 0) -> RadiographPhantom:
    person = draw_person(SEED, number)
    bones = draw_bones(person, SEED, number)
    spine = draw_spine(person, bones, SEED, number)
    rng = np.random.default_rng(placing)
    placed = positioning(View.LUMBAR_LATERAL, person, "every", size_px, rng)
    return build_lateral(person, bones, spine, placed, SEED, number)


@pytest.fixture(scope="module")
def phantoms() -> list[RadiographPhantom]:
    return [_built(number) for number in range(6)]


def test_every_corner_has_its_name(phantoms) -> None:
    ends, places = ("superior", "inferior"), ("anterior", "middle", "posterior")
    names = {f"{level.lower()}_{end}_{place}" for level in MARKED for end in ends for place in places}
    names |= {f"s1_superior_{place}" for place in places}
    assert set(phantoms[0].vertebrae) == names


def test_corners_lie_as_in_an_upright_patient_who_looks_left(phantoms) -> None:
    for phantom in phantoms:
        at = phantom.vertebrae
        for level in ("l1", "l2", "l3", "l4"):
            assert at[f"{level}_superior_anterior"][0] < at[f"{level}_superior_posterior"][0]
            assert at[f"{level}_superior_middle"][1] < at[f"{level}_inferior_middle"][1]
        downward = [at[f"{level.lower()}_superior_middle"][1] for level in (*MARKED, "S1")]
        assert downward == sorted(downward)


def test_l3_holds_more_mineral_than_the_disc_below(phantoms) -> None:
    for phantom in phantoms:
        pixel = phantom.projection.grid.pixel_mm

        def mineral(*names: str, phantom=phantom, pixel=pixel) -> float:
            x, y = np.mean([phantom.vertebrae[name] for name in names], axis=0) / pixel
            row, column = int(y), int(x)
            return float(phantom.scene.mineral[row - 1 : row + 2, column - 1 : column + 2].mean())

        body = mineral("l3_superior_middle", "l3_inferior_middle")
        disc = mineral("l3_inferior_middle", "l4_superior_middle")
        assert body > 2.0 * disc


def test_truth_is_the_persons_whatever_the_position() -> None:
    one, other = _built(2, placing=1), _built(2, placing=2)
    for level in MEASURED:
        assert one.bmd_g_cm2[level] == one.person.bmd_g_cm2[level] == other.bmd_g_cm2[level]
    assert one.fracture_grades == other.fracture_grades
    assert one.vertebrae != other.vertebrae


def test_same_arguments_same_scene() -> None:
    first, second = _built(4), _built(4)
    for name in ("lean", "fat", "mineral", "metal"):
        assert np.array_equal(getattr(first.scene, name), getattr(second.scene, name))


def test_masses_are_finite_and_none_is_negative(phantoms) -> None:
    for phantom in phantoms:
        for name in ("lean", "fat", "mineral", "metal"):
            values = getattr(phantom.scene, name)
            assert values.dtype == np.float32
            assert np.isfinite(values).all()
            assert values.min() >= 0.0


def test_heavy_people_are_thicker() -> None:
    thickness, index = [], []
    for number in range(14):
        phantom = _built(number, 100)
        row, column = (
            int(v / phantom.projection.grid.pixel_mm) for v in phantom.vertebrae["l3_superior_middle"][::-1]
        )
        beside = slice(max(column - 12, 0), column + 1)
        thickness.append(float((phantom.scene.lean + phantom.scene.fat)[row, beside].max()))
        index.append(phantom.person.weight_kg / (phantom.person.height_cm / 100) ** 2)
    assert np.corrcoef(thickness, index)[0, 1] > 0.8
    assert 15.0 < min(thickness) < max(thickness) < 65.0


def test_implants_are_metal_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _built(1)
    monkeypatch.setattr(implants, "SCREWED_SHARE", 1.0)
    screwed = _built(1)
    assert plain.scene.metal.max() == 0.0
    assert "screws" not in plain.flags
    assert "screws" in screwed.flags
    assert screwed.scene.metal.max() > 2.0
    assert np.array_equal(plain.scene.lean, screwed.scene.lean)


def test_cement_lies_in_broken_vertebrae_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implants, "CEMENTED_SHARE", 1.0)
    number = next(n for n in range(200) if _fractured(n))
    assert "cement" in _built(number).flags


def _fractured(number: int) -> bool:
    person = draw_person(SEED, number)
    spine = draw_spine(person, draw_bones(person, SEED, number), SEED, number)
    return "fracture" in spine_flags(spine)


def test_every_finding_of_a_spine_is_drawn_and_named() -> None:
    seen: set[str] = set()
    for number in range(120):
        person = draw_person(SEED, number)
        seen.update(spine_flags(draw_spine(person, draw_bones(person, SEED, number), SEED, number)))
    assert seen == {
        "fracture",
        "disc_narrowing",
        "spondylolisthesis",
        "osteophytes",
        "aortic_calcification",
        "scoliosis",
    }
