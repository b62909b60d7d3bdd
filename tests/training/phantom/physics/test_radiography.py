"""Radiographs obey physics: Beer-Lambert, counting noise, magnification, scatter and blur."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from desktop.imaging.radiograph import View
from training.phantom.geometry.grid import Grid
from training.phantom.geometry.projection import Projection
from training.phantom.looks.placement import positioning, projection, rotation
from training.phantom.people.person import draw_person
from training.phantom.physics import radiography
from training.phantom.physics.beam_quadrature import full_transmission, quadrature, transmission
from training.phantom.physics.scene import Scene

EXPOSURE = radiography.Exposure(
    peak_kv=125.0,
    filter_al_mm=4.0,
    scatter=0.0,
    scatter_mm=40.0,
    heel=0.0,
    heel_deg=90.0,
    focal_mm=1.0,
    detector_blur_mm=0.15,
    quanta_mm2=1e5,
    electronic=0.0,
    saturation=100.0,
)


def _projection(side_px: int = 256, pixel_mm: float = 0.5, pivot_detector_mm: float = 150.0) -> Projection:
    middle = side_px * pixel_mm / 2
    grid = Grid(pixel_mm, side_px, side_px)
    return Projection(grid, "frontal", 1800.0, pivot_detector_mm, np.zeros(3), (middle, middle), np.eye(3))


def _slab(shape: tuple[int, int], lean: float = 20.0, mineral: float = 0.5) -> Scene:
    def level(value: float) -> np.ndarray:
        return np.full(shape, value, np.float32)

    return Scene(level(lean), level(5.0), level(mineral), level(0.0))


@pytest.mark.parametrize(("peak_kv", "filter_al_mm"), [(70.0, 2.5), (85.0, 3.0), (110.0, 4.0), (125.0, 8.0)])
def test_slabs_let_through_what_beer_and_lambert_say(peak_kv: float, filter_al_mm: float) -> None:
    masses = np.random.default_rng(0).uniform(0.0, 1.0, (1000, 4)) * np.array([42.0, 25.0, 4.5, 0.0])
    scene = Scene(*(masses.T[:, None].astype(np.float32)))
    found = transmission(scene, peak_kv, filter_al_mm)[0]
    np.testing.assert_allclose(found, full_transmission(masses, peak_kv, filter_al_mm), rtol=1e-3)


def test_metal_is_within_a_percent_of_the_whole_spectrum() -> None:
    masses = np.array([[18.0, 5.0, 1.0, metal] for metal in (0.3, 1.0, 3.0)])
    found = transmission(Scene(*(masses.T[:, None].astype(np.float32))), 90.0, 3.0)[0]
    np.testing.assert_allclose(found, full_transmission(masses, 90.0, 3.0), rtol=0.01)


def test_a_beams_weights_are_a_spectrum() -> None:
    _, weights = quadrature(85.0, 3.0)
    assert (weights >= 0.0).all()
    assert weights.sum() == pytest.approx(1.0, abs=1e-3)


def test_variance_grows_in_step_with_dose() -> None:
    """Counts of n quanta vary by n: the slope of log variance against log dose is one."""
    rng = np.random.default_rng(1)
    doses = np.geomspace(1e2, 1e5, 7)
    signal = np.full((512, 512), 0.5, np.float32)
    variances = [(radiography.with_noise(signal, dose, 0.0, 0.0, rng) * dose).var() for dose in doses]
    assert np.polyfit(np.log(doses), np.log(variances), 1)[0] == pytest.approx(1.0, abs=0.02)
    np.testing.assert_allclose(variances, 0.5 * doses, rtol=0.02)


def test_the_detectors_blur_correlates_counting_noise_and_not_the_readouts() -> None:
    signal = np.full((512, 512), 0.1, np.float32)

    def neighbours(electronic: float, quanta: float) -> float:
        noise = radiography.with_noise(signal, quanta, 1.0, electronic, np.random.default_rng(2)) - signal
        return float(np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1])

    assert neighbours(0.0, 1e4) == pytest.approx(np.exp(-0.25), abs=0.03)  # of a Gaussian of SD 1 pixel
    assert neighbours(1e4, 1e4) == pytest.approx(0.0, abs=0.03)


def test_more_quanta_less_noise_at_the_same_signal() -> None:
    scene, setup = _slab((256, 256)), _projection()
    rng = np.random.default_rng(3)
    few = radiography.expose(scene, setup, EXPOSURE, rng)
    many = radiography.expose(scene, setup, dataclasses.replace(EXPOSURE, quanta_mm2=4e5), rng)
    assert few.mean() == pytest.approx(many.mean(), rel=0.01)
    profile = radiography.tube_profile(setup, EXPOSURE)
    assert (few / profile).std() / (many / profile).std() == pytest.approx(2.0, rel=0.03)


def test_scatter_follows_thickness_and_spares_the_open_field() -> None:
    exposure = dataclasses.replace(EXPOSURE, scatter=0.6)
    thin, thick = (
        np.full((256, 256), level, np.float32) for level in (np.exp(-1.0), np.exp(-4.0))
    )  # lungs and mediastinum
    ratios = [
        radiography.scatter(primary, 1.0, exposure)[128, 128] / primary[128, 128] for primary in (thin, thick)
    ]
    assert ratios[0] == pytest.approx(0.6, rel=0.02)
    assert ratios[1] == pytest.approx(2.4, rel=0.02)
    assert radiography.scatter(np.ones((256, 256), np.float32), 1.0, exposure).max() == 0.0


def test_scatter_lowers_contrast() -> None:
    scene = _slab((256, 256))
    scene.mineral[96:160, 96:160] += 0.5

    def contrast(share: float) -> float:
        exposure = dataclasses.replace(EXPOSURE, scatter=share, quanta_mm2=1e9)
        signal = radiography.expose(scene, _projection(), exposure, np.random.default_rng(4))
        return float(np.log(signal[40:80, 120:136].mean() / signal[120:136, 120:136].mean()))

    assert contrast(0.5) < 0.6 * contrast(0.0)


def test_the_heel_darkens_one_end() -> None:
    profile = radiography.tube_profile(_projection(), dataclasses.replace(EXPOSURE, heel=0.2))
    assert profile.mean() == pytest.approx(1.0, abs=1e-4)
    assert profile[0, 128] / profile[-1, 128] == pytest.approx(1.1 / 0.9, rel=0.01)


def test_the_focal_spot_blurs_more_the_further_off_the_patient_stands() -> None:
    near, far = (
        radiography.penumbra_px(_projection(pivot_detector_mm=distance), EXPOSURE)
        for distance in (20.0, 200.0)
    )
    assert near == pytest.approx(1.0 * (1800 / 1780 - 1) / 4 / 0.5)
    assert far > 10 * near


def test_an_overexposed_detector_clips() -> None:
    scene = _slab((256, 256))
    scene.lean[:64] = 0.0
    signal = radiography.expose(
        scene, _projection(), dataclasses.replace(EXPOSURE, saturation=5.0), np.random.default_rng(5)
    )
    assert np.ptp(signal[:32]) == 0.0
    assert signal[:32].max() > 4 * np.median(signal[128:])


@pytest.mark.parametrize("view", [View.CHEST_FRONTAL, View.LUMBAR_LATERAL])
def test_magnification_follows_distance(view: View) -> None:
    """A length at the pivot in pixels, by the imager's spacing and both distances, is itself in mm."""
    rng = np.random.default_rng(6)
    for number in range(20):
        placed = positioning(view, draw_person(1, number), "every", 512, rng)
        seen = projection(placed, np.array([3.0, -5.0, 40.0]))
        ends = np.array([3.0, -5.0, 40.0]) + np.array([[0.0, 0.0, -10.0], [0.0, 0.0, 10.0]])
        length_px = np.linalg.norm(np.diff(seen.on_grid(ends), axis=0)) / placed.pixel_mm
        source_patient_mm = placed.source_detector_mm - placed.pivot_detector_mm
        length_mm = length_px * placed.pixel_mm * source_patient_mm / placed.source_detector_mm
        assert length_mm == pytest.approx(20.0, rel=0.03)  # the patient's lean shortens it
        assert length_px * placed.pixel_mm > 20.5  # by the spacing alone it is too long


def test_turning_keeps_lengths_and_goes_round_each_axis() -> None:
    turn = rotation((5.0, -3.0, 8.0))
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(rotation((0.0, 0.0, 90.0)) @ np.array([1.0, 0.0, 0.0]), [0, 1, 0], atol=1e-12)


def test_one_site_uses_one_geometry_and_every_site_many() -> None:
    rng = np.random.default_rng(7)
    person = draw_person(1, 1)
    one = {positioning(View.CHEST_FRONTAL, person, "one", 512, rng).source_detector_mm for _ in range(20)}
    every = [positioning(View.CHEST_FRONTAL, person, "every", 512, rng) for _ in range(80)]
    assert one == {1800.0}
    assert {placed.side for placed in every} == {"frontal", "frontal_ap"}
    assert len({placed.field_mm for placed in every}) == 4
