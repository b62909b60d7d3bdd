"""What lies around the lumbar spine in the picture: ribs, pelvis, and the soft tissue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.phantom.geometry.grid import Grid, smooth_field, soft_step
from training.phantom.people.person import Person
from training.phantom.spine.lumbar_view import Placed

Map = NDArray[np.float32]


def ribs(spine: list[Placed], grid: Grid, rng: np.random.Generator) -> Map:
    """Return the areal mineral of the lowest two pairs of ribs, arching out and down from T11 and T12."""
    result = grid.zeros()
    strength = rng.uniform(0.10, 0.35)
    for vertebra in spine[:2]:
        for side in (-1.0, 1.0):
            out = (grid.x_mm() - np.float32(vertebra.x)) * np.float32(side)
            drop = rng.uniform(0.15, 0.75) * out + rng.uniform(0.0, 0.006) * out**2
            centre = vertebra.z - 8.0 + drop
            half = rng.uniform(4.0, 6.5)
            distance = np.abs(grid.z_mm() - centre) / np.float32(np.sqrt(1.2))
            tube = _tube(distance, half, 0.8)
            starts = soft_step(out - vertebra.width * 0.45, 6.0)
            result += np.float32(strength) * tube * starts
    return result


def pelvis(spine: list[Placed], grid: Grid, rng: np.random.Generator) -> Map:
    """Return the areal mineral of the sacrum and the iliac crests below L5."""
    last = spine[-1]
    x = grid.x_mm() - np.float32(last.x)
    z = grid.z_mm() - np.float32(last.z + last.pitch * 0.5)
    shape = (grid.rows, grid.columns)
    uneven = 1.0 + 0.35 * smooth_field(rng, shape, (9.0 / grid.pixel_mm, 11.0 / grid.pixel_mm))
    slope = rng.uniform(0.0, 0.5)
    sacrum = soft_step(z + 4.0, 8.0) * soft_step(rng.uniform(26.0, 40.0) + slope * z - np.abs(x), 14.0)
    result = np.float32(rng.uniform(0.35, 0.75)) * sacrum * np.maximum(uneven, 0.2)
    for side in (-1.0, 1.0):
        near, height = rng.uniform(42.0, 56.0), rng.uniform(8.0, 42.0)
        out = x * np.float32(side) - near
        crest = height - np.sqrt(np.maximum(out, 0.0) * rng.uniform(40.0, 70.0))
        inside = np.minimum(z + crest, out)
        rim = np.exp(-((inside - 3.0) ** 2) / 9.0)
        wing = soft_step(inside, 3.0) * np.maximum(uneven, 0.2) * 0.7 + 0.5 * rim
        result += np.float32(rng.uniform(0.25, 0.5)) * wing
    return result


@dataclass(frozen=True)
class SoftTissue:
    """Thickness in cm and fat share of mass over the plane."""

    thickness_cm: Map
    fat_share: Map


def soft_tissue_of(person: Person, spine: list[Placed], grid: Grid, rng: np.random.Generator) -> SoftTissue:
    """Return the tissue in front of and behind the spine, thicker and fatter in heavier people.

    Around the spine lie muscle (psoas, erector spinae), kidneys and bowel, each leaner or fatter than what
    is beside it; gas takes away thickness.
    """
    bmi = person.weight_kg / (person.height_cm / 100.0) ** 2
    thickness = float(np.clip(8.5 + 0.47 * bmi + rng.normal(0.0, 1.5), 12.0, 38.0))
    female = person.sex == "F"
    fat = float(np.clip(0.012 * bmi + (0.06 if female else -0.02) + rng.normal(0.0, 0.05), 0.10, 0.62))
    shape = (grid.rows, grid.columns)
    out = np.abs(grid.x_mm() - np.float32(spine[3].x))
    flank = (out / np.float32(rng.uniform(170.0, 260.0))) ** 2
    amount = np.float32(rng.lognormal(np.log(0.15), 0.15) * 21.0 / thickness)
    fat_map = fat + amount * _organs(grid, shape, rng)
    psoas = soft_step(np.float32(26.0) + 0.12 * (grid.z_mm() - spine[2].z) - out, 14.0) * soft_step(
        grid.z_mm() - spine[2].z, 60.0
    )
    fat_map = fat_map - np.float32(rng.uniform(0.0, 0.08)) * psoas
    thickness_map = (
        thickness
        * (1.0 - flank)
        * (1.0 + np.float32(0.02) * smooth_field(rng, shape, (60 / grid.pixel_mm, 60 / grid.pixel_mm)))
    )
    return SoftTissue(thickness_map - _gas_cm(grid, shape, rng), np.clip(fat_map, 0.02, 0.9))


def _organs(grid: Grid, shape: tuple[int, int], rng: np.random.Generator) -> Map:
    """Return fat against lean over organs: blobs of several sizes, drawn out sideways as folds."""
    scales_mm = ((40.0, 40.0), (14.0, 22.0), (5.0, 13.0), (2.2, 7.0))
    shares = rng.dirichlet((10.0, 12.0, 10.0, 6.0))
    total = np.zeros(shape, np.float32)
    for scale, share in zip(scales_mm, shares, strict=True):
        pixels = (scale[0] / grid.pixel_mm, scale[1] / grid.pixel_mm)
        total += np.float32(np.sqrt(share)) * smooth_field(rng, shape, pixels)
    return total


def _gas_cm(grid: Grid, shape: tuple[int, int], rng: np.random.Generator) -> Map:
    field = smooth_field(rng, shape, (14.0 / grid.pixel_mm, 18.0 / grid.pixel_mm))
    return np.float32(rng.uniform(0.0, 2.5)) * np.clip(field - np.float32(rng.uniform(1.2, 2.5)), 0.0, 1.0)


def _tube(distance_mm: Map, radius_mm: float, wall_mm: float) -> Map:
    """Return the relative chord of a tube's wall at a distance from its axis."""
    outer = np.sqrt(np.maximum(radius_mm**2 - distance_mm**2, 0.0))
    inner = np.sqrt(np.maximum((radius_mm - wall_mm) ** 2 - distance_mm**2, 0.0))
    return (outer - 0.75 * inner) / np.float32(0.5 * radius_mm)
