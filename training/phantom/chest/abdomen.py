"""Gas under the diaphragm: the stomach's bubble with its level, and loops of bowel."""

from __future__ import annotations

import numpy as np

from training.phantom.chest.lungs import Dome, Lungs
from training.phantom.geometry.beams import Beams
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Vector
from training.phantom.geometry.solids import Ellipsoid, ellipsoid_chord_mm

_LEVEL_MM = 2.0
_WALL_MM = 6.0
_FLANK_MM = 100.0
"""Bowel lies this far below the diaphragm, and no further than this from the midline."""


def draw_gas(lungs: Lungs, rng: np.random.Generator) -> list[tuple[Ellipsoid, float]]:
    """Return bubbles of gas and the height of the fluid in each, mm; below it there is no gas."""
    left = lungs.domes[1].top_mm
    bubbles = []
    if rng.random() < 0.75:
        half = np.array([rng.uniform(14.0, 42.0), rng.uniform(12.0, 28.0), rng.uniform(8.0, 26.0)])
        middle = left + np.array([rng.uniform(-28.0, 12.0), -10.0, -half[2] - rng.uniform(5.0, 20.0)])
        bubbles.append((_bubble(middle, half, rng), float(middle[2] + half[2] * rng.uniform(-1.0, 0.4))))
    if rng.random() < 0.45:
        start = left + np.array([rng.uniform(-30.0, 25.0), -25.0, -rng.uniform(25.0, 75.0)])
        bubbles.extend(_bowel(start, lungs.domes[1], rng))
    return bubbles


def gas_mm(bubbles: list[tuple[Ellipsoid, float]], beams: Beams) -> Map:
    """Return each beam's way through gas below the diaphragm, in mm."""
    total = beams.projection.grid.zeros()
    for bubble, level in bubbles:
        patch, chord = ellipsoid_chord_mm(bubble, beams.projection)
        z = beams.on_plane(float(bubble.centre_mm[1]))[1][patch]
        total[patch] += chord * np.clip((z - np.float32(level)) / _LEVEL_MM + 0.5, 0.0, 1.0)
    return total


def _bowel(start: Vector, dome: Dome, rng: np.random.Generator) -> list[tuple[Ellipsoid, float]]:
    """Return a row of bulges below the left dome, as of the bend of the colon under the spleen."""
    course = rng.normal(0.0, 1.0, 3) * [1.0, 0.2, 0.7]
    course *= 17.0 / np.linalg.norm(course)
    loops: list[tuple[Ellipsoid, float]] = []
    for step in range(int(rng.integers(3, 9))):
        half = rng.uniform(8.0, 17.0, 3)
        middle = start + step * course + rng.normal(0.0, 4.0, 3)
        if middle[2] + half[2] + _WALL_MM < dome.height_mm(middle[:1])[0] and abs(middle[0]) < _FLANK_MM:
            loops.append((_bubble(middle, half, rng), -np.inf))
    return loops


def _bubble(middle: Vector, half: Vector, rng: np.random.Generator) -> Ellipsoid:
    angle = rng.normal(0.0, 0.25)
    turn = np.array(
        [[np.cos(angle), 0.0, np.sin(angle)], [0.0, 1.0, 0.0], [-np.sin(angle), 0.0, np.cos(angle)]]
    )
    return Ellipsoid(middle, half[:, None] * turn)
