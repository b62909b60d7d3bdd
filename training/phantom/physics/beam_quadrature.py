"""What is left of a tube's beam behind the body, by few energies that stand for its whole spectrum."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.optimize import nnls

from training.phantom.geometry.grid import Map
from training.phantom.physics.materials import Array, mass_attenuation, tube_spectrum
from training.phantom.physics.scene import Scene

MATERIALS = ("lean", "fat", "mineral", "metal")
_ENERGIES = 8
_LOWEST_KEV = (22.0, 25.0, 28.0, 31.0)
_HIGHEST_SHARE = (0.88, 0.92, 0.96)
_CHUNK = 1 << 15


def transmission(scene: Scene, peak_kv: float, filter_al_mm: float) -> Map:
    """Return the primary signal behind a scene over that of the open beam, polyenergetic Beer-Lambert.

    Air is left out: 20 cm of it, which the body displaces, take 0.4 % of the beam.
    """
    coefficients, weights = quadrature(peak_kv, filter_al_mm)
    masses = [getattr(scene, material).ravel() for material in MATERIALS]
    used = [i for i, mass in enumerate(masses) if i < 3 or mass.any()]
    minus, share = -coefficients[:, used].astype(np.float32), weights.astype(np.float32)
    result = np.empty(masses[0].size, np.float32)
    for start in range(0, result.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        exponents = minus @ np.stack([masses[i][part] for i in used])
        result[part] = share @ np.exp(exponents, out=exponents)
    return result.reshape(scene.lean.shape)


def full_transmission(masses_g_cm2: Array, peak_kv: float, filter_al_mm: float) -> Array:
    """Return the transmission of slabs [n, material] by the whole spectrum in steps of 1 keV, [n]."""
    energy = np.arange(20.5, peak_kv, 1.0)
    return np.exp(-masses_g_cm2 @ _coefficients(energy).T) @ tube_spectrum(peak_kv, filter_al_mm, energy)


@lru_cache(maxsize=256)
def quadrature(peak_kv: float, filter_al_mm: float) -> tuple[Array, Array]:
    """Return cm2/g [energy, material] and weights [energy] of the energies that stand for a beam.

    The weights are fitted, none below 0, to what slabs of every mix let through by the whole spectrum; the
    span of the energies is that of `_LOWEST_KEV` and `_HIGHEST_SHARE` whose largest relative error is least.
    """
    slabs = _slabs()
    wanted = full_transmission(slabs, peak_kv, filter_al_mm)
    best = (np.inf, np.empty(0), np.empty(0))
    for lowest in _LOWEST_KEV:
        for highest in _HIGHEST_SHARE:
            coefficients = _coefficients(np.linspace(lowest, highest * peak_kv, _ENERGIES))
            relative = np.exp(-slabs @ coefficients.T) / wanted[:, None]
            weights, _ = nnls(relative, np.ones(len(slabs)))
            error = float(np.abs(relative @ weights - 1.0).max())
            best = min(best, (error, coefficients, weights), key=lambda found: found[0])
    return best[1], best[2]


def _coefficients(energy_kev: Array) -> Array:
    return np.stack([mass_attenuation(material, energy_kev) for material in MATERIALS], axis=1)


def _slabs() -> Array:
    """Return the masses in g/cm2 that the fit covers, [n, material]: what a body has, and some metal."""
    bodies = np.meshgrid((0, 2, 8, 16, 30, 42), (0, 5, 15, 25), (0, 0.5, 1.5, 3, 4.5), (0.0,))
    metal = np.meshgrid((0, 8, 30), (0, 10), (0, 1.0), (0.3, 1.0, 3.0))
    return np.concatenate([np.stack([axis.ravel() for axis in part], axis=1) for part in (bodies, metal)])
