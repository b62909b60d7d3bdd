"""What lies around the lumbar spine: each part where anatomy has it, and as much of it as it should be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.phantom.geometry.grid import Grid
from training.phantom.geometry.projection import Projection
from training.phantom.lateral.bowel import bowel_gas_mm
from training.phantom.lateral.trunk import Trunk, draw_trunk, trunk_masses
from training.phantom.people.bones import Bones, draw_bones
from training.phantom.people.person import Person, draw_person
from training.phantom.spine.aorta import calcified_aorta
from training.phantom.spine.osteophytes import Spur, draw_spurs, spur_part, spur_rate
from training.phantom.spine.sacrum import hip_bones, sacrum_bone
from training.phantom.spine.spine import Spine, draw_spine

SEED = 41


@pytest.fixture(scope="module")
def one() -> tuple[Person, Bones, Spine]:
    person = draw_person(SEED, 0)
    bones = draw_bones(person, SEED, 0)
    return person, bones, draw_spine(person, bones, SEED, 0)


def _lateral() -> Projection:
    middle = np.array([0.0, 0.0, -70.0])
    return Projection(Grid(2.0, 220, 200), "lateral", 1100.0, 230.0, middle, (200.0, 220.0), np.eye(3))


def _trunk(one: tuple[Person, Bones, Spine]) -> Trunk:
    return draw_trunk(one[0], one[2], np.random.default_rng(0))


def test_plaques_lie_before_the_spine_to_the_left_and_come_with_age(one) -> None:
    person, _, spine = one

    def front_of(level: str) -> np.ndarray:
        return spine[level].to_patient(np.array([[0.0, -0.5 * spine[level].body.depth, 0.0]]))[0]

    shares = {}
    for age in (52, 80):
        aged = replace(person, age_years=age)
        clouds = [calcified_aorta(aged, front_of, np.random.default_rng(n)) for n in range(200)]
        calcified = [cloud for cloud in clouds if cloud.mineral_g > 0.0]
        shares[age] = len(calcified) / len(clouds)
        points = np.concatenate([cloud.points_mm for cloud in calcified])
        assert points[:, 0].mean() > 2.0
        assert points[:, 1].mean() < front_of("L3")[1]
    assert shares[80] > 2.0 * shares[52] > 0.0


def test_spurs_reach_outward_from_the_rim_and_towards_the_disc() -> None:
    rim = np.array([0.0, -17.0, 12.0])
    cloud = spur_part(Spur(-np.pi / 2, 1.0, 6.0, 8.0, 3.0), rim)
    assert cloud.points_mm[:, 1].min() < -20.0
    assert cloud.points_mm[:, 2].max() > 13.0
    assert np.abs(cloud.points_mm[:, 0]).max() < 4.1


def test_old_spines_have_more_spurs() -> None:
    def mean_count(age: float) -> float:
        rng = np.random.default_rng(3)
        return float(np.mean([len(draw_spurs(spur_rate(age, rng), rng)) for _ in range(300)]))

    assert mean_count(80.0) > 2.0 * mean_count(50.0)


def test_the_sacrum_hangs_below_l5_and_runs_back(one) -> None:
    _, bones, spine = one
    shell, core = sacrum_bone(spine, bones, np.random.default_rng(0))
    points = np.concatenate([shell.points_mm, core.points_mm])
    assert points[:, 2].max() < spine.centre_mm("L5")[2] + 15.0
    assert points[points[:, 2] < np.percentile(points[:, 2], 20), 1].mean() > spine.centre_mm("S1")[1]
    assert abs(points[:, 0].mean() - spine.centre_mm("S1")[0]) < 3.0


def test_pelvic_mineral_follows_its_factor(one) -> None:
    _, bones, spine = one
    scarce = Bones({name: 0.6 * value for name, value in bones.relative.items()})
    for part in (sacrum_bone, hip_bones):
        full, less = (
            sum(cloud.mineral_g for cloud in part(spine, chosen, np.random.default_rng(0)))
            for chosen in (bones, scarce)
        )
        assert less == pytest.approx(0.6 * full, rel=1e-5)


def test_hip_bones_lie_on_both_sides(one) -> None:
    wings, _ = hip_bones(one[2], one[1], np.random.default_rng(0))
    assert (wings.points_mm[:, 0] > 30.0).mean() == pytest.approx(0.5, abs=0.02)
    assert (wings.points_mm[:, 0] < -30.0).mean() == pytest.approx(0.5, abs=0.02)


def test_a_beam_through_the_waist_passes_the_trunks_width(one) -> None:
    trunk, view = _trunk(one), _lateral()
    lean, fat = trunk_masses(trunk, view, np.random.default_rng(1))
    width = 2.0 * float(np.interp(-70.0, trunk.z_mm, trunk.half_width_mm))
    row = 110
    assert float((lean + fat)[row].max()) == pytest.approx(0.1 * width, rel=0.15)


def test_the_lung_bases_lighten_the_top_behind_and_nothing_below(one) -> None:
    trunk, view = _trunk(one), _lateral()
    without = replace(trunk, dome_mm=500.0)
    same = [trunk_masses(t, view, np.random.default_rng(1))[0] for t in (trunk, without)]
    gone = same[1] - same[0]
    assert gone[:20].max() > 3.0
    assert np.abs(gone[130:]).max() < 0.05


def test_gas_is_bounded_and_takes_some_of_the_picture(one) -> None:
    view, trunk = _lateral(), _trunk(one)
    maps = [bowel_gas_mm(trunk, one[2], view, np.random.default_rng(n)) for n in range(12)]
    assert min(gas.min() for gas in maps) >= 0.0
    assert max(gas.max() for gas in maps) <= 70.1
    shares = [float((gas > 5.0).mean()) for gas in maps]
    assert 0.0 <= min(shares) < 0.01
    assert 0.02 < max(shares) < 0.5
