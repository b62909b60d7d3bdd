"""From a scene to the detector's signal: primary beam, scatter, tube, blur and noise."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection
from training.phantom.physics.beam_quadrature import transmission
from training.phantom.physics.scene import Scene

_COARSE_MM = 6.0
"""Scatter is worked out on pixels of this size: its spread is several times as wide."""
_LEAST_SIGNAL = 1e-6
_LEAST_BLUR_PX = 0.2
"""A blur of a smaller SD changes no pixel by 1 % of an edge."""


@dataclass(frozen=True)
class Exposure:
    """Tube and detector of one exposure.

    `scatter` is the scatter that reaches the detector over the primary, for each unit of the primary's -ln:
    0.6 without a grid, 0.1 behind a good one; `scatter_mm` is the SD of its spread. `heel` is the share that
    the beam loses towards the anode's end, along `heel_deg` (0 to the right, 90 down). `quanta_mm2` counts at
    the detector behind the middle of the body, which is what an automatic exposure holds; `electronic` is the
    readout's noise in quanta a pixel; above `saturation` times the exposure's aim the detector clips.
    """

    peak_kv: float
    filter_al_mm: float
    scatter: float
    scatter_mm: float
    heel: float
    heel_deg: float
    focal_mm: float
    detector_blur_mm: float
    quanta_mm2: float
    electronic: float
    saturation: float


def expose(scene: Scene, projection: Projection, exposure: Exposure, rng: np.random.Generator) -> Map:
    """Return the detector's linear signal, 1 for the open field: what is shown later is its logarithm."""
    primary = transmission(scene, exposure.peak_kv, exposure.filter_al_mm)
    primary *= tube_profile(projection, exposure)
    pixel_mm = projection.grid.pixel_mm
    sharp = primary + scatter(primary, pixel_mm, exposure)
    signal = _blurred(sharp, penumbra_px(projection, exposure))
    aim = aimed_signal(signal)
    quanta = exposure.quanta_mm2 * pixel_mm**2 / aim
    noisy = with_noise(signal, quanta, exposure.detector_blur_mm / pixel_mm, exposure.electronic, rng)
    return np.clip(noisy, _LEAST_SIGNAL, exposure.saturation * aim)


def tube_profile(projection: Projection, exposure: Exposure) -> Map:
    """Return the open beam over the field, 1 on average: the heel effect and the way to the field's edge."""
    grid = projection.grid
    x, y = grid.x_mm() - projection.pivot_on_grid_mm[0], grid.z_mm() - projection.pivot_on_grid_mm[1]
    angle = np.radians(exposure.heel_deg)
    along = (x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))) / np.float32(grid.rows)
    along = along / np.float32(grid.pixel_mm)
    distance2 = np.float32(projection.source_detector_mm**2)
    inverse_square = (1.0 + (x * x + y * y) / distance2) ** np.float32(-1.5)
    profile = inverse_square * (1.0 - np.float32(exposure.heel) * along)
    return profile / np.float32(profile.mean())


def scatter(primary: Map, pixel_mm: float, exposure: Exposure) -> Map:
    """Return the scatter on the detector: each beam scatters P (-ln P), spread around it.

    The kernel model of Love and Kruger (Med Phys 1987; 14: 178), with one Gaussian and none from beyond the
    field, which the collimator keeps dark.
    """
    step = max(1, round(_COARSE_MM / pixel_mm))
    size = (max(2, primary.shape[1] // step), max(2, primary.shape[0] // step))
    coarse = cv2.resize(primary, size, interpolation=cv2.INTER_AREA)
    source = coarse * -np.log(np.clip(coarse, _LEAST_SIGNAL, 1.0))
    sigma = exposure.scatter_mm / (pixel_mm * primary.shape[0] / size[1])
    spread = cv2.GaussianBlur(source, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    large = cv2.resize(spread, primary.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.float32(exposure.scatter) * large


def aimed_signal(signal: Map) -> float:
    """Return the signal that an automatic exposure sees: its median over the middle half of the field."""
    rows, columns = signal.shape
    middle = signal[rows // 4 : -(rows // 4), columns // 4 : -(columns // 4)]
    return float(np.median(middle[::4, ::4]))


def penumbra_px(projection: Projection, exposure: Exposure) -> float:
    """Return the SD in pixels by which the focal spot blurs what lies at the pivot.

    A focal spot of width f blurs by f (m - 1) at magnification m; a disc's SD is a quarter of its width.
    """
    distance = projection.source_detector_mm
    magnification = distance / (distance - projection.pivot_detector_mm)
    return exposure.focal_mm * (magnification - 1.0) / 4.0 / projection.grid.pixel_mm


def with_noise(signal: Map, quanta: float, blur: float, electronic: float, rng: np.random.Generator) -> Map:
    """Return the signal as counted with `quanta` a pixel in the open field, then blurred by the detector.

    Counting noise (Poisson, as a normal) passes the detector's blur and comes out correlated; the readout's
    does not, and stays white.
    """
    counted = signal + np.sqrt(signal / np.float32(quanta)) * rng.standard_normal(signal.shape, np.float32)
    blurred = _blurred(counted, blur)
    if electronic == 0.0:
        return blurred
    return blurred + np.float32(electronic / quanta) * rng.standard_normal(signal.shape, np.float32)


def _blurred(picture: Map, sigma_px: float) -> Map:
    return picture if sigma_px < _LEAST_BLUR_PX else cv2.GaussianBlur(picture, (0, 0), sigma_px)
