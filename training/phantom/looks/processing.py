"""From the detector's signal to grey levels: what makers' processing, or film and its scanner, make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from training.phantom.geometry.grid import Map

Curve = Literal["linear", "log", "sigmoid", "film"]

_OPEN_FIELD = 0.45
"""Where more than this share of the open beam arrives, there is no body."""
_SMALLEST_BAND_PX = 12
"""The picture is split into bands until its smaller side would be less than this."""
_EVERY = 3
"""Percentiles are taken over every third row and column."""


@dataclass(frozen=True)
class FilmCurve:
    """A film's characteristic curve, optical density against log10 of the exposure, and its scanner's range.

    `gradient` is its steepest slope, `largest` its greatest density, `at_middle` the density where the middle
    of the field lies, `fog` that of the bare film; the scanner shows black at density `black`.
    """

    gradient: float
    largest: float
    at_middle: float
    black: float
    fog: float


@dataclass(frozen=True)
class Processing:
    """How a signal is shown.

    `detail` is how much the band of `detail_mm` (a wavelength) is raised, and `compression` how far the
    broadest band is lowered. `low` and `high` are the percentiles of the body that show black and white;
    `softness` bends both ends of the sigmoid. `gamma` bends what comes out; `equalised` (0 to 1) mixes in the
    equalised histogram, and `local_clip` that of tiles (0: not at all).
    """

    curve: Curve
    detail: float
    detail_mm: float
    compression: float
    low: float
    high: float
    softness: float
    gamma: float
    equalised: float
    local_clip: float
    local_tiles: int
    film: FilmCurve


def process(signal: Map, inside: Map, pixel_mm: float, look: Processing) -> Map:
    """Return grey levels, 0 black to 1 white and a little beyond, bone bright.

    `inside` is 1 where the collimator lets the beam through: only the body there sets the range.
    """
    body = (inside > 0.5) & (signal < _OPEN_FIELD)
    if look.curve == "linear":
        levels = 1.0 - signal / _percentile(signal, body, 100.0 - look.low)
    else:
        seen = enhanced(-np.log(np.maximum(signal, np.float32(1e-6))), pixel_mm, look)
        levels = _film(seen, body, look.film) if look.curve == "film" else _digital(seen, body, look)
    if look.gamma != 1.0:
        levels = np.sign(levels) * np.abs(levels) ** np.float32(look.gamma)
    return _equalised(levels, look) if look.equalised > 0.0 or look.local_clip > 0.0 else levels


def enhanced(density: Map, pixel_mm: float, look: Processing) -> Map:
    """Return the density with each band of a Laplacian pyramid weighted by its wavelength."""
    if look.detail == 0.0 and look.compression == 0.0:
        return density
    steps = [density]
    while min(steps[-1].shape) >= 2 * _SMALLEST_BAND_PX:
        steps.append(cv2.pyrDown(steps[-1]))
    result = steps[-1].mean() + (1.0 - np.float32(look.compression)) * (steps[-1] - steps[-1].mean())
    for number in range(len(steps) - 2, -1, -1):
        size = steps[number].shape[::-1]
        band = steps[number] - cv2.pyrUp(steps[number + 1], dstsize=size)
        gain = _gain(4.0 * pixel_mm * 2**number, look)
        result = cv2.pyrUp(result, dstsize=size) + np.float32(gain) * band
    return result


def _gain(wavelength_mm: float, look: Processing) -> float:
    octaves = np.log2(wavelength_mm / look.detail_mm)
    raised = look.detail * np.exp(-0.5 * (octaves / 1.3) ** 2)
    lowered = look.compression * 0.5 * np.clip(np.log2(wavelength_mm / 40.0) / 2.0, 0.0, 1.0)
    return float(1.0 + raised - lowered)


def _digital(density: Map, body: Map, look: Processing) -> Map:
    low, high = _percentile(density, body, look.low), _percentile(density, body, look.high)
    levels = (density - low) / np.float32(max(high - low, 0.05))
    if look.curve == "log":
        return levels
    steep = np.float32(4.0 * look.softness)
    return 1.0 / (1.0 + np.exp(-steep * (levels - np.float32(0.5))))


def _film(attenuation: Map, body: Map, film: FilmCurve) -> Map:
    """Return a scan of a film, whose characteristic curve is a logistic of log exposure."""
    slope = 4.0 * film.gradient / film.largest / np.log(10.0)
    at_middle = np.log(film.at_middle / (film.largest - film.at_middle)) / slope
    exposure = _percentile(attenuation, body, 40.0) - attenuation + np.float32(at_middle)
    density = np.float32(film.largest) / (1.0 + np.exp(np.clip(-np.float32(slope) * exposure, -30.0, 30.0)))
    return 1.0 - (density + np.float32(film.fog)) / np.float32(film.black + film.fog)


def _equalised(levels: Map, look: Processing) -> Map:
    grey = np.rint(np.clip(levels, 0.0, 1.0) * 65535).astype(np.uint16)
    if look.local_clip > 0.0:
        tiles = (look.local_tiles, look.local_tiles)
        grey = cv2.createCLAHE(look.local_clip, tiles).apply(grey)
    even = grey.astype(np.float32) / np.float32(65535)
    if look.equalised == 0.0:
        return even
    counts = np.bincount(grey.ravel() >> 4, minlength=4096)
    shares = (np.cumsum(counts) / grey.size).astype(np.float32)
    return even + np.float32(look.equalised) * (shares[grey >> 4] - even)


def _percentile(values: Map, where: Map, percent: float) -> np.float32:
    chosen = values[::_EVERY, ::_EVERY][where[::_EVERY, ::_EVERY]]
    return np.float32(np.percentile(chosen if chosen.size else values, percent))
