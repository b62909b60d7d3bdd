"""What illness does to the air of a lung: nodules, shadows, fluid at its base; each seldom, and named."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from training.phantom.chest.lungs import Dome, Lungs
from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.beams import Beams
from training.phantom.geometry.grid import Map, smooth_field
from training.phantom.geometry.projection import Vector
from training.phantom.geometry.solids import Ellipsoid, ellipsoid_chord_mm


@dataclass(frozen=True)
class Shadow:
    """A patch of lung filled to `share` at its middle, thinning out over `radius_mm`."""

    middle_mm: Vector
    radius_mm: float
    share: float


@dataclass(frozen=True)
class Fluid:
    """Fluid at the base of one lung: it stands at `level_mm` and climbs by `climb_mm` along the wall."""

    dome: Dome
    level_mm: float
    climb_mm: float


@dataclass(frozen=True)
class Findings:
    """All that is abnormal in both lungs, with the flags that name it; `calcified` nodules hold mineral."""

    nodules: list[Ellipsoid] = field(default_factory=list)
    calcified: list[Ellipsoid] = field(default_factory=list)
    shadows: list[Shadow] = field(default_factory=list)
    fluid: list[Fluid] = field(default_factory=list)

    @property
    def flags(self) -> tuple[str, ...]:
        """The kinds that are there."""
        kinds = ("nodules", "calcified", "shadows", "fluid")
        names = ("lung_nodule", "calcified_nodule", "lung_opacity", "pleural_effusion")
        return tuple(name for kind, name in zip(kinds, names, strict=True) if getattr(self, kind))


def draw_findings(thorax: Thorax, lungs: Lungs, *, bedside: bool, rng: np.random.Generator) -> Findings:
    """Return the findings of one picture; most have none, those taken in bed more."""
    found = Findings()
    often = 3.0 if bedside else 1.0
    for chance, kind, sizes in ((0.06, found.nodules, (3.0, 15.0)), (0.05, found.calcified, (1.0, 3.5))):
        if rng.random() < chance:
            for _ in range(int(rng.integers(1, 4))):
                half = rng.uniform(*sizes) * np.diag(rng.uniform(0.8, 1.2, 3))
                kind.append(Ellipsoid(_somewhere(thorax, lungs, rng), half))
    if rng.random() < 0.05 * often:
        for _ in range(int(rng.integers(1, 4))):
            share, radius = rng.uniform(0.1, 0.6), rng.uniform(15.0, 50.0)
            found.shadows.append(Shadow(_somewhere(thorax, lungs, rng), radius, share))
    for dome in lungs.domes:
        if rng.random() < 0.03 * often:
            low = float(dome.top_mm[2]) - dome.fall_mm
            found.fluid.append(Fluid(dome, low + rng.uniform(0.0, 70.0), rng.uniform(10.0, 50.0)))
    return found


def air_left(air_mm: Map, findings: Findings, thorax: Thorax, beams: Beams, rng: np.random.Generator) -> Map:
    """Return what findings leave of the beams' way through air, mm."""
    left = air_mm.copy()
    for nodule in findings.nodules:
        patch, chord = ellipsoid_chord_mm(nodule, beams.projection)
        left[patch] = np.maximum(left[patch] - chord, 0.0)
    for shadow in findings.shadows:
        left *= 1.0 - _filled(shadow, beams, rng)
    for fluid in findings.fluid:
        left *= _dry(fluid, thorax, beams)
    return left


def _filled(shadow: Shadow, beams: Beams, rng: np.random.Generator) -> Map:
    """Return the share of air that a shadow takes away, patchy and thinning out."""
    grid, reach = beams.projection.grid, np.float32(shadow.radius_mm)
    x, z = beams.on_plane(float(shadow.middle_mm[1]))
    away = ((x - np.float32(shadow.middle_mm[0])) / reach) ** 2
    away += ((z - np.float32(shadow.middle_mm[2])) / reach) ** 2
    scale = 10.0 / grid.pixel_mm
    patchy = 1.0 + np.float32(0.3) * smooth_field(rng, (grid.rows, grid.columns), (scale, scale))
    filled: Map = np.clip(np.float32(shadow.share) * np.exp(-away) * patchy, 0.0, 0.9)
    return filled


def _dry(fluid: Fluid, thorax: Thorax, beams: Beams) -> Map:
    """Return the share of air that fluid leaves: none below its level, which climbs towards the wall."""
    level = np.array(fluid.level_mm)
    middle, depth = (float(value) for value in thorax.middle_mm(level))
    x, z = beams.on_plane(depth)
    out = np.clip((x - middle) * np.float32(fluid.dome.side / float(thorax.half_width_mm(level))), 0.0, 1.1)
    surface = np.float32(fluid.level_mm) + np.float32(fluid.climb_mm) * out**4
    dry: Map = np.clip((z - surface) / 14.0 + 0.5, 0.0, 1.0)
    np.maximum(dry, out <= 0.0, out=dry)
    return dry


def _somewhere(thorax: Thorax, lungs: Lungs, rng: np.random.Generator) -> Vector:
    """Return a point inside one of the lungs."""
    dome = lungs.domes[int(rng.integers(2))]
    z = rng.uniform(float(dome.top_mm[2]) + 5.0, thorax.top_mm - 25.0)
    x, y = (float(value) for value in thorax.middle_mm(np.array(z)))
    wall, depth = float(thorax.half_width_mm(np.array(z))), float(thorax.half_depth_mm(np.array(z)))
    return np.array([x + dome.side * rng.uniform(0.35, 0.9) * wall, y + rng.uniform(-0.6, 0.6) * depth, z])
