"""How one person's spine bends: lordosis and kyphosis from the side, leaning and scoliosis from behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.phantom.spine.levels import tilt_deg

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Angles in degrees as `tilt_deg` takes them; leaning in mm a mm, scoliosis as a wave in mm."""

    least: float
    kyphosis: float
    lordosis: float
    neck: float
    lean: float
    bow_mm: float
    wave_mm: float
    phase: float
    twist: float

    def tilt_deg(self, level: str) -> float:
        """Return how far a level falls forward, before fractures."""
        return tilt_deg(
            level, least=self.least, kyphosis=self.kyphosis, lordosis=self.lordosis, neck=self.neck
        )

    def aside_mm(self, z_mm: float) -> float:
        """Return how far left of the midline the spine lies at height z over T12-L1."""
        wave = np.sin(2 * np.pi * z_mm / self.wave_mm + self.phase) - np.sin(self.phase)
        return self.lean * z_mm + self.bow_mm * float(wave)

    def slant(self, z_mm: float) -> float:
        """Return the angle in radians by which the spine's axis leans to the left going up."""
        return float(np.arctan((self.aside_mm(z_mm + 5.0) - self.aside_mm(z_mm - 5.0)) / 10.0))

    def twist_deg(self, z_mm: float) -> float:
        """Return the vertebra's rotation about its axis: with the side of the bow, as in scoliosis."""
        return self.twist * self.bow_mm * float(np.sin(2 * np.pi * z_mm / self.wave_mm + self.phase))


def draw_curve(age_years: float, rng: np.random.Generator) -> Curve:
    """Return one person's curve: angles about 45 (T1-T12), 54 (L1-S1) and 28 degrees, more stoop with age."""
    ageing = float(np.clip((age_years - 45) / 40, 0.0, 1.0))
    scoliosis = rng.normal(0.0, 6.0) if rng.random() < 0.08 else rng.normal(0.0, 1.2)
    return Curve(
        least=rng.normal(-15.0, 4.0),
        kyphosis=float(np.clip(rng.normal(44.0 + 8.0 * ageing, 8.0), 22.0, 80.0)),
        lordosis=float(np.clip(rng.normal(54.0 - 4.0 * ageing, 9.0), 28.0, 78.0)),
        neck=rng.normal(28.0, 8.0),
        lean=rng.normal(0.0, 0.025),
        bow_mm=scoliosis,
        wave_mm=rng.uniform(160.0, 260.0),
        phase=rng.uniform(0.0, 2 * np.pi),
        twist=rng.uniform(0.3, 1.2),
    )


def frame(tilt_deg: float, slant: float, twist_deg: float) -> Vector:
    """Return a vertebra's own directions left, back and up as rows in the patient's frame, [3, 3]."""
    twist, tilt = np.radians(twist_deg), np.radians(tilt_deg)
    about_z = np.array(
        [[np.cos(twist), np.sin(twist), 0.0], [-np.sin(twist), np.cos(twist), 0.0], [0.0, 0.0, 1.0]]
    )
    about_x = np.array(
        [[1.0, 0.0, 0.0], [0.0, np.cos(tilt), np.sin(tilt)], [0.0, -np.sin(tilt), np.cos(tilt)]]
    )
    about_y = np.array(
        [[np.cos(slant), 0.0, -np.sin(slant)], [0.0, 1.0, 0.0], [np.sin(slant), 0.0, np.cos(slant)]]
    )
    return about_z @ about_x @ about_y
