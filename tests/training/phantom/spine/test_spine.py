"""One spine for every view: its mineral is the person's BMD, its heights are seen as geometry says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.phantom.geometry.grid import Grid
from training.phantom.geometry.projection import Projection
from training.phantom.people.bones import Bones, draw_bones
from training.phantom.people.person import Person, draw_person
from training.phantom.spine.curve import draw_curve
from training.phantom.spine.form import draw_form, mineral_g
from training.phantom.spine.fractures import SOUND, Deformity, draw_fractures, genant_grade, lost_heights
from training.phantom.spine.levels import LEVELS
from training.phantom.spine.lumbar_view import MEASURED, lumbar_view
from training.phantom.spine.spine import Spine, draw_spine, spine_g_cm2
from training.phantom.spine.vertebrae import GRADED, level_g_cm2

SEED = 21
NUMBERS = range(5)


def _of(number: int) -> tuple[Person, Bones, Spine]:
    person = draw_person(SEED, number)
    bones = draw_bones(person, SEED, number)
    return person, bones, draw_spine(person, bones, SEED, number)


@pytest.fixture(scope="module")
def spines() -> list[tuple[Person, Bones, Spine]]:
    return [_of(number) for number in NUMBERS]


def _onto(side: str, source_mm: float = 1e7, pivot_mm: float = 0.0) -> Projection:
    pivot = np.array([0.0, 0.0, -80.0])
    return Projection(Grid(0.8, 640, 512), side, source_mm, pivot_mm, pivot, (205.0, 256.0), np.eye(3))


def _all_points(spine: Spine) -> tuple[np.ndarray, np.ndarray]:
    clouds = [cloud for level in LEVELS[17:23] for cloud in spine.bone(level)] + [spine.aorta]
    clouds += list(spine.bone("T11"))
    return np.concatenate([c.points_mm for c in clouds]), np.concatenate([c.mass_g for c in clouds])


def test_areal_bmd_of_the_three_dimensional_mineral_is_the_persons(spines) -> None:
    """What lies in front of and behind a region in three dimensions, over the region's area."""
    for person, _, spine in spines:
        view = lumbar_view(spine)
        points, mass = _all_points(spine)
        column = np.floor(points[:, 0] / view.grid.pixel_mm + view.grid.columns / 2).astype(int)
        row = np.floor(120.0 - points[:, 2] / view.grid.pixel_mm).astype(int)
        on = (row >= 0) & (row < view.grid.rows) & (column >= 0) & (column < view.grid.columns)
        for level in MEASURED:
            region = view.regions[level]
            inside = region[row[on], column[on]]
            bmd = mass[on][inside].sum(dtype=float) / (region.sum() * (view.grid.pixel_mm / 10) ** 2)
            assert bmd == pytest.approx(person.bmd_g_cm2[level], rel=0.01)


@pytest.mark.parametrize("side", ["frontal", "lateral"])
def test_every_view_sees_the_same_mineral_in_grams(spines, side: str) -> None:
    _, _, spine = spines[0]
    near = _onto(side, 1100.0, 250.0)
    for level in MEASURED:
        flat = level_g_cm2(spine, level, _onto(side)).sum(dtype=float) * 0.08**2
        clouds = spine.bone(level)
        middle = sum(cloud.mass_g @ cloud.points_mm for cloud in clouds) / spine[level].mineral_g
        scale = float(near.magnification(middle[None])[0])
        seen = level_g_cm2(spine, level, near).sum(dtype=float) * (0.08 / scale) ** 2
        assert flat == pytest.approx(spine[level].mineral_g, rel=1e-3)
        assert seen == pytest.approx(spine[level].mineral_g, rel=0.01)


def test_areas_from_the_front_are_the_persons(spines) -> None:
    for person, _, spine in spines:
        regions = lumbar_view(spine).regions
        for level in MEASURED:
            if max(spine[level].body.deformity.anterior, spine[level].body.deformity.middle) == 0.0:
                assert regions[level].sum() * 0.06**2 == pytest.approx(person.area_cm2[level], rel=0.06)


def test_the_same_person_has_the_same_spine() -> None:
    first, second, other = _of(3)[2], _of(3)[2], _of(4)[2]
    assert np.array_equal(first.centre_mm("T7"), second.centre_mm("T7"))
    assert np.array_equal(first.bone("L2")[1].points_mm, second.bone("L2")[1].points_mm)
    assert not np.array_equal(first.centre_mm("T7"), other.centre_mm("T7"))


def test_another_texture_leaves_every_vertebras_mineral(spines) -> None:
    _, _, spine = spines[0]
    swapped = replace(spine, texture=(*spine.texture, 1))
    onto = _onto("lateral")
    before, after = level_g_cm2(spine, "L2", onto), level_g_cm2(swapped, "L2", onto)
    assert not np.array_equal(before, after)
    assert after.sum(dtype=float) == pytest.approx(before.sum(dtype=float), rel=1e-4)


def test_the_spine_runs_on_from_head_to_sacrum(spines) -> None:
    for _, _, spine in spines:
        heights = [spine.centre_mm(level)[2] for level in LEVELS]
        assert all(upper > lower for upper, lower in zip(heights, heights[1:], strict=False))
        touching = 0.5 * (spine.centre_mm("T12") + spine.centre_mm("L1"))
        assert np.abs(touching[1:]).max() < 5.0


def test_heights_in_the_picture_are_magnified_by_the_distances(spines) -> None:
    """In mm of the detector they are too large, by source over source to vertebra; ratios are not."""
    _, _, spine = spines[1]
    onto = _onto("lateral", 1100.0, 250.0)
    body = spine["L3"]
    corners = spine.corners_mm("L3")
    seen = {name: onto.on_grid(point[None])[0] for name, point in corners.items()}
    heights = [
        np.linalg.norm(seen[f"superior_{p}"] - seen[f"inferior_{p}"]) for p in ("anterior", "posterior")
    ]
    front, _, back = body.body.heights_mm()
    scale = float(onto.magnification(body.centre_mm[None])[0])
    assert scale == pytest.approx(1100.0 / (1100.0 - 250.0), rel=0.03)
    assert heights[1] == pytest.approx(back * scale, rel=0.03)
    assert heights[0] / heights[1] == pytest.approx(front / back, rel=0.01)


@pytest.mark.parametrize(
    ("deformity", "grade"),
    [
        (SOUND, 0),
        (Deformity(anterior=0.22, middle=0.15, upper=0.8), 1),
        (Deformity(anterior=0.10, middle=0.31, upper=0.6), 2),
        (Deformity(anterior=0.52, middle=0.50, posterior=0.45, upper=0.9), 3),
    ],
)
def test_a_fractures_grade_is_genants_on_the_heights_in_the_picture(spines, deformity, grade) -> None:
    _, _, spine = spines[0]
    onto = _onto("lateral", 1100.0, 250.0)

    def heights(one: Deformity) -> np.ndarray:
        body = replace(spine["L2"].body, deformity=one)
        changed = replace(spine, vertebrae={**spine.vertebrae, "L2": replace(spine["L2"], body=body)})
        seen = {name: onto.on_grid(at[None])[0] for name, at in changed.corners_mm("L2").items()}
        places = ("anterior", "middle", "posterior")
        return np.array([np.linalg.norm(seen[f"superior_{p}"] - seen[f"inferior_{p}"]) for p in places])

    lost = 1.0 - float((heights(deformity) / heights(SOUND)).min())
    assert genant_grade(lost) == grade


def test_the_bounds_of_genants_grades() -> None:
    assert [genant_grade(loss) for loss in (0.0, 0.19, 0.20, 0.24, 0.25, 0.39, 0.40, 0.7)] == [
        0,
        0,
        1,
        1,
        2,
        2,
        3,
        3,
    ]


def test_sound_vertebrae_are_not_graded_as_broken() -> None:
    grades = []
    for number in range(40):
        _, _, spine = _of(number)
        lost = lost_heights({level: spine[level].body.heights_mm() for level in GRADED})
        sound = [level for level in GRADED if spine[level].body.deformity == SOUND]
        grades += [genant_grade(lost[level]) for level in sound]
    assert np.mean(np.array(grades) > 0) < 0.01


def test_fractures_are_commoner_where_bone_is_scarce() -> None:
    rng = np.random.default_rng(0)
    people = [draw_person(SEED, number) for number in range(600)]
    broken = np.array([bool(draw_fractures(person, rng)) for person in people])
    scores = np.array([person.t_score for person in people])
    assert broken[scores < -2.0].mean() > 2.0 * broken[scores > -1.0].mean() > 0.0


def test_mineral_is_proportional_to_the_bones_factor_and_scarce_bone_has_thin_walls() -> None:
    person = draw_person(SEED, 0)
    bones = draw_bones(person, SEED, 0)
    half = Bones({name: 0.5 * value for name, value in bones.relative.items()})
    forms = []
    for chosen in (bones, half):
        rng = np.random.default_rng(4)
        forms.append(draw_form(person, chosen, draw_curve(60.0, rng), {}, rng))
    full, less = (mineral_g(form, chosen) for form, chosen in zip(forms, (bones, half), strict=True))
    for level in ("C5", "T3", "T9"):
        size = forms[1].bodies[level].width / forms[0].bodies[level].width
        assert less[level] / full[level] == pytest.approx(0.5 * size, rel=0.02)
        assert forms[1].bodies[level].shell_mm < forms[0].bodies[level].shell_mm


def test_all_levels_are_drawn(spines) -> None:
    _, _, spine = spines[0]
    whole = spine_g_cm2(spine, _onto("frontal"), ("L1", "L2"))
    assert whole.max() > 0.5
    assert whole.sum(dtype=float) * 0.08**2 == pytest.approx(
        spine["L1"].mineral_g + spine["L2"].mineral_g, rel=1e-3
    )
