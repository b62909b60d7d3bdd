"""A densitometer: two energies through the body, and the bone picture that comes out of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from training.phantom.physics.materials import DENSITY_G_CM3, mass_attenuation, tube_spectrum

Map = NDArray[np.float32]

_ENERGY_KEV = np.arange(30.0, 141.0, 10.0)
_MATERIALS = ("lean", "fat", "mineral")


@dataclass(frozen=True)
class Body:
    """Areal mass of each material on the detector's grid, g/cm2 [row, column]."""

    lean: Map
    fat: Map
    mineral: Map


@dataclass(frozen=True)
class Beam:
    """The two spectra of a densitometer that switches its tube voltage, as Hologic's do."""

    low_kv: float = 100.0
    high_kv: float = 140.0
    low_filter_al_mm: float = 4.0
    high_filter_al_mm: float = 40.0


def soft_tissue(thickness_cm: Map, fat_share: Map, mineral: Map) -> Body:
    """Return a tissue layer, `fat_share` of its mass fat, in which mineral displaces lean tissue."""
    density = 1.0 / (fat_share / DENSITY_G_CM3["fat"] + (1.0 - fat_share) / DENSITY_G_CM3["lean"])
    mass = thickness_cm * density
    displaced = mineral * np.float32(DENSITY_G_CM3["lean"] / DENSITY_G_CM3["mineral"])
    return Body(mass * (1.0 - fat_share) - displaced, mass * fat_share, mineral)


def log_attenuation(body: Body, beam: Beam) -> tuple[Map, Map]:
    """Return -ln(I / I0) at the low and the high energy, polyenergetic Beer-Lambert, without noise."""
    coefficients, low_weights, high_weights = _beam_tables(beam)
    low = np.zeros_like(body.mineral)
    high = np.zeros_like(body.mineral)
    for i in range(len(_ENERGY_KEV)):
        lean, fat, mineral = (np.float32(c) for c in coefficients[:, i])
        transmitted = np.exp(-(lean * body.lean + fat * body.fat + mineral * body.mineral))
        low += np.float32(low_weights[i]) * transmitted
        high += np.float32(high_weights[i]) * transmitted
    return -np.log(low), -np.log(high)


def with_noise(attenuation: Map, quanta: float, rng: np.random.Generator) -> Map:
    """Return the attenuation as counted with `quanta` unattenuated photons a pixel (Poisson, as a normal)."""
    relative = np.exp(np.float32(0.5) * attenuation) / np.float32(np.sqrt(quanta))
    return attenuation - np.log(
        np.maximum(1.0 + relative * rng.standard_normal(attenuation.shape, np.float32), np.float32(0.05))
    )


def bone_mineral(low: Map, high: Map, fat_share: float, beam: Beam) -> Map:
    """Return areal mineral in g/cm2 from both attenuations, given the fat share beside the bone.

    As a densitometer does with its step phantom, the inverse is a calibration polynomial in both
    attenuations, here fitted to slabs of 0-3 g/cm2 of hydroxyapatite in 8-40 cm of soft tissue.
    """
    coefficients = _calibration(beam, round(fat_share, 3))
    result = np.zeros_like(low)
    for coefficient, (p, q) in zip(coefficients, _POWERS, strict=True):
        result += np.float32(coefficient) * low**p * high**q
    return result


def fat_share_beside(low: float, high: float, beam: Beam) -> float:
    """Return the fat share of bone-free tissue that attenuates so at both energies, as the baseline does."""
    shares = np.linspace(0.0, 0.8, 33)
    found = [float(bone_mineral(_scalar(low), _scalar(high), share, beam)[0]) for share in shares]
    return float(np.interp(0.0, found[:: _direction(found)], shares[:: _direction(found)]))


_POWERS = tuple((p, q) for p in range(5) for q in range(5 - p))


def _direction(values: list[float]) -> int:
    return 1 if values[-1] > values[0] else -1


def _scalar(value: float) -> Map:
    return np.array([value], np.float32)


@lru_cache(maxsize=8)
def _beam_tables(beam: Beam) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    coefficients = np.array([mass_attenuation(material, _ENERGY_KEV) for material in _MATERIALS])
    low = tube_spectrum(beam.low_kv, beam.low_filter_al_mm, _ENERGY_KEV)
    high = tube_spectrum(beam.high_kv, beam.high_filter_al_mm, _ENERGY_KEV)
    return coefficients, low, high


@lru_cache(maxsize=4096)
def _calibration(beam: Beam, fat_share: float) -> NDArray[np.float64]:
    thickness, mineral = (
        grid.ravel().astype(np.float32) for grid in np.meshgrid(np.linspace(8, 40, 17), np.linspace(0, 3, 13))
    )
    body = soft_tissue(thickness, np.full_like(thickness, fat_share), mineral)
    low, high = log_attenuation(body, beam)
    design = np.stack([low.astype(float) ** p * high.astype(float) ** q for p, q in _POWERS], axis=1)
    return np.linalg.lstsq(design, mineral.astype(float), rcond=None)[0]
