"""What X-rays do in the body: attenuation by energy, densities, and the spectra of a tube."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_TABLE_KEV = np.array([20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 150.0])

# Mass attenuation coefficients with coherent scattering, cm2/g. Source: Hubbell and Seltzer, NIST SRD 126
# (public domain), table 3 for elements, table 4 for the ICRU-44 tissues.
_ELEMENT_CM2_G = {
    "H": (0.3695, 0.3570, 0.3458, 0.3355, 0.3260, 0.3091, 0.2944, 0.2651),
    "O": (0.8651, 0.3779, 0.2585, 0.2132, 0.1907, 0.1678, 0.1551, 0.1361),
    "P": (5.352, 1.700, 0.8096, 0.4916, 0.3494, 0.2324, 0.1865, 0.1432),
    "Ca": (13.06, 4.080, 1.830, 1.019, 0.6578, 0.3656, 0.2571, 0.1674),
    "Al": (3.441, 1.128, 0.5685, 0.3681, 0.2778, 0.2018, 0.1704, 0.1378),
    "Ti": (15.85, 4.972, 2.214, 1.213, 0.7661, 0.4052, 0.2721, 0.1649),
}
_TISSUE_CM2_G = {
    "lean": (0.8205, 0.3783, 0.2685, 0.2262, 0.2048, 0.1823, 0.1693, 0.1492),  # skeletal muscle
    "fat": (0.5677, 0.3063, 0.2396, 0.2123, 0.1974, 0.1800, 0.1688, 0.1500),  # adipose tissue
}
_HYDROXYAPATITE_SHARES = {"Ca": 0.3989, "P": 0.1850, "O": 0.4141, "H": 0.0020}  # Ca10(PO4)6(OH)2 by mass

DENSITY_G_CM3 = {"lean": 1.05, "fat": 0.95, "mineral": 3.16, "metal": 4.51, "Al": 2.70}
"""ICRU-44 for the tissues; hydroxyapatite's crystal density for mineral, titanium's for metal."""


def mass_attenuation(material: str, energy_kev: Array) -> Array:
    """Return cm2/g of `lean`, `fat`, `mineral` (hydroxyapatite), `metal` (titanium) or `Al` at 20-150 keV.

    Between the tabulated energies the coefficient is interpolated linearly in log-log.
    """
    if material == "mineral":
        table = sum(
            share * np.array(_ELEMENT_CM2_G[element]) for element, share in _HYDROXYAPATITE_SHARES.items()
        )
    else:
        element = "Ti" if material == "metal" else material
        table = np.array(_TISSUE_CM2_G.get(material) or _ELEMENT_CM2_G[element])
    return np.exp(np.interp(np.log(energy_kev), np.log(_TABLE_KEV), np.log(table)))


def tube_spectrum(peak_kv: float, filter_al_mm: float, energy_kev: Array) -> Array:
    """Return the energy-weighted relative spectrum of a tungsten tube, summing to 1, at `energy_kev`.

    Kramers' law for the photons (N ~ E0/E - 1), filtered by aluminium and weighted with the energy that an
    integrating detector registers. Characteristic lines are left out.
    """
    photons = np.clip(peak_kv / energy_kev - 1.0, 0.0, None)
    filtered = photons * np.exp(
        -mass_attenuation("Al", energy_kev) * DENSITY_G_CM3["Al"] * filter_al_mm / 10.0
    )
    weighted = filtered * energy_kev
    return weighted / weighted.sum()
