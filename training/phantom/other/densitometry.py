"""Parts of the body that densitometers measure beside the spine, as their screens show them."""

from __future__ import annotations

import cv2
import numpy as np

from training.phantom.geometry.grid import Map, smooth_field
from training.phantom.looks.looks import ScanLook, ScreenLook, scan_look, screen_look
from training.phantom.other.figure import Taken

_LEAST_WHITE_G_CM2 = 0.05


def screen(taken: Taken, rng: np.random.Generator) -> Map:
    """Return the bone of a scene on a screen, grey levels 0 to 1, some with a box drawn over it."""
    machine, look = scan_look("every", rng), screen_look("every", taken.scene.mineral.shape[0], rng)
    bone = _scanned(taken, machine, rng)
    white = float(np.percentile(bone, 99.5)) * look.headroom
    scaled = (bone - look.black_g_cm2) / max(white - look.black_g_cm2, _LEAST_WHITE_G_CM2)
    grey = np.clip(scaled, 0.0, 1.0) ** np.float32(look.gamma)
    return _boxed(grey, look, rng)


def _scanned(taken: Taken, machine: ScanLook, rng: np.random.Generator) -> Map:
    """Return the bone picture in g/cm2: blurred, with noise and what unevenly fat tissue leaves in it."""
    mineral, pixel_mm = taken.scene.mineral, taken.placed.pixel_mm
    tissue = rng.uniform(0.01, 0.07) * smooth_field(rng, mineral.shape, (8.0 / pixel_mm, 14.0 / pixel_mm))
    grain = rng.uniform(0.02, 0.12) * rng.standard_normal(mineral.shape, np.float32)
    rows = machine.row_noise_g_cm2 * rng.standard_normal((len(mineral), 1), np.float32)
    sigma = max(machine.blur_mm / pixel_mm, 0.3)
    return cv2.GaussianBlur(
        mineral + tissue + grain + rows, (0, 0), sigma * machine.blur_aspect, sigmaY=sigma
    )


def _boxed(grey: Map, look: ScreenLook, rng: np.random.Generator) -> Map:
    if look.boxes:
        corners = (rng.uniform((0.1, 0.55), (0.4, 0.95)) * np.array(grey.shape)[:, None]).astype(int)
        (top, bottom), (left, right) = corners
        cv2.rectangle(grey, (int(left), int(top)), (int(right), int(bottom)), float(rng.uniform(0.5, 1.0)), 1)
    return grey
