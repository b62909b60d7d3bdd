"""Solid shapes in the patient, in mm, and the length of each beam's way through them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector

_SPACING = 0.5
"""Points along a tube lie this share of a pixel apart."""


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid: its centre (x, y, z) and its three half axes as rows, [3, 3], in mm."""

    centre_mm: Vector
    half_axes_mm: Vector


@dataclass(frozen=True)
class Tube:
    """A tube along a curve: points [n, 3], outer radius at each [n], and the wall's thickness, in mm.

    The radius is half of the height; `flatness` is the thickness, in any level direction, over that height:
    below 1 for a rib, whose long side stands upright all around the cage.
    """

    points_mm: Vector
    radius_mm: Vector
    wall_mm: float
    flatness: float = 1.0


def ellipsoid_chord_mm(solid: Ellipsoid, projection: Projection) -> tuple[tuple[slice, slice], Map]:
    """Return the patch of the grid that an ellipsoid shades, and the chord of each beam there in mm.

    In the frame where the ellipsoid is the unit sphere, a ray from p along q misses the centre by
    |p x q| / |q|, and its chord is 2 sqrt(|q|^2 - |p x q|^2) / |q|^2 times the ray's own length.
    """
    grid = projection.grid
    centre = projection.seen(solid.centre_mm[None])[0]
    to_sphere = np.linalg.inv((solid.half_axes_mm @ projection.axes.T).T)
    from_source = centre - projection.source
    along = from_source * projection.source_detector_mm / -from_source[2]
    p, q = to_sphere @ -from_source, to_sphere @ along
    misses = np.cross(p, to_sphere[:, :2].T)
    form = misses @ misses.T
    q2 = float(q @ q)
    reach = np.sqrt(q2 * np.diag(np.linalg.inv(form)))
    x, y = along[:2] + np.array(projection.pivot_on_grid_mm)
    patch = _box(projection, x, y, reach[0], reach[1])
    u = grid.x_mm()[:, patch[1]] - np.float32(x)
    v = grid.z_mm()[patch[0]] - np.float32(y)
    a, b, c = (np.float32(value / q2) for value in (form[0, 0], 2 * form[0, 1], form[1, 1]))
    inside = np.maximum(1.0 - (a * u + b * v) * u - c * v * v, 0.0)
    length = 2.0 * float(np.linalg.norm(along)) / np.sqrt(q2)
    return patch, np.float32(length) * np.sqrt(inside)


def tube_chords_mm(tubes: list[Tube], projection: Projection) -> tuple[Map, Map]:
    """Return the ways through the walls and through the hollows of tubes, summed over them, in mm.

    Every piece of a tube adds its length to a flat disc of the tube's radius around where it falls: for a
    straight tube this sums to its chord 2 sqrt(r^2 - d^2); where it runs along the beam, to its length.
    With `flatness` the disc is an upright ellipse.
    """
    walls, hollows = projection.grid.zeros(), projection.grid.zeros()
    for tube in tubes:
        patch, outer, inner = _tube_chord_mm(tube, projection)
        walls[patch] += outer - inner
        hollows[patch] += inner
    return walls, hollows


def _tube_chord_mm(tube: Tube, projection: Projection) -> tuple[tuple[slice, slice], Map, Map]:
    points, radius, lengths = _resampled(tube, projection)
    at = projection.on_grid(points)
    scale = projection.magnification(points)
    outer_mm = float(np.mean(radius * scale))
    low, high = at.min(axis=0) - outer_mm, at.max(axis=0) + outer_mm
    patch = _box(projection, *((low + high) / 2), *((high - low) / 2))
    line = _deposited(at, lengths, patch, projection)
    wall_mm = tube.wall_mm * float(np.mean(scale))
    half = np.array([outer_mm * tube.flatness, outer_mm]) / projection.grid.pixel_mm
    outer = _spread(line, half)
    hollow = half - wall_mm / projection.grid.pixel_mm
    inner = _spread(line, hollow) if np.all(hollow > 0.0) else np.zeros_like(outer)
    return patch, outer, inner


def _resampled(tube: Tube, projection: Projection) -> tuple[Vector, Vector, Vector]:
    """Return points evenly along the tube, the radius at each and the length that each stands for, mm."""
    steps = np.linalg.norm(np.diff(tube.points_mm, axis=0), axis=1)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    count = max(2, int(np.ceil(way[-1] / (_SPACING * projection.grid.pixel_mm))))
    at = (np.arange(count) + 0.5) * way[-1] / count
    points = np.stack([np.interp(at, way, tube.points_mm[:, axis]) for axis in range(3)], axis=1)
    return points, np.interp(at, way, tube.radius_mm), np.full(count, way[-1] / count)


def _deposited(at_mm: Vector, lengths_mm: Vector, patch: tuple[slice, slice], projection: Projection) -> Map:
    """Return the tube's length, in mm, that falls on each pixel of the patch."""
    pixel = projection.grid.pixel_mm
    shape = (max(patch[0].stop - patch[0].start, 0), max(patch[1].stop - patch[1].start, 0))
    position = at_mm / pixel - 0.5 - np.array([patch[1].start, patch[0].start])
    whole = np.floor(position).astype(np.intp)
    share = position - whole
    line = np.zeros(shape[0] * shape[1])
    for right in (0, 1):
        for down in (0, 1):
            column, row = whole[:, 0] + right, whole[:, 1] + down
            inside = (column >= 0) & (column < shape[1]) & (row >= 0) & (row < shape[0])
            weight = np.abs(1 - right - share[:, 0]) * np.abs(1 - down - share[:, 1]) * lengths_mm
            index = row[inside] * shape[1] + column[inside]
            line += np.bincount(index, weight[inside], minlength=len(line))
    return line.reshape(shape).astype(np.float32)


def _spread(line: Map, half_px: Vector) -> Map:
    """Return the sum of `line` over an ellipse of these half axes (across, down) around each pixel."""
    if 0 in line.shape:
        return line
    return cv2.filter2D(line, -1, _ellipse(half_px), borderType=cv2.BORDER_CONSTANT)


def _ellipse(half_px: Vector) -> Map:
    """Return each pixel's share inside the ellipse, about so at its edge; its sum is the ellipse's area."""
    across, down = (np.arange(-r, r + 1.0) for r in np.ceil(half_px + 0.5).astype(int))
    distance = np.hypot(across[None] / half_px[0], down[:, None] / half_px[1])
    share = np.clip((1.0 - distance) * np.min(half_px) + 0.5, 0.0, 1.0)
    return (share * (np.pi * np.prod(half_px) / share.sum())).astype(np.float32)


def _box(
    projection: Projection, x_mm: float, y_mm: float, half_width_mm: float, half_height_mm: float
) -> tuple[slice, slice]:
    """Return the rows and columns of a box around a point of the grid, cut at the grid's edge."""
    grid = projection.grid

    def cut(middle: float, half: float, count: int) -> slice:
        low, high = (middle - half) / grid.pixel_mm - 1.0, (middle + half) / grid.pixel_mm + 2.0
        return slice(int(np.clip(low, 0, count)), int(np.clip(high, 0, count)))

    return cut(y_mm, half_height_mm, grid.rows), cut(x_mm, half_width_mm, grid.columns)
