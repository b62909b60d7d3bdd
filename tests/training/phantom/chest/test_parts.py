"""The parts of a chest phantom, each by itself: beams, cage, ribs, lungs, vessels, findings, devices."""

from __future__ import annotations

import numpy as np
import pytest

from training.phantom.chest.abdomen import gas_mm
from training.phantom.chest.bones import thinned, tubes_g_cm2
from training.phantom.chest.chest import Chest, draw_chest
from training.phantom.chest.devices import draw_devices, metal_g_cm2
from training.phantom.chest.lung_findings import Findings, Fluid, air_left, draw_findings
from training.phantom.chest.lung_vessels import grow_vessels
from training.phantom.chest.lungs import border_points_mm, depth_in_cage_mm, draw_lungs
from training.phantom.chest.ribs import ribs_of
from training.phantom.chest.thorax import Thorax, draw_thorax
from training.phantom.geometry.beams import BROAD_MM, Beams, beams_of, by_height
from training.phantom.geometry.curves import curve
from training.phantom.geometry.grid import Grid
from training.phantom.geometry.projection import Projection
from training.phantom.geometry.solids import Ellipsoid, Tube
from training.phantom.looks.placement import rotation
from training.phantom.people.bones import draw_bones
from training.phantom.people.person import Person, draw_person
from training.phantom.spine.spine import Spine, draw_spine


def _projection(turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0), side: str = "frontal") -> Projection:
    middle = np.array([0.0, 20.0, 130.0])
    grid = Grid(2.0, 215, 215)
    return Projection(grid, side, 1800.0, 160.0, middle, (215.0, 215.0), rotation(turn_deg))


@pytest.fixture(scope="module")
def person() -> Person:
    """One person."""
    return draw_person(1, 2)


@pytest.fixture(scope="module")
def spine(person: Person) -> Spine:
    """The person's spine."""
    return draw_spine(person, draw_bones(person, 1, 2), 1, 2)


@pytest.fixture(scope="module")
def thorax(person: Person, spine: Spine) -> Thorax:
    """The person's thorax."""
    return draw_thorax(person, spine, 1, 2)


@pytest.fixture(scope="module")
def chest(person: Person, spine: Spine) -> Chest:
    """The person's chest."""
    return draw_chest(person, spine, 1, 2, bedside=False)


@pytest.mark.parametrize("side", ["frontal", "frontal_ap"])
@pytest.mark.parametrize("turn_deg", [(0.0, 0.0, 0.0), (4.0, -3.0, 7.0)])
def test_a_beam_crosses_a_plane_where_the_projection_sees_the_point(
    turn_deg: tuple[float, float, float], side: str
) -> None:
    projection = _projection(turn_deg, side)
    x, z = Beams(projection).on_plane(70.0)
    rows, columns = np.array([10, 100, 200]), np.array([5, 90, 210])
    points = np.stack([x[rows, columns], np.full(3, 70.0), z[rows, columns]], axis=1)
    expected = (np.stack([columns, rows], axis=1) + 0.5) * projection.grid.pixel_mm
    np.testing.assert_allclose(projection.on_grid(points), expected, atol=2e-3)


def test_a_ramp_drawn_coarsely_is_the_same_ramp_when_drawn_finely() -> None:
    fine = Projection(Grid(0.5, 300, 301), "frontal", 1800.0, 160.0, np.zeros(3), (75.0, 75.0), np.eye(3))
    coarse = beams_of(fine, BROAD_MM)
    ramp = coarse.projection.grid.x_mm() + 2.0 * coarse.projection.grid.z_mm()
    large = coarse.resampled(ramp, fine.grid)
    inner = (slice(10, -10), slice(10, -10))
    np.testing.assert_allclose(large[inner], (fine.grid.x_mm() + 2.0 * fine.grid.z_mm())[inner], atol=0.1)


def test_values_by_height_are_those_of_the_next_height_below() -> None:
    z = np.array([[-5.0, 0.0, 1.4, 2.5, 9.0]], np.float32)
    found = by_height(z, np.array([0.0, 1.0, 2.0]), np.array([10.0, 20.0, 30.0]))
    assert found.tolist() == [[10.0, 10.0, 20.0, 30.0, 30.0]]


def test_a_curve_keeps_its_ends() -> None:
    points = [np.array([0.0, 0.0, 0.0]), np.array([10.0, 5.0, 0.0]), np.array([20.0, 0.0, 3.0])]
    line = curve(points)
    np.testing.assert_allclose(line[[0, -1]], [points[0], points[-1]], atol=1e-9)


def test_ribs_run_down_and_forward_around_the_cage(person: Person, spine: Spine, thorax: Thorax) -> None:
    ribs = ribs_of(person, spine, thorax, 1, 2)
    assert len(ribs) == 24
    for rib in ribs:
        first, last = rib.tube.points_mm[0], rib.tube.points_mm[-1]
        assert rib.side * (last[0] - first[0]) > 0.0 or rib.level <= 2
        assert last[2] < first[2]
        assert last[1] < first[1] or rib.level > 10
        x = thorax.middle_mm(rib.tube.points_mm[:, 2])[0]
        out = np.abs(rib.tube.points_mm[:, 0] - x) / (thorax.half_width_mm(rib.tube.points_mm[:, 2]) + 1e-9)
        assert (out[rib.tube.points_mm[:, 2] < thorax.top_mm - 25.0] < 1.2).all()


def test_lost_mineral_thins_the_cortex_and_keeps_its_share() -> None:
    points = np.stack([np.linspace(-40, 40, 9), np.full(9, 20.0), np.full(9, 130.0)], axis=1)
    rib = Tube(points, np.full(9, 6.5), 0.85, 0.55)
    [thin], _ = thinned([rib], 0.6)
    assert thin.wall_mm < rib.wall_mm
    full, lost = (tubes_g_cm2([rib], factor, _projection()).sum() for factor in (1.0, 0.6))
    assert lost / full == pytest.approx(0.6, rel=0.02)


def test_a_deeper_breath_makes_longer_lungs(person: Person, thorax: Thorax) -> None:
    ends = []
    for breath in (0.0, 3.0):
        lungs = draw_lungs(person, thorax, breath, np.random.default_rng(0))
        ends.append(border_points_mm(thorax, lungs, _projection())[0][-1, 1])
    assert ends[0] > ends[1] + 20.0


def test_there_is_lung_inside_the_border_and_none_outside_or_below(thorax: Thorax, chest: Chest) -> None:
    beams = Beams(_projection())
    way, above = depth_in_cage_mm(beams, thorax, chest.lungs)
    x, z = beams.on_plane(thorax.middle_depth_mm)
    out = np.abs(x - thorax.middle_mm(z)[0]) / np.maximum(thorax.half_width_mm(z), 1e-3)
    assert (way[(out > 1.02) & (z < thorax.top_mm - 15.0)] == 0.0).all()
    assert (way[z > thorax.top_mm + 1.0] == 0.0).all()
    inside = (out > 0.5) & (out < 0.8) & (above > 5.0) & (z < thorax.top_mm - 40.0)
    assert inside.any()
    assert (way[inside] > 40.0).all()
    assert (way[(above < -110.0)] == 0.0).all()


def test_vessels_thin_out_and_stay_inside_the_lung(thorax: Thorax, chest: Chest) -> None:
    for dome, root in zip(chest.lungs.domes, chest.mediastinum.roots_mm, strict=True):
        tree = grow_vessels(thorax, dome, root, np.random.default_rng(4))
        assert len(tree.radius_mm) > 200
        assert tree.radius_mm.max() < 6.0
        assert tree.radius_mm.min() > 0.3
        far = np.linalg.norm(tree.end_mm - root, axis=1)
        assert tree.radius_mm[far > 80.0].mean() < tree.radius_mm[far < 30.0].mean()
        x = thorax.middle_mm(tree.begin_mm[:, 2])[0]
        assert (np.abs(tree.begin_mm[:, 0] - x) < thorax.half_width_mm(tree.begin_mm[:, 2])).all()


def test_fluid_takes_the_air_from_the_base_of_its_side_only(chest: Chest, thorax: Thorax) -> None:
    beams = Beams(_projection())
    air = np.full((215, 215), 100.0, np.float32)
    right = chest.lungs.domes[0]
    findings = Findings(fluid=[Fluid(right, float(right.top_mm[2]) + 20.0, 20.0)])
    left = air_left(air, findings, thorax, beams, np.random.default_rng(0))
    x, z = beams.on_plane(thorax.middle_depth_mm)
    assert findings.flags == ("pleural_effusion",)
    assert left[(x < -60.0) & (z < right.top_mm[2] - 10.0)].max() == 0.0
    assert left[(x < -60.0) & (z > right.top_mm[2] + 80.0)].min() == 100.0
    assert left[x > 10.0].min() == 100.0


def test_a_nodule_takes_its_own_depth_of_air(thorax: Thorax) -> None:
    beams = Beams(_projection())
    findings = Findings(nodules=[Ellipsoid(np.array([60.0, 10.0, 150.0]), np.eye(3) * 12.0)])
    air = np.full((215, 215), 100.0, np.float32)
    taken = air - air_left(air, findings, thorax, beams, np.random.default_rng(0))
    assert taken.max() == pytest.approx(24.0, rel=0.02)


def test_gas_stands_above_its_fluid_level() -> None:
    beams = Beams(_projection())
    bubble = Ellipsoid(np.array([50.0, 20.0, 100.0]), np.diag([30.0, 20.0, 20.0]))
    gas = gas_mm([(bubble, 100.0)], beams)
    _, z = beams.on_plane(20.0)
    assert gas[z > 104.0].max() > 35.0
    assert gas[z < 96.0].max() == 0.0


def test_devices_are_rare_on_their_feet_and_common_in_bed(chest: Chest, thorax: Thorax) -> None:
    def share(bedside: bool) -> float:
        rngs = (np.random.default_rng([9, number]) for number in range(200))
        drawn = (draw_devices(thorax, chest.mediastinum, bedside=bedside, rng=rng) for rng in rngs)
        return sum(bool(devices.flags) for devices in drawn) / 200

    assert 0.05 < share(False) < 0.30 < 0.60 < share(True)


def test_metal_lies_where_a_device_is_and_nowhere_else(chest: Chest, thorax: Thorax) -> None:
    for number in range(60):
        rng = np.random.default_rng([7, number])
        devices = draw_devices(thorax, chest.mediastinum, bedside=True, rng=rng)
        assert (metal_g_cm2(devices, _projection()).max() > 0.02) == bool(devices.flags)


def test_findings_are_seldom_and_named(chest: Chest, thorax: Thorax) -> None:
    rngs = [np.random.default_rng([5, number]) for number in range(300)]
    flags = [draw_findings(thorax, chest.lungs, bedside=False, rng=rng).flags for rng in rngs]
    seen = {name for names in flags for name in names}
    assert seen == {"lung_nodule", "calcified_nodule", "lung_opacity", "pleural_effusion"}
    assert np.mean([bool(names) for names in flags]) < 0.35
