"""What radiographs are held to: slabs, counting noise, distances, and one mineral for all views."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.dxa.scan import build_phantom, scan
from training.phantom.geometry.grid import Grid
from training.phantom.lateral.phantom import corners_on_grid
from training.phantom.looks.looks import scan_look
from training.phantom.looks.placement import positioning, projection
from training.phantom.people.bones import draw_bones
from training.phantom.people.person import draw_person
from training.phantom.physics.beam_quadrature import full_transmission, transmission
from training.phantom.physics.materials import Array
from training.phantom.physics.radiography import with_noise
from training.phantom.physics.scene import Scene
from training.phantom.spine.lumbar_view import MEASURED, PIXEL_MM, lumbar_view
from training.phantom.spine.spine import Spine, draw_spine

BEAMS = ((70.0, 2.5), (85.0, 3.0), (95.0, 4.0), (110.0, 4.0), (125.0, 5.5), (140.0, 7.0))
"""Peak voltages in kV and filters in mm of aluminium, as the looks have them."""
DOSES = np.geomspace(1e2, 1e6, 9)
_LARGEST_G_CM2 = np.array([42.0, 25.0, 4.5, 0.0])
_TISSUE = (20.0, 0.3)
"""Thickness in cm and fat share of the even tissue around the spine in the noise-free scan."""


@dataclass(frozen=True)
class Heights:
    """Heights of L1 to L4 on lateral pictures over the true ones, by what was known: mean and largest error.

    `with_distances` are relative errors in mm after magnification is taken out, `without` the same by the
    imager's spacing alone, `ratios` those of front over back height, which need neither.
    """

    with_distances: tuple[float, float]
    without: tuple[float, float]
    ratios: tuple[float, float]
    vertebrae: int


def slab_errors(count: int = 2000) -> dict[tuple[float, float], float]:
    """Return the largest relative error of the transmission through random slabs, by beam."""
    masses = np.random.default_rng(0).uniform(0.0, 1.0, (count, 4)) * _LARGEST_G_CM2
    scene = Scene(*(masses.T[:, None].astype(np.float32)))
    return {
        beam: float(np.abs(transmission(scene, *beam)[0] / full_transmission(masses, *beam) - 1.0).max())
        for beam in BEAMS
    }


def dose_slope(side_px: int = 512) -> float:
    """Return the slope of log variance against log dose, both in quanta a pixel, over four decades."""
    rng = np.random.default_rng(1)
    signal = np.full((side_px, side_px), 0.5, np.float32)
    counted = [(with_noise(signal, dose, 0.0, 0.0, rng).astype(float) * dose).var() for dose in DOSES]
    return float(np.polyfit(np.log(DOSES), np.log(counted), 1)[0])


def heights(seed: int, count: int) -> Heights:
    """Return how heights read off lateral pictures compare with the spine's own."""
    rng = np.random.default_rng([seed, 2])
    found = np.array(
        [one for number in range(count) for one in _heights_of(_spine(seed, number), seed, number, rng)]
    )
    errors = np.abs(found)
    mean, largest = errors.mean(axis=0), errors.max(axis=0)
    pairs = [(float(mean[column]), float(largest[column])) for column in range(3)]
    return Heights(pairs[0], pairs[1], pairs[2], len(found))


def _heights_of(
    spine: Spine, seed: int, number: int, rng: np.random.Generator
) -> list[tuple[float, float, float]]:
    placed = positioning(View.LUMBAR_LATERAL, draw_person(seed, number), "every", 512, rng)
    seen = corners_on_grid(spine, projection(placed, spine.centre_mm("L3")))
    scale = 1.0 - placed.pivot_detector_mm / placed.source_detector_mm
    rows = []
    for level in MEASURED:
        corners = spine.corners_mm(level)
        at_detector, true = (
            np.array([_length(points, prefix, part) for part in ("anterior", "posterior")])
            for points, prefix in ((seen, f"{level.lower()}_"), (corners, ""))
        )
        ratio = (at_detector[0] / at_detector[1]) / (true[0] / true[1]) - 1.0
        relative = at_detector.mean() / true.mean()
        rows.append((float(relative * scale - 1.0), float(relative - 1.0), float(ratio)))
    return rows


def _length(points: dict[str, tuple[float, float]] | dict[str, Array], prefix: str, part: str) -> float:
    upper, lower = (np.asarray(points[f"{prefix}{end}_{part}"]) for end in ("superior", "inferior"))
    return float(np.linalg.norm(upper - lower))


def bmd_errors(seed: int, count: int) -> Array:
    """Return the DXA view's BMD over that of the three-dimensional mineral, less one, [person, L1 to L4].

    The DXA view is a noise-free scan through even tissue, decomposed as a densitometer does; the mineral is
    summed point by point, in front of and behind each region.
    """
    return np.array([_bmd_errors_of(seed, number) for number in range(count)])


def _bmd_errors_of(seed: int, number: int) -> list[float]:
    rng = np.random.default_rng([seed, number, 3])
    look = replace(scan_look("one", rng), quanta=1e14, blur_mm=0.01)
    spine = _spine(seed, number)
    grid = Grid(PIXEL_MM, round(look.height_mm / PIXEL_MM), round(look.width_mm / PIXEL_MM))
    phantom = build_phantom(draw_person(seed, number), spine, grid, look.l1_top_mm, rng)
    even = type(phantom.tissue)(*(np.full_like(phantom.mineral, value) for value in _TISSUE))
    bone = scan(replace(phantom, tissue=even), look, rng)
    solid = _bmd_of_points(spine)
    return [float(bone[phantom.regions[level]].mean()) / solid[level] - 1.0 for level in MEASURED]


def _bmd_of_points(spine: Spine) -> dict[str, float]:
    view = lumbar_view(spine)
    clouds = [cloud for level in ("T11", "T12", *MEASURED, "L5") for cloud in spine.bone(level)]
    clouds.append(spine.aorta)
    points = np.concatenate([cloud.points_mm for cloud in clouds])
    mass_g = np.concatenate([cloud.mass_g for cloud in clouds]).astype(float)
    grid, first = view.grid, view.placed[0]
    left_mm, top_mm = first.vertebra.centre_mm[0] - first.x, first.vertebra.centre_mm[2] + first.z
    column = np.floor((points[:, 0] - left_mm) / grid.pixel_mm).astype(int)
    row = np.floor((top_mm - points[:, 2]) / grid.pixel_mm).astype(int)
    on = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    pixel_cm2 = (grid.pixel_mm / 10.0) ** 2
    return {
        level: mass_g[on][view.regions[level][row[on], column[on]]].sum()
        / (view.regions[level].sum() * pixel_cm2)
        for level in MEASURED
    }


def _spine(seed: int, number: int) -> Spine:
    person = draw_person(seed, number)
    return draw_spine(person, draw_bones(person, seed, number), seed, number)
