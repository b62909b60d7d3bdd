"""The two-energy physics: slabs come out as what was put in."""

from __future__ import annotations

import numpy as np
import pytest

from training.phantom.physics.densitometer import (
    Beam,
    bone_mineral,
    fat_share_beside,
    log_attenuation,
    soft_tissue,
    with_noise,
)
from training.phantom.physics.materials import mass_attenuation, tube_spectrum

BEAMS = [Beam(), Beam(low_kv=90.0), Beam(low_kv=110.0, high_filter_al_mm=30.0)]


def _slab(thickness_cm, fat_share, mineral):
    mineral = np.asarray(mineral, np.float32)
    return soft_tissue(np.full_like(mineral, thickness_cm), np.full_like(mineral, fat_share), mineral)


@pytest.mark.parametrize("beam", BEAMS)
@pytest.mark.parametrize("thickness_cm", [12.0, 18.0, 24.0, 30.0])
@pytest.mark.parametrize("fat_share", [0.10, 0.25, 0.37, 0.50])
def test_slab_of_hydroxyapatite_comes_out_within_one_percent(beam, thickness_cm, fat_share):
    mineral = np.array([0.4, 0.7, 1.0, 1.5, 2.0], np.float32)
    low, high = log_attenuation(_slab(thickness_cm, fat_share, mineral), beam)
    beside = log_attenuation(_slab(thickness_cm, fat_share, [0.0]), beam)
    share = fat_share_beside(float(beside[0][0]), float(beside[1][0]), beam)
    assert share == pytest.approx(fat_share, abs=0.005)
    np.testing.assert_allclose(bone_mineral(low, high, share, beam), mineral, rtol=0.01)


def test_monoenergetic_limit_is_beer_lambert():
    """At one energy -ln(I/I0) is the sum of coefficient times areal mass; a narrow spectrum comes close."""
    energy = np.array([60.0])
    expected = 0.2048 * 10.0 * 1.05  # muscle, 10 cm, NIST
    assert mass_attenuation("lean", energy)[0] * 10.0 * 1.05 == pytest.approx(expected)


def test_spectrum_hardens_with_filtration():
    energy = np.arange(30.0, 141.0, 10.0)
    soft, hard = tube_spectrum(140.0, 4.0, energy), tube_spectrum(140.0, 40.0, energy)
    assert soft.sum() == pytest.approx(1.0)
    assert (energy * hard).sum() > (energy * soft).sum() + 5.0


def test_noise_grows_as_photons_fade():
    rng = np.random.default_rng(1)
    attenuation = np.repeat(np.array([[2.0], [4.0]], np.float32), 40_000, axis=1)
    noisy = with_noise(attenuation, 1e6, rng)
    assert noisy.std(axis=1) == pytest.approx(np.exp(attenuation[:, 0] / 2) / 1e3, rel=0.03)


def test_quanta_four_times_as_many_halve_the_noise():
    attenuation = np.full(40_000, 3.0, np.float32)
    few = with_noise(attenuation, 1e5, np.random.default_rng(2)).std()
    many = with_noise(attenuation, 4e5, np.random.default_rng(3)).std()
    assert few / many == pytest.approx(2.0, rel=0.03)
