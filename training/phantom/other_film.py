"""A plain film of a scene: one energy, noise, a look-up, sharpening, collimation and a marker."""

from __future__ import annotations

import cv2
import numpy as np

from training.phantom.grid import Map
from training.phantom.materials import mass_attenuation
from training.phantom.scene import Scene

_METAL_CM2_G = 1.2
"""Titanium and steel at 60 keV, about."""


def film(scene: Scene, rng: np.random.Generator) -> Map:
    """Return grey levels 0 to 1, bone bright, of one exposure of a scene by any machine."""
    energy_kev = np.array([rng.uniform(45.0, 75.0)])
    masses = {"lean": scene.lean, "fat": scene.fat, "mineral": scene.mineral}
    dark = sum(np.float32(mass_attenuation(name, energy_kev)[0]) * mass for name, mass in masses.items())
    primary = np.exp(-(dark + np.float32(_METAL_CM2_G) * scene.metal))
    scatter = cv2.GaussianBlur(primary, (0, 0), primary.shape[0] / 8) * np.float32(rng.uniform(0.0, 1.0))
    signal = cv2.GaussianBlur(primary + scatter, (0, 0), rng.uniform(0.3, 1.0))
    quanta = 10 ** rng.uniform(4.3, 6.3)
    noisy = signal + np.sqrt(signal / quanta) * rng.standard_normal(signal.shape, np.float32)
    return _developed(-np.log(np.maximum(noisy, 1e-4)), rng)


def _developed(density: Map, rng: np.random.Generator) -> Map:
    if rng.random() < 0.75:
        coarse = cv2.GaussianBlur(density, (0, 0), density.shape[0] * rng.uniform(0.03, 0.12))
        share = np.float32(rng.uniform(0.3, 0.9))
        density = density - share * coarse
    if rng.random() < 0.5:
        fine = density - cv2.GaussianBlur(density, (0, 0), rng.uniform(1.0, 4.0))
        density = density + np.float32(rng.uniform(0.3, 2.0)) * fine
    low, high = np.percentile(density, [rng.uniform(0.0, 10.0), rng.uniform(97.0, 100.0)])
    grey = np.clip((density - low) / max(high - low, 1e-3), 0.0, 1.0) ** np.float32(rng.lognormal(0.0, 0.3))
    return _marked(_collimated(grey, rng), rng)


def _collimated(grey: Map, rng: np.random.Generator) -> Map:
    if rng.random() < 0.65:
        return grey
    rows, columns = grey.shape
    top, bottom, left, right = (
        int(share) for share in rng.uniform(0, 0.12, 4) * (rows, rows, columns, columns)
    )
    framed = np.full_like(grey, rng.choice([0.0, 0.0, 0.0, 1.0]))
    inside = slice(top, rows - bottom), slice(left, columns - right)
    framed[inside] = grey[inside]
    return framed


def _marked(grey: Map, rng: np.random.Generator) -> Map:
    """Return the picture with a letter R or L near an edge in half of all cases."""
    if rng.random() < 0.5:
        return grey
    marked = np.rint(grey * 255).astype(np.uint8)
    place = (int(grey.shape[1] * rng.choice([0.05, 0.85])), int(grey.shape[0] * rng.uniform(0.06, 0.95)))
    size = grey.shape[0] * rng.uniform(0.0015, 0.004)
    cv2.putText(
        marked, str(rng.choice(["R", "L"])), place, cv2.FONT_HERSHEY_SIMPLEX, size, 255, 2, cv2.LINE_AA
    )
    return marked.astype(np.float32) / 255
