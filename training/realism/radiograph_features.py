"""Named features of a radiograph, phantom or real: histogram, power spectrum, edges, bone to soft tissue."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]

HEIGHT_PX = 256
"""Features are taken at this height, so that files of any size compare."""
_BANDS_PX = {
    "finest": (0.0, 0.8),
    "fine": (0.8, 1.6),
    "middle": (1.6, 4.0),
    "coarse": (4.0, 12.0),
    "broad": (12.0, 36.0),
}
"""Structure between two Gaussian blurs, SD in pixels at HEIGHT_PX."""
_REGIONS: Mapping[str, Mapping[str, tuple[float, float, float, float]]] = {
    "chest_frontal": {
        "middle": (0.25, 0.75, 0.44, 0.56),
        "right lung": (0.25, 0.6, 0.18, 0.36),
        "left lung": (0.25, 0.6, 0.66, 0.84),
        "upper corners": (0.02, 0.15, 0.05, 0.2),
        "neck": (0.02, 0.12, 0.42, 0.58),
        "below the diaphragm": (0.88, 0.99, 0.2, 0.8),
        "right side": (0.35, 0.8, 0.0, 0.06),
    },
    "lumbar_lateral": {
        "middle": (0.3, 0.7, 0.35, 0.65),
        "left": (0.3, 0.7, 0.02, 0.2),
        "right": (0.3, 0.7, 0.8, 0.98),
        "top": (0.02, 0.15, 0.2, 0.8),
        "bottom": (0.85, 0.98, 0.2, 0.8),
    },
}
"""Where each view is looked at: from and to, down and across, as shares of the picture."""


def radiograph_features(grey: Map, view: str) -> dict[str, float]:
    """Return the features, by names in words, of a picture of `view`, grey levels 0 to 1 [row, column]."""
    picture = _fitted(grey)
    spread = max(float(picture.std()), 1e-3)
    bands = {name: _band(picture, *blurs) for name, blurs in _BANDS_PX.items()}
    found = _histogram(picture)
    found |= {f"{name} structure over SD": float(band.std()) / spread for name, band in bands.items()}
    found |= _spectrum(picture) | _edges(picture, bands, spread) | _regions(picture, bands, view, spread)
    return found


def _fitted(grey: Map) -> Map:
    scale = HEIGHT_PX / grey.shape[0]
    size = max(16, round(grey.shape[1] * scale)), HEIGHT_PX
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(grey.astype(np.float32), size, interpolation=way)


def _band(picture: Map, narrow_px: float, wide_px: float) -> Map:
    sharp = cv2.GaussianBlur(picture, (0, 0), narrow_px) if narrow_px else picture
    return sharp - cv2.GaussianBlur(picture, (0, 0), wide_px)


def _histogram(picture: Map) -> dict[str, float]:
    low, quarter, median, most, high = np.percentile(picture, [5, 25, 50, 75, 95])
    return {
        "grey at 5 %": float(low),
        "median grey": float(median),
        "grey at 95 %": float(high),
        "skew of the middle half": float((quarter + most - 2 * median) / max(most - quarter, 1e-3)),
        "share shown black": float((picture < 0.02).mean()),
        "share shown white": float((picture > 0.98).mean()),
        "width over height": picture.shape[1] / picture.shape[0],
    }


def _spectrum(picture: Map) -> dict[str, float]:
    """Return the slope of log power over log frequency, coarse and fine, of the picture's middle square."""
    side = min(picture.shape)
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = cv2.resize(
        picture[top : top + side, left : left + side], (128, 128), interpolation=cv2.INTER_AREA
    )
    window = np.outer(np.hanning(128), np.hanning(128))
    power = np.abs(np.fft.rfft2((square - square.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(128)[:, None] * 128, np.arange(65)[None])
    slopes = {}
    for name, low, high in (("coarse", 3, 12), ("fine", 12, 50)):
        chosen = (frequency >= low) & (frequency < high)
        line = np.polyfit(np.log(frequency[chosen]), np.log(power[chosen] + 1e-9), 1)
        slopes[f"slope of the {name} power spectrum"] = float(line[0])
    return slopes


def _edges(picture: Map, bands: Mapping[str, Map], spread: float) -> dict[str, float]:
    across, down = cv2.Sobel(picture, -1, 1, 0) / 8, cv2.Sobel(picture, -1, 0, 1) / 8
    steep = np.hypot(across, down) / spread
    fine = bands["fine"]
    return {
        "edges: gradient at 90 %": float(np.percentile(steep, 90)),
        "edges: gradient at 99 %": float(np.percentile(steep, 99)),
        "edges: across over down": float(np.abs(across).mean() / max(np.abs(down).mean(), 1e-6)),
        "heavy tails of fine structure": float((fine**4).mean() / max((fine**2).mean() ** 2, 1e-12)) ** 0.25,
    }


def _regions(picture: Map, bands: Mapping[str, Map], view: str, spread: float) -> dict[str, float]:
    """Return each region's brightness, and bone against soft tissue: its structure at the size of bones."""
    found = {}
    middle = float(np.median(picture))
    for name, (top, bottom, left, right) in _REGIONS[view].items():
        rows = slice(int(top * picture.shape[0]), int(bottom * picture.shape[0]))
        columns = slice(int(left * picture.shape[1]), max(int(right * picture.shape[1]), 1))
        found[f"brightness, {name}"] = (float(picture[rows, columns].mean()) - middle) / spread
        for band in ("fine", "middle", "coarse"):
            found[f"{band} bone structure, {name}"] = float(bands[band][rows, columns].std()) / spread
    return found
