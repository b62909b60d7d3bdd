"""One chest or lateral lumbar radiograph: person, phantom, exposure, grey levels, and the truth in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.imaging.radiograph import View
from training.phantom.chest.phantom import build_chest
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Vector
from training.phantom.lateral.phantom import build_lateral
from training.phantom.looks.burned_in import Overlay, draw_overlay, overlaid
from training.phantom.looks.collimation import Collimation, bordered, draw_collimation, opening
from training.phantom.looks.film_scan import placement, scanned
from training.phantom.looks.looks import Looks
from training.phantom.looks.machine import Encoding, Machine, draw_machine
from training.phantom.looks.placement import Positioning, positioning
from training.phantom.looks.processing import process
from training.phantom.people.bones import draw_bones
from training.phantom.people.person import draw_person
from training.phantom.physics.radiography import expose
from training.phantom.physics.scene import RadiographPhantom
from training.phantom.spine.spine import draw_spine

Point = tuple[float, float]
Pixels = NDArray[np.uint8] | NDArray[np.uint16]

_PLACED, _MACHINE, _NOISE, _MARKS, _FILM = range(0x2AD0, 0x2AD5)
_SIZES, _SIZE_SHARES = (0.5, 0.75, 1.0), (0.15, 0.2, 0.65)
_BUILDERS = {View.CHEST_FRONTAL: build_chest, View.LUMBAR_LATERAL: build_lateral}


@dataclass(frozen=True)
class RadiographPicture:
    """A phantom as its file holds it.

    `pixels` are as stored (inverted where `machine` says MONOCHROME1); `levels` what is shown, 0 black to 1
    white, bone bright, float32. `to_pixel`, [2, 3], puts a point of the grid in mm into the picture, whose
    first pixel's centre is (0, 0); `overlay` is what was written over it.
    """

    phantom: RadiographPhantom
    placed: Positioning
    machine: Machine
    levels: Map
    pixels: Pixels
    to_pixel: Vector
    overlay: Overlay

    @property
    def pixel_mm(self) -> float:
        """The pixels' spacing at the detector, or on the film as scanned."""
        film = self.machine.film
        return self.placed.pixel_mm / (1.0 if film is None else film.shrink)

    def in_pixels(self, points_mm: Mapping[str, Point]) -> dict[str, Point]:
        """Return named points of the grid as (x, y) in pixels."""
        turn, shift = self.to_pixel[:, :2], self.to_pixel[:, 2]
        moved = {name: turn @ np.array(point) + shift for name, point in points_mm.items()}
        return {name: (float(x), float(y)) for name, (x, y) in moved.items()}


def make_radiograph(view: View, seed: int, number: int, looks: Looks, size_px: int) -> RadiographPicture:
    """Return picture `number` of a seed, at most `size_px` high; the same arguments give the same bytes."""
    placing, machine_rng = (_stream(seed, number, view, which) for which in (_PLACED, _MACHINE))
    person = draw_person(seed, number)
    bones = draw_bones(person, seed, number)
    spine = draw_spine(person, bones, seed, number)
    share = float(placing.choice(_SIZES, p=_SIZE_SHARES)) if looks == "every" else 1.0
    placed = positioning(view, person, looks, round(size_px * share), placing)
    phantom = _BUILDERS[view](person, bones, spine, placed, seed, number)
    machine = draw_machine(placed, looks, machine_rng)
    marks = _stream(seed, number, view, _MARKS)
    blades = draw_collimation(view, looks, placed.field_mm, marks)
    overlay = draw_overlay(view, looks, marks)
    levels, moved = _shown(phantom, machine, (blades, overlay), (seed, number))
    stored = _stored(levels, machine.encoding)
    return RadiographPicture(phantom, placed, machine, levels, stored, moved, overlay)


def _shown(
    phantom: RadiographPhantom, machine: Machine, over: tuple[Collimation, Overlay], key: tuple[int, int]
) -> tuple[Map, Vector]:
    """Return the grey levels of one exposure and where each point of the grid, in mm, came to lie."""
    grid, encoding = phantom.projection.grid, machine.encoding
    blades, overlay = over
    inside = opening(grid, blades)
    signal = expose(phantom.scene, phantom.projection, machine.exposure, _stream(*key, phantom.view, _NOISE))
    levels = process(signal, inside, grid.pixel_mm, machine.processing)
    levels = bordered(levels, inside, blades.border)
    moved = np.array([[1.0 / grid.pixel_mm, 0.0, -0.5], [0.0, 1.0 / grid.pixel_mm, -0.5]])
    if encoding.mirrored:
        levels = levels[:, ::-1]
        moved = np.array([[-1.0, 0.0, grid.columns - 1.0], [0.0, 1.0, 0.0]]) @ _square(moved)
    levels = overlaid(levels, overlay)
    if machine.film is not None:
        levels = scanned(levels, machine.film, _stream(*key, phantom.view, _FILM))
        moved = placement(machine.film, levels.shape) @ _square(moved)
    return _copied(levels, encoding), moved


def _copied(levels: Map, encoding: Encoding) -> Map:
    """Return the grey levels after a smaller copy and a lossy file, as pictures travel."""
    levels = np.ascontiguousarray(levels, np.float32)
    size = levels.shape[::-1]
    if encoding.resampled < 1.0:
        small = tuple(max(2, round(length * encoding.resampled)) for length in size)
        levels = cv2.resize(cv2.resize(levels, small, interpolation=cv2.INTER_AREA), size)
    if encoding.jpeg_quality is None:
        return levels
    grey = np.rint(np.clip(levels, 0.0, 1.0) * 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", grey, (cv2.IMWRITE_JPEG_QUALITY, encoding.jpeg_quality))
    return cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE).astype(np.float32) / np.float32(255)


def _stored(levels: Map, encoding: Encoding) -> Pixels:
    """Return the grey levels as unsigned numbers of the file's bits, the window's share of them shown."""
    low, high = encoding.window or (0.0, 1.0)
    largest = 2**encoding.bits - 1
    values = np.clip(np.float32(low) + levels * np.float32(high - low), 0.0, 1.0)
    values = 1.0 - values if encoding.monochrome1 else values
    return np.rint(values * largest).astype(np.uint8 if encoding.bits == 8 else np.uint16)


def _square(affine: Vector) -> Vector:
    return np.vstack([affine, [0.0, 0.0, 1.0]])


def _stream(seed: int, number: int, view: View, which: int) -> np.random.Generator:
    return np.random.default_rng([seed, number, which, list(View).index(view)])
