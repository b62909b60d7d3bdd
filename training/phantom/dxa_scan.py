"""A person on the densitometer: the spine's mineral, solved to the person's BMD, and the scan of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom import densitometer
from training.phantom.grid import Grid
from training.phantom.looks import ScanLook
from training.phantom.lumbar_spine import (
    MEASURED,
    Placed,
    bone_map,
    measured_regions,
    osteophytes,
    place_spine,
    trabecular_texture,
)
from training.phantom.person import Person
from training.phantom.surroundings import SoftTissue, calcified_aorta, pelvis, ribs, soft_tissue_of

Map = NDArray[np.float32]

SOLVED = ("T12", "L1", "L2", "L3", "L4", "L5")


@dataclass(frozen=True)
class Truth:
    """What the noise-free mineral of a phantom measures: BMD in g/cm2 and area in cm2 of L1 to L4."""

    bmd_g_cm2: Mapping[str, float]
    area_cm2: Mapping[str, float]

    @property
    def bmd_l1_l4_g_cm2(self) -> float:
        """Total mineral over total area."""
        total = sum(self.area_cm2.values())
        return sum(self.bmd_g_cm2[level] * area for level, area in self.area_cm2.items()) / total


@dataclass(frozen=True)
class Phantom:
    """One person's lumbar region on the plane, before any beam."""

    grid: Grid
    spine: list[Placed]
    regions: Mapping[str, NDArray[np.bool_]]
    mineral: Map
    tissue: SoftTissue
    truth: Truth


def build_phantom(person: Person, grid: Grid, l1_top_mm: float, rng: np.random.Generator) -> Phantom:
    """Return the person's spine on `grid`, its vertebrae scaled so that each one's areal BMD is the person's.

    What lies over the spine (osteophytes, aorta, ribs) counts, as on a densitometer.
    """
    spine = place_spine(person, grid, l1_top_mm, rng)
    regions = measured_regions(spine, grid)
    texture = trabecular_texture(person, grid, rng)
    vertebrae = {vertebra.level: bone_map(vertebra, grid, texture) for vertebra in spine}
    around = ribs(spine, grid, rng) + pelvis(spine, grid, rng)
    over = osteophytes(spine, person, grid, rng) + calcified_aorta(spine, person, grid, rng)
    mineral = _solved(vertebrae, around + over, regions, person)
    tissue = soft_tissue_of(person, spine, grid, rng)
    return Phantom(grid, spine, regions, mineral, tissue, _measure(mineral, regions, grid))


def scan(phantom: Phantom, look: ScanLook, rng: np.random.Generator) -> Map:
    """Return the bone picture in g/cm2: two noisy exposures, decomposed against the tissue beside."""
    body = densitometer.soft_tissue(phantom.tissue.thickness_cm, phantom.tissue.fat_share, phantom.mineral)
    low, high = densitometer.log_attenuation(body, look.beam)
    beside = _beside(phantom)
    quanta = look.quanta * float(np.exp(look.compensation * (float(low[beside].mean()) - 4.9)))
    low = densitometer.with_noise(low, quanta, rng)
    high = densitometer.with_noise(high, quanta * look.high_to_low, rng)
    share = densitometer.fat_share_beside(float(low[beside].mean()), float(high[beside].mean()), look.beam)
    bone = densitometer.bone_mineral(low, high, share, look.beam)
    bone += np.float32(look.row_noise_g_cm2) * rng.standard_normal((bone.shape[0], 1), np.float32)
    sigma = look.blur_mm / phantom.grid.pixel_mm
    return cv2.GaussianBlur(bone, (0, 0), sigmaX=sigma * look.blur_aspect, sigmaY=sigma)


def _solved(
    vertebrae: Mapping[str, Map], others: Map, regions: Mapping[str, NDArray[np.bool_]], person: Person
) -> Map:
    """Return all mineral, each vertebra's map scaled so that every region's mean is the person's BMD."""
    seen = [level for level in SOLVED if regions[level].any()]
    others = others + vertebrae["T11"] * np.float32(person.bmd_g_cm2["T12"])
    shares = np.array([[float(vertebrae[j][regions[i]].mean()) for j in seen] for i in seen])
    wanted = np.array([person.bmd_g_cm2[i] - float(others[regions[i]].mean()) for i in seen])
    scales = np.linalg.solve(shares, wanted)
    result = others
    for level, scale in zip(seen, scales, strict=True):
        result = result + np.float32(scale) * vertebrae[level]
    return np.maximum(result, 0.0)


def _measure(mineral: Map, regions: Mapping[str, NDArray[np.bool_]], grid: Grid) -> Truth:
    pixel_cm2 = (grid.pixel_mm / 10.0) ** 2
    return Truth(
        {level: float(mineral[regions[level]].mean(dtype=np.float64)) for level in MEASURED},
        {level: float(regions[level].sum()) * pixel_cm2 for level in MEASURED},
    )


def _beside(phantom: Phantom) -> NDArray[np.bool_]:
    """Return where the baseline is taken: bone-free tissue on both sides of L1 to L4."""
    rows = np.zeros((phantom.grid.rows, 1), bool)
    top, bottom = phantom.spine[2], phantom.spine[5]
    pixel = phantom.grid.pixel_mm
    rows[
        max(0, int((top.z - top.shape.pitch / 2) / pixel)) : int((bottom.z + bottom.shape.pitch / 2) / pixel)
    ] = True
    return rows & (phantom.mineral < 0.02)
