"""Any machine's picture of a scene, with the same exposure, processing and marks as other radiographs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.geometry.grid import Map
from training.phantom.looks.burned_in import draw_overlay, overlaid
from training.phantom.looks.collimation import bordered, draw_collimation, opening
from training.phantom.looks.film_scan import scanned
from training.phantom.looks.looks import Looks
from training.phantom.looks.machine import draw_machine
from training.phantom.looks.processing import process
from training.phantom.other.figure import Taken
from training.phantom.physics.radiography import expose

_AS = (View.CHEST_FRONTAL, View.LUMBAR_LATERAL)
"""Machines and marks are those of one of these views."""


def film(taken: Taken, looks: Looks, rng: np.random.Generator) -> Map:
    """Return grey levels 0 to 1, bone bright."""
    view = _AS[int(rng.integers(2))]
    placed, grid = replace(taken.placed, view=view), taken.projection.grid
    machine = draw_machine(placed, looks, rng)
    blades = draw_collimation(view, looks, placed.field_mm, rng)
    inside = opening(grid, blades)
    signal = expose(taken.scene, taken.projection, machine.exposure, rng)
    levels = bordered(process(signal, inside, grid.pixel_mm, machine.processing), inside, blades.border)
    levels = overlaid(levels, draw_overlay(view, looks, rng))
    return levels if machine.film is None else scanned(levels, machine.film, rng)
