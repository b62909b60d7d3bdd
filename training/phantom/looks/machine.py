"""The machine behind a radiograph: exposure, processing and file, at one site or at all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.looks.film_scan import FilmScan
from training.phantom.looks.looks import Looks
from training.phantom.looks.placement import Positioning
from training.phantom.looks.processing import Curve, FilmCurve, Processing
from training.phantom.physics.radiography import Exposure

_CURVES: tuple[Curve, ...] = ("sigmoid", "log", "film", "linear")
_CURVE_SHARES = {View.CHEST_FRONTAL: (0.34, 0.24, 0.38, 0.04), View.LUMBAR_LATERAL: (0.40, 0.30, 0.27, 0.03)}


@dataclass(frozen=True)
class Encoding:
    """How grey levels become a file: bits, polarity, and the part of the range that the window shows.

    `window` is (from, to) as shares of the stored range, or None where all of it is shown. `resampled` is the
    size of a copy over that of the picture, before it was enlarged again; `jpeg_quality` None is lossless.
    `mirrored` has the front of a lateral on the right; `distances_stated` tells whether the file has them.
    """

    bits: int
    monochrome1: bool
    window: tuple[float, float] | None
    resampled: float
    jpeg_quality: int | None
    mirrored: bool
    modality: Literal["CR", "DX"]
    distances_stated: bool


@dataclass(frozen=True)
class Machine:
    """One machine at one exposure; `film` is None where the detector was digital."""

    exposure: Exposure
    processing: Processing
    film: FilmScan | None
    encoding: Encoding


def draw_machine(placed: Positioning, looks: Looks, rng: np.random.Generator) -> Machine:
    """Return the machine of the one site, or one of all."""
    if looks == "one":
        return Machine(_exposure_of_one(placed), _PROCESSING_OF_ONE[placed.view], None, _ENCODING_OF_ONE)
    processing = _processing(placed.view, rng)
    on_film = processing.curve == "film"
    return Machine(
        exposure=_exposure(placed, on_film, rng),
        processing=processing,
        film=_film(rng) if on_film else None,
        encoding=_encoding(placed.view, rng),
    )


_CHEST_OF_ONE = Processing(
    curve="sigmoid",
    detail=0.5,
    detail_mm=6.0,
    compression=0.3,
    low=1.0,
    high=99.8,
    softness=1.1,
    gamma=1.0,
    equalised=0.0,
    local_clip=0.0,
    local_tiles=8,
    film=FilmCurve(2.8, 3.2, 1.5, 3.2, 0.2),
)
_PROCESSING_OF_ONE = {
    View.CHEST_FRONTAL: _CHEST_OF_ONE,
    View.LUMBAR_LATERAL: replace(_CHEST_OF_ONE, detail=1.2, detail_mm=4.0, compression=0.5, gamma=1.5),
}
_ENCODING_OF_ONE = Encoding(12, False, (0.05, 0.9), 1.0, None, False, "DX", True)


def _exposure_of_one(placed: Positioning) -> Exposure:
    chest = placed.view is View.CHEST_FRONTAL
    return Exposure(
        peak_kv=125.0 if chest else 85.0,
        filter_al_mm=5.5 if chest else 3.0,
        scatter=0.12,
        scatter_mm=40.0,
        heel=0.04,
        heel_deg=90.0,
        focal_mm=1.0,
        detector_blur_mm=0.14,
        quanta_mm2=5e4,
        electronic=3.0,
        saturation=50.0,
    )


def _exposure(placed: Positioning, on_film: bool, rng: np.random.Generator) -> Exposure:
    """Return one of all exposures; only at the bedside and for small people is there no grid."""
    chest = placed.view is View.CHEST_FRONTAL
    bedside = placed.side == "frontal_ap"
    hard = chest and not bedside and rng.random() < 0.8
    choices = (110, 115, 120, 125, 130, 140) if hard else ((75, 80, 85, 90) if chest else (80, 85, 90, 95))
    return Exposure(
        peak_kv=float(rng.choice(choices)),
        filter_al_mm=float(rng.choice([3.0, 4.0, 5.5, 7.0] if hard else [2.5, 3.0, 4.0])),
        scatter=float(rng.uniform(0.3, 0.65) if bedside else rng.uniform(0.05, 0.22)),
        scatter_mm=float(rng.uniform(25.0, 60.0)),
        heel=float(abs(rng.normal(0.0, 0.15 if on_film else 0.06))),
        heel_deg=float(rng.choice([0.0, 90.0, 180.0, 270.0])),
        focal_mm=float(rng.choice([0.6, 1.0, 1.2, 1.3])),
        detector_blur_mm=float(rng.uniform(0.08, 0.22)),
        quanta_mm2=float(np.exp(rng.normal(np.log(4e4 if chest else 1.2e4), 0.6 if chest else 0.9))),
        electronic=0.0 if on_film else float(rng.uniform(1.0, 6.0)),
        saturation=1e3 if on_film else float(rng.uniform(8.0, 60.0)),
    )


def _processing(view: View, rng: np.random.Generator) -> Processing:
    curve = _CURVES[int(rng.choice(4, p=_CURVE_SHARES[view]))]
    digital = curve in ("sigmoid", "log")
    chest = view is View.CHEST_FRONTAL
    tiles_used = bool(rng.random() < (0.2 if digital else 0.08))
    return Processing(
        curve=curve,
        detail=float(rng.gamma(1.2, 0.25 if chest else 0.5)) if digital else float(rng.uniform(0.0, 0.2)),
        detail_mm=float(np.exp(rng.uniform(np.log(1.2), np.log(9.0)))),
        compression=float(rng.beta(1.4, 2.8)) if digital else 0.0,
        low=float(rng.gamma(1.0, 0.6 if chest else 3.0)),
        high=float(100.0 - rng.gamma(1.0, 0.4)),
        softness=float(rng.uniform(0.5, 1.4)),
        gamma=float(rng.lognormal(0.0 if chest else 0.45, 0.25)),
        equalised=float(rng.uniform(0.3, 1.0)) if rng.random() < 0.06 else 0.0,
        local_clip=float(rng.uniform(1.2, 4.5)) if tiles_used else 0.0,
        local_tiles=int(rng.integers(3, 13)),
        film=_film_curve(view, rng),
    )


def _film_curve(view: View, rng: np.random.Generator) -> FilmCurve:
    """Return one of all films; a chest is exposed for the lungs, so that most of it comes out bright."""
    largest = float(rng.uniform(2.4, 3.4))
    at_middle = rng.uniform(0.5, 1.4) if view is View.CHEST_FRONTAL else rng.uniform(0.9, 2.0)
    return FilmCurve(
        gradient=float(rng.uniform(2.0, 3.3)),
        largest=largest,
        at_middle=float(at_middle),
        black=largest * float(rng.uniform(0.95, 1.5)),
        fog=float(rng.uniform(0.0, 0.25)),
    )


def _film(rng: np.random.Generator) -> FilmScan:
    turned = bool(rng.random() < 0.3)
    return FilmScan(
        grain=float(abs(rng.normal(0.0, 0.006))),
        grain_px=float(rng.uniform(0.5, 1.0)),
        scratches=int(rng.poisson(1.5)),
        turn_deg=float(rng.normal(0.0, 0.8)) if turned else 0.0,
        shrink=float(rng.uniform(0.96, 1.0)) if turned else 1.0,
        border=float(rng.choice([0.0, 0.0, 0.0, 1.0, rng.uniform(0.0, 0.2)])),
    )


def _encoding(view: View, rng: np.random.Generator) -> Encoding:
    bits = 8 if rng.random() < 0.35 else int(rng.choice([10, 12, 14, 16]))
    low, high = rng.uniform(0.0, 0.25), rng.uniform(0.65, 1.0)
    lossy = bool(rng.random() < 0.35)
    return Encoding(
        bits=bits,
        monochrome1=bool(rng.random() < 0.25),
        window=(float(low), float(high)) if bits > 8 else None,
        resampled=float(rng.uniform(0.35, 0.9)) if rng.random() < 0.25 else 1.0,
        jpeg_quality=int(rng.integers(45, 96)) if lossy else None,
        mirrored=view is View.LUMBAR_LATERAL and bool(rng.random() < 0.35),
        modality="DX" if rng.random() < 0.6 else "CR",
        distances_stated=bool(rng.random() < 0.7),
    )
