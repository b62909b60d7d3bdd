"""A person on the densitometer: their spine from the front, what lies around it, and the scan of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.dxa.surroundings import SoftTissue, pelvis, ribs, soft_tissue_of
from training.phantom.geometry.grid import Grid
from training.phantom.looks.looks import ScanLook
from training.phantom.people.person import Person
from training.phantom.physics import densitometer
from training.phantom.spine.lumbar_view import MEASURED, Placed, lumbar_view, window
from training.phantom.spine.vertebrae import Spine

Map = NDArray[np.float32]

L1_L4_OF_HEIGHT = 0.088
"""Length of L1-L4 over body height, with room to spare: all four always lie within the field."""
REPOSITIONED_MM = 5.0
"""How far a patient who is laid down again lies from before, at most."""


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


def build_phantom(
    person: Person, spine: Spine, grid: Grid, l1_top_mm: float, rng: np.random.Generator
) -> Phantom:
    """Return the person's spine and what lies around it on `grid`, whose pixels are the lumbar view's.

    The spine holds as much mineral as the person's BMD says (`spine.solved`).
    """
    lowest_mm = grid.rows * grid.pixel_mm - L1_L4_OF_HEIGHT * 10.0 * person.height_cm
    top_px = round(min(l1_top_mm, max(lowest_mm, 0.0)) / grid.pixel_mm)
    middle_px = round(grid.columns * (0.5 + rng.normal(0.0, 0.035)))
    view = window(lumbar_view(spine), grid, (middle_px, top_px))
    around = ribs(view.placed, grid, rng) + pelvis(view.placed, grid, rng)
    mineral = sum(view.mineral.values(), view.aorta) + around
    tissue = soft_tissue_of(person, view.placed, grid, rng)
    return Phantom(grid, view.placed, view.regions, mineral, tissue, _measure(mineral, view.regions, grid))


def repositioned(phantom: Phantom, rng: np.random.Generator) -> Phantom:
    """Return the same body laid down anew: up to REPOSITIONED_MM elsewhere, its truth as it was."""
    reach = round(REPOSITIONED_MM / phantom.grid.pixel_mm)
    right, down = (int(step) for step in rng.integers(-reach, reach + 1, 2))

    def moved(values: NDArray[Any]) -> NDArray[Any]:
        wide = np.pad(values, reach, "edge")
        return wide[reach - down :, reach - right :][: values.shape[0], : values.shape[1]]

    by_mm = (right * phantom.grid.pixel_mm, down * phantom.grid.pixel_mm)
    return replace(
        phantom,
        spine=[placed.moved(*by_mm) for placed in phantom.spine],
        regions={level: moved(region) for level, region in phantom.regions.items()},
        mineral=moved(phantom.mineral),
        tissue=SoftTissue(moved(phantom.tissue.thickness_cm), moved(phantom.tissue.fat_share)),
    )


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
    rows[max(0, int((top.z - top.pitch / 2) / pixel)) : int((bottom.z + bottom.pitch / 2) / pixel)] = True
    return rows & (phantom.mineral < 0.02)
