"""The soft tissue of a chest beam by beam: the body, less the air in lungs, airways, stomach and bowel."""

from __future__ import annotations

import cv2
import numpy as np

from training.phantom.chest.abdomen import gas_mm
from training.phantom.chest.body import tissue_mm
from training.phantom.chest.chest import Chest
from training.phantom.chest.lung_findings import air_left
from training.phantom.chest.lung_vessels import grow_vessels, vessels_mm
from training.phantom.chest.lungs import depth_in_cage_mm
from training.phantom.chest.mediastinum import blood_mm
from training.phantom.geometry.beams import BROAD_MM, EDGES_MM, Beams, beams_of
from training.phantom.geometry.grid import Map, smooth_field
from training.phantom.geometry.projection import Projection
from training.phantom.geometry.solids import tube_chords_mm
from training.phantom.physics.materials import DENSITY_G_CM3

_LEAN_G_CM2_MM = np.float32(0.1 * DENSITY_G_CM3["lean"])
_FAT_G_CM2_MM = np.float32(0.1 * DENSITY_G_CM3["fat"])
_UNEVEN = 0.015
"""SD of the thickness of soft tissue from place to place, relative."""
_HEARTBEAT_MM = 0.6
"""SD by which motion blurs soft tissue, in mm."""
_HEART_ENDS_MM = 8.0
"""Below the diaphragm's ridge the heart thins out over this height."""


def tissue_g_cm2(chest: Chest, onto: Projection, rng: np.random.Generator) -> tuple[Map, Map]:
    """Return the areal mass of lean tissue and of fat."""
    beams, broad = beams_of(onto, EDGES_MM), beams_of(onto, BROAD_MM)
    grid = beams.projection.grid
    body, fat = tissue_mm(chest.body, broad)
    body = np.maximum(broad.resampled(body, grid), 0.0)
    lean = body - _air_mm(chest, body, beams, rng)
    lean *= 1.0 + np.float32(_UNEVEN) * _field(20.0, beams, rng)
    lean = cv2.GaussianBlur(lean, (0, 0), _HEARTBEAT_MM / grid.pixel_mm).astype(np.float32, copy=False)
    return (
        np.maximum(beams.resampled(lean, onto.grid), 0.0) * _LEAN_G_CM2_MM,
        np.maximum(broad.resampled(fat, onto.grid), 0.0) * _FAT_G_CM2_MM,
    )


def _air_mm(chest: Chest, body: Map, beams: Beams, rng: np.random.Generator) -> Map:
    """Return how much of each beam's way through the body is air, lung tissue counted by its density."""
    view = beams.projection
    lungs, above = depth_in_cage_mm(beams, chest.thorax, chest.lungs)
    heart, vessels = blood_mm(chest.mediastinum, view)
    heart *= np.clip(1.0 + above / np.float32(_HEART_ENDS_MM), 0.0, 1.0)
    lungs = np.clip(lungs - heart - vessels, 0.0, 0.97 * body)
    trees = [
        grow_vessels(chest.thorax, dome, root, rng)
        for dome, root in zip(chest.lungs.domes, chest.mediastinum.roots_mm, strict=True)
    ]
    lungs -= np.minimum(vessels_mm(trees, beams), lungs)
    lungs = air_left(lungs, chest.findings, chest.thorax, beams, rng)
    tissue = np.float32(chest.lungs.density_g_cm3 / DENSITY_G_CM3["lean"])
    walls, hollows = tube_chords_mm(list(chest.mediastinum.airways), view)
    uneven = _lung_texture(beams, rng)
    air: Map = (
        lungs * (1.0 - tissue * uneven) + np.float32(0.9) * (walls + hollows) + gas_mm(chest.gas, beams)
    )
    np.minimum(air, np.float32(0.95) * body, out=air)
    return air


def _lung_texture(beams: Beams, rng: np.random.Generator) -> Map:
    """Return what multiplies lung tissue: broad unevenness, and fine for what is too small to be drawn."""
    fine, broad = rng.uniform(0.0, 0.04), rng.uniform(0.02, 0.08)
    uneven: Map = np.float32(broad) * _field(30.0, beams, rng) + np.float32(fine) * _field(2.2, beams, rng)
    return 1.0 + uneven


def _field(scale_mm: float, beams: Beams, rng: np.random.Generator) -> Map:
    grid = beams.projection.grid
    scale = scale_mm / grid.pixel_mm
    return smooth_field(rng, (grid.rows, grid.columns), (scale, scale))
