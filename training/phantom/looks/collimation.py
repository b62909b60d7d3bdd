"""The collimator's blades: where the beam passes, and what is shown where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.geometry.grid import Grid, Map, soft_step
from training.phantom.looks.looks import Looks

Border = Literal["unexposed", "black"]


@dataclass(frozen=True)
class Collimation:
    """How far each blade comes in (top, right, bottom, left), their turn, and what is shown behind them."""

    inset_mm: tuple[float, float, float, float]
    turn_deg: float
    penumbra_mm: float
    border: Border


def draw_collimation(
    view: View, looks: Looks, field_mm: tuple[float, float], rng: np.random.Generator
) -> Collimation:
    """Return the blades of one exposure; a lateral spine is coned to the spine more tightly."""
    chance, reach = (0.22, 0.05) if view is View.CHEST_FRONTAL else (0.35, 0.10)
    sides = np.where(rng.random(4) < chance, rng.uniform(-0.01, reach, 4), -0.05)
    turn = rng.normal(0.0, 0.8) if rng.random() < 0.6 else 0.0
    border: Border = "black" if rng.random() < 0.8 else "unexposed"
    penumbra = rng.uniform(0.5, 2.5)
    if looks == "one":
        return Collimation((-20.0, -20.0, -20.0, -20.0), 0.0, 2.0, "black")
    height, width = field_mm
    lengths = sides * np.array([height, width, height, width])
    return Collimation(tuple(lengths.tolist()), float(turn), float(penumbra), border)


def opening(grid: Grid, blades: Collimation) -> Map:
    """Return 1 where the beam passes the blades and 0 behind them, soft-edged, [row, column]."""
    x = grid.x_mm() - np.float32(grid.columns * grid.pixel_mm / 2)
    y = grid.z_mm() - np.float32(grid.rows * grid.pixel_mm / 2)
    sine, cosine = np.sin(np.radians(blades.turn_deg)), np.cos(np.radians(blades.turn_deg))
    u, v = x * np.float32(cosine) + y * np.float32(sine), y * np.float32(cosine) - x * np.float32(sine)
    top, right, bottom, left = (np.float32(inset) for inset in blades.inset_mm)
    half_width, half_height = (np.float32(count * grid.pixel_mm / 2) for count in (grid.columns, grid.rows))
    across = np.minimum(half_width - right - u, u + half_width - left)
    down = np.minimum(half_height - bottom - v, v + half_height - top)
    return soft_step(np.minimum(across, down), blades.penumbra_mm)


def bordered(levels: Map, inside: Map, border: Border) -> Map:
    """Return grey levels with what is shown behind the blades: white as unexposed, or a black mask."""
    shown = np.float32(border != "black")
    return levels + (1.0 - inside) * (shown - levels)
