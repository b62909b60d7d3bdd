"""The tree of vessels in a lung: it branches from the hilum, thins by Murray's law and fades outwards."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.chest.lungs import Dome
from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.beams import Beams
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector

_SMALLEST_MM = 0.4
_CLASSES_MM = (0.45, 0.65, 0.95, 1.4, 2.0, 3.0, 4.4, 6.0)
"""Vessels are drawn in classes of radius, each spread over its own disc at once."""
_LARGE = 20
_TRIED = 700
"""Large vessels of a hilum; places tried for small ones, of which about a fifth lies in the lung."""
_STEP = 0.7
"""Steps along a vessel, in pixels."""


@dataclass(frozen=True)
class Vessels:
    """Straight pieces: where each begins and ends [n, 3], and its radius [n], in mm."""

    begin_mm: Vector
    end_mm: Vector
    radius_mm: Vector


def grow_vessels(thorax: Thorax, dome: Dome, root_mm: Vector, rng: np.random.Generator) -> Vessels:
    """Return one lung's vessels, arteries and veins alike, from its hilum to near its border."""
    begin, course, radius = _at_hilum(dome, root_mm, rng)
    small = _everywhere(thorax, dome, root_mm, rng)
    reach = thorax.height_mm / 250.0
    pieces = []
    while len(begin):
        length = reach * (5.0 + 4.4 * radius) * rng.lognormal(0.0, 0.35, len(radius))
        end = begin + course * length[:, None]
        pieces.append((begin, end, radius))
        inside = _inside(thorax, dome, end)
        begin, course, radius = _branched(end[inside], course[inside], radius[inside], rng)
        if len(pieces) == 1:
            begin, course, radius = (
                np.concatenate(both) for both in zip((begin, course, radius), small, strict=True)
            )
    return Vessels(*(np.concatenate(parts) for parts in zip(*pieces, strict=True)))


def _at_hilum(dome: Dome, root_mm: Vector, rng: np.random.Generator) -> tuple[Vector, Vector, Vector]:
    """Return where the large vessels leave a hilum, their courses, a fan, and their radii."""
    upward = np.linspace(-1.45, 1.35, _LARGE) + rng.normal(0.0, 0.10, _LARGE)
    course = np.stack([dome.side * np.cos(upward), rng.normal(0.0, 0.55, _LARGE), np.sin(upward)], axis=1)
    begin = root_mm + rng.normal(0.0, 4.0, (_LARGE, 3)) + np.outer(np.sin(upward), [0.0, 0.0, 16.0])
    radius = rng.uniform(2.0, 4.3, _LARGE) * np.where(upward < 0.0, 1.15, 0.85)
    return begin, course / np.linalg.norm(course, axis=1, keepdims=True), radius


def _everywhere(
    thorax: Thorax, dome: Dome, root_mm: Vector, rng: np.random.Generator
) -> tuple[Vector, Vector, Vector]:
    """Return small vessels that begin anywhere in the lung and run away from the hilum."""
    low, high = float(dome.top_mm[2]) - 60.0, thorax.top_mm
    begin = rng.uniform([-150.0, -120.0, low], [150.0, 120.0, high], (_TRIED, 3))
    begin[:, 1] += thorax.middle_depth_mm
    begin = begin[_inside(thorax, dome, begin)]
    away = begin - root_mm
    course = away / np.linalg.norm(away, axis=1, keepdims=True) + rng.normal(0.0, 0.4, begin.shape)
    return begin, course / np.linalg.norm(course, axis=1, keepdims=True), rng.uniform(0.45, 1.1, len(begin))


def vessels_mm(trees: list[Vessels], beams: Beams) -> Map:
    """Return each beam's way through vessels, in mm."""
    grid = beams.projection.grid
    pixel, length, radius = _on_pixels(trees, beams.projection)
    kinds = np.digitize(radius, _CLASSES_MM[1:])
    total = grid.zeros()
    for kind, class_mm in enumerate(_CLASSES_MM):
        alike = kinds == kind
        line = np.bincount(pixel[alike], length[alike], minlength=grid.rows * grid.columns)
        total += _spread(line.reshape(total.shape).astype(np.float32), class_mm, grid.pixel_mm)
    return total


def _branched(
    begin: Vector, course: Vector, radius: Vector, rng: np.random.Generator
) -> tuple[Vector, Vector, Vector]:
    """Return the two branches of each vessel, the larger one straighter, without what is too small."""
    aside = rng.standard_normal((2, *course.shape))
    aside -= np.sum(aside * course, axis=2, keepdims=True) * course
    aside /= np.linalg.norm(aside, axis=2, keepdims=True)
    larger = rng.uniform(0.80, 0.95, len(radius))
    smaller = np.cbrt(1.0 - larger**3)
    bend = np.stack([0.3 + 0.4 * smaller, 0.9 * larger])[..., None]
    courses = course + bend * aside
    courses /= np.linalg.norm(courses, axis=2, keepdims=True)
    radii = np.stack([larger, smaller]) * radius
    keep = radii > _SMALLEST_MM
    return np.stack([begin, begin])[keep], courses[keep], radii[keep]


def _inside(thorax: Thorax, dome: Dome, points: Vector, border_mm: float = 6.0) -> NDArray[np.bool_]:
    x, y = thorax.middle_mm(points[:, 2])
    out = (points[:, 0] - x) / np.maximum(thorax.half_width_mm(points[:, 2]) - border_mm, 1.0)
    deep = (points[:, 1] - y) / np.maximum(thorax.half_depth_mm(points[:, 2]) - border_mm, 1.0)
    above = points[:, 2] > dome.surface_mm(points) + border_mm
    beside = dome.side * (points[:, 0] - x) > 22.0
    inside: NDArray[np.bool_] = (np.abs(out) ** 2.4 + np.abs(deep) ** 2.4 < 1.0) & above & beside
    return inside


def _on_pixels(trees: list[Vessels], projection: Projection) -> tuple[NDArray[np.intp], Vector, Vector]:
    """Return short steps along all vessels: the pixel each falls on, its length and its radius in mm."""
    grid = projection.grid
    begin, end, radius = (
        np.concatenate([getattr(tree, name) for tree in trees])
        for name in ("begin_mm", "end_mm", "radius_mm")
    )
    length = np.linalg.norm(end - begin, axis=1)
    steps = np.maximum(np.ceil(length / (_STEP * grid.pixel_mm)), 1).astype(np.intp)
    piece = np.repeat(np.arange(len(steps)), steps)
    share = ((np.arange(len(piece)) - (np.cumsum(steps) - steps)[piece] + 0.5) / steps[piece])[:, None]
    first, last = (projection.on_grid(ends) / grid.pixel_mm for ends in (begin, end))
    at = first[piece] + share * (last - first)[piece]
    column, row = at.astype(np.intp).T
    seen = (at.min(axis=1) >= 0.0) & (column < grid.columns) & (row < grid.rows)
    return (row * grid.columns + column)[seen], (length / steps)[piece][seen], radius[piece][seen]


def _spread(line: Map, radius_mm: float, pixel_mm: float) -> Map:
    """Return the chord of vessels of this radius along `line`, in mm, their walls a little soft."""
    reach = int(np.ceil(radius_mm / pixel_mm + 1.0))
    offset = np.arange(-reach, reach + 1.0)
    distance = np.hypot(offset[:, None], offset[None])
    share = np.clip(radius_mm / pixel_mm - distance + 0.5, 0.0, 1.0)
    kernel = share * (np.pi * radius_mm**2 / pixel_mm**2 / share.sum())
    spread = cv2.filter2D(line, -1, kernel.astype(np.float32), borderType=cv2.BORDER_CONSTANT)
    return spread.astype(np.float32, copy=False)
