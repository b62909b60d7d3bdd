"""How one site's densitometer and screen look, and how all of them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from training.phantom.physics.densitometer import Beam

Looks = Literal["one", "every"]


@dataclass(frozen=True)
class ScanLook:
    """The machine: its beam, photons a pixel at the low energy, ratio of the high to it, and field in mm.

    `compensation` is how far exposure follows thickness: 0 not at all, 1 to constant counts.
    """

    beam: Beam
    quanta: float
    high_to_low: float
    compensation: float
    blur_mm: float
    blur_aspect: float
    row_noise_g_cm2: float
    width_mm: float
    height_mm: float
    l1_top_mm: float


@dataclass(frozen=True)
class ScreenLook:
    """The screen: grey levels' range, curve and sharpness, what is drawn over it, and its shape.

    `frame` is whether the cut-out holds a strip of the window's border or scroll bar.
    """

    black_g_cm2: float
    headroom: float
    gamma: float
    blur_px: float
    sharpen: float
    boxes: bool
    squashed: bool
    size_px: int
    jpeg_quality: int | None
    monochrome1: bool
    frame: bool


def scan_look(looks: Looks, rng: np.random.Generator) -> ScanLook:
    """Return the machine of the one site, or one of all."""
    width = rng.uniform(105.0, 170.0)
    height = float(np.clip(width * rng.uniform(1.2, 1.75), 165.0, 260.0))
    top = rng.uniform(0.02, 0.30) * height
    if looks == "one":
        return ScanLook(Beam(), 0.6e5, 0.8, 0.9, 0.7, 1.3, 0.0, 140.0, 215.0, float(rng.uniform(40.0, 55.0)))
    return ScanLook(
        beam=Beam(
            low_kv=float(rng.choice([90.0, 100.0, 110.0])), high_filter_al_mm=float(rng.choice([30.0, 40.0]))
        ),
        quanta=0.65e5 * rng.lognormal(0.0, 0.35),
        high_to_low=rng.uniform(0.6, 1.2),
        compensation=rng.uniform(0.7, 1.1),
        blur_mm=float(np.clip(rng.lognormal(np.log(0.95), 0.3), 0.4, 2.2)),
        blur_aspect=rng.uniform(1.0, 1.6),
        row_noise_g_cm2=abs(rng.normal(0.0, 0.012)),
        width_mm=width,
        height_mm=height,
        l1_top_mm=float(top),
    )


def screen_look(looks: Looks, size_px: int, rng: np.random.Generator) -> ScreenLook:
    """Return the screen of the one site, or one of all; pictures are at most `size_px` high."""
    if looks == "one":
        return ScreenLook(-0.03, 1.1, 1.0, 0.0, 0.0, True, True, size_px, None, False, False)
    return ScreenLook(
        black_g_cm2=rng.normal(-0.04, 0.09),
        headroom=rng.uniform(0.95, 1.3),
        gamma=rng.lognormal(0.0, 0.15),
        blur_px=rng.uniform(0.0, 0.6),
        sharpen=max(0.0, rng.normal(0.0, 0.3)),
        boxes=bool(rng.random() < 0.7),
        squashed=bool(rng.random() < 0.6),
        size_px=int(size_px * rng.choice([0.44, 0.5, 0.7, 1.0])),
        jpeg_quality=int(rng.integers(55, 97)) if rng.random() < 0.6 else None,
        monochrome1=bool(rng.random() < 0.1),
        frame=bool(rng.random() < 0.4),
    )
