"""The lumbar spine of a person: where each vertebra lies, how large it is, and what ages have added to it."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from training.phantom.grid import Grid, dome, smooth_field
from training.phantom.person import Person
from training.phantom.vertebra import MEAN_MIX, ArchMix, Shape, half_width, mineral

Map = NDArray[np.float32]

LEVELS = ("T11", "T12", "L1", "L2", "L3", "L4", "L5")
MEASURED = ("L1", "L2", "L3", "L4")
_RELATIVE_PITCH = {"T11": 0.83, "T12": 0.89, "L1": 0.95, "L2": 0.99, "L3": 1.02, "L4": 1.04, "L5": 1.00}


@dataclass(frozen=True)
class Placed:
    """A vertebra on the plane: its centre in mm, its turn in radians (clockwise), and its shape."""

    level: str
    x: float
    z: float
    turn: float
    shape: Shape


def place_spine(person: Person, grid: Grid, l1_top_mm: float, rng: np.random.Generator) -> list[Placed]:
    """Return T11 to L5 down the plane, L1 beginning at `l1_top_mm`, with this person's sizes and curve."""
    pitch_mm = person.height_cm * 0.203 * rng.normal(1.0, 0.03)
    ageing = np.clip((person.age_years - 45) / 40, 0.0, 1.0)
    curve = _Curve.drawn(grid.columns * grid.pixel_mm, rng)
    common = _common_form(rng)
    pitches = _pitches(person, pitch_mm, rng)
    z = l1_top_mm - pitches["T11"] - pitches["T12"]
    placed = []
    for level in LEVELS:
        shape = _shape(person, level, pitches[level], ageing, common, rng)
        centre = z + pitches[level] / 2
        placed.append(Placed(level, curve.x(centre), centre, curve.turn(centre), shape))
        z += pitches[level]
    return placed


def local_frame(vertebra: Placed, grid: Grid, reach_mm: float = 48.0) -> tuple[tuple[slice, slice], Map, Map]:
    """Return the patch of the plane around a vertebra and its own coordinates (u, v) there, in mm."""
    patch = grid.patch(vertebra.x, vertebra.z, reach_mm)
    dx = grid.x_mm()[:, patch[1]] - np.float32(vertebra.x)
    dz = grid.z_mm()[patch[0]] - np.float32(vertebra.z)
    cos, sin = np.float32(np.cos(vertebra.turn)), np.float32(np.sin(vertebra.turn))
    return patch, cos * dx + sin * dz, cos * dz - sin * dx


def bone_map(vertebra: Placed, grid: Grid, texture: Map) -> Map:
    """Return one vertebra's areal mineral on the whole plane, g/cm2, before scaling."""
    patch, u, v = local_frame(vertebra, grid)
    result = grid.zeros()
    result[patch] = mineral(vertebra.shape, u, v, texture[patch])
    return result


def osteophytes(spine: list[Placed], person: Person, grid: Grid, rng: np.random.Generator) -> Map:
    """Return the areal mineral of bony outgrowths at the end plates' corners; more with age."""
    result = grid.zeros()
    rate = float(np.clip((person.age_years - 45) / 90, 0.03, 0.4)) * rng.lognormal(0.0, 0.7)
    for vertebra in spine[1:]:
        patch, u, v = local_frame(vertebra, grid)
        for side in (-1.0, 1.0):
            for end in (-1.0, 1.0):
                if rng.random() > rate:
                    continue
                size, weight = rng.uniform(2.0, 6.0), rng.uniform(0.08, 0.45)
                centre = (
                    side * (vertebra.shape.width / 2 - 1.0 + size * 0.4),
                    end * vertebra.shape.height / 2,
                )
                result[patch] += np.float32(weight) * dome(u, v, centre, (size, size * rng.uniform(0.5, 0.9)))
    return result


def measured_regions(spine: list[Placed], grid: Grid) -> dict[str, NDArray[np.bool_]]:
    """Return the region of each level from T12 to L5 whose mineral over area is its BMD, disc to disc."""
    above = [_above_line(upper, lower, grid) for upper, lower in zip(spine, spine[1:], strict=False)]
    silhouette = np.zeros((grid.rows, grid.columns), bool)
    for vertebra in spine:
        patch, u, v = local_frame(vertebra, grid)
        reach = np.abs(v) <= vertebra.shape.pitch * 0.55
        silhouette[patch] |= reach & (np.abs(u) <= half_width(vertebra.shape, v))
    regions = {}
    for i in range(1, len(spine)):
        band = ~above[i - 1] & (above[i] if i < len(above) else True)
        regions[spine[i].level] = silhouette & band
    return regions


def dividing_points(upper: Placed, lower: Placed) -> tuple[float, float, float]:
    """Return (x, z, turn) of the line between two neighbours, through the middle of their disc."""
    share = upper.shape.pitch / (upper.shape.pitch + lower.shape.pitch)
    x = upper.x + share * (lower.x - upper.x)
    z = upper.z + share * (lower.z - upper.z)
    return x, z, (upper.turn + lower.turn) / 2


def trabecular_texture(person: Person, grid: Grid, rng: np.random.Generator) -> Map:
    """Return what multiplies spongy bone: fine struts, upright ones left as level ones are lost."""
    loss = float(np.clip((1.1 - person.bmd_l1_l4_g_cm2) / 0.6, 0.0, 1.0))
    shape = (grid.rows, grid.columns)
    fine_px = 2.0 / grid.pixel_mm
    vertical = smooth_field(rng, shape, (fine_px * rng.uniform(0.9, 1.6) * (1.0 + 0.3 * loss), fine_px))
    coarse = smooth_field(rng, shape, (5.0 / grid.pixel_mm, 4.0 / grid.pixel_mm))
    return np.clip(1.0 + rng.uniform(0.10, 0.28) * vertical + 0.12 * coarse, 0.2, 2.0)


def _pitches(person: Person, pitch_mm: float, rng: np.random.Generator) -> dict[str, float]:
    """Return each level's length in mm; what is left of its area's difference goes to its width."""
    mean_area = sum(person.area_cm2[level] for level in MEASURED) / len(MEASURED)
    return {
        level: pitch_mm
        * _RELATIVE_PITCH[level]
        * (person.area_cm2.get(level, mean_area) / mean_area / _RELATIVE_PITCH[level] ** 2) ** 0.5
        * rng.normal(1.0, 0.015)
        for level in LEVELS
    }


@dataclass(frozen=True)
class _Curve:
    middle: float
    lean: float
    bow: float
    wave_mm: float
    phase: float

    @classmethod
    def drawn(cls, width_mm: float, rng: np.random.Generator) -> _Curve:
        scoliosis = rng.normal(0.0, 6.0) if rng.random() < 0.08 else rng.normal(0.0, 1.2)
        return cls(
            middle=width_mm / 2 + rng.normal(0.0, width_mm * 0.035),
            lean=rng.normal(0.0, 0.025),
            bow=scoliosis,
            wave_mm=rng.uniform(160.0, 260.0),
            phase=rng.uniform(0.0, 2 * np.pi),
        )

    def x(self, z: float) -> float:
        return (
            self.middle
            + self.lean * (z - 120.0)
            + self.bow * float(np.sin(2 * np.pi * z / self.wave_mm + self.phase))
        )

    def turn(self, z: float) -> float:
        """Return the angle by which the spine's axis leaves the vertical."""
        return -float(np.arctan((self.x(z + 5.0) - self.x(z - 5.0)) / 10.0))


@dataclass(frozen=True)
class _Form:
    waist: float
    tilt_blur: float
    trabecular: float
    arch: float
    mix: ArchMix
    spread: float
    disc_share: float


def _common_form(rng: np.random.Generator) -> _Form:
    return _Form(
        waist=rng.uniform(0.02, 0.08),
        tilt_blur=rng.uniform(2.5, 6.5),
        trabecular=rng.lognormal(0.0, 0.15),
        arch=rng.uniform(0.7, 1.3),
        mix=ArchMix(*(part * rng.lognormal(0.0, 0.3) for part in astuple(MEAN_MIX))),
        spread=rng.normal(1.0, 0.06),
        disc_share=rng.uniform(0.12, 0.24),
    )


def _shape(
    person: Person, level: str, pitch: float, ageing: float, form: _Form, rng: np.random.Generator
) -> Shape:
    known = level if level in person.area_cm2 else "T12"
    width = person.area_cm2[known] * 100.0 / pitch / (1.0 - form.waist * 0.5)
    relative_bmd = person.bmd_g_cm2[known]
    narrowing = ageing * rng.beta(1.2, 6.0)
    return Shape(
        width=float(np.clip(width, 30.0, 70.0)),
        depth=width * 0.78,
        height=pitch * (1.0 - form.disc_share * (1.0 - narrowing)),
        pitch=pitch,
        waist=form.waist,
        tilt_blur=form.tilt_blur * rng.uniform(0.8, 1.2),
        cortex_mm=float(np.clip(0.55 * relative_bmd**0.5 * rng.normal(1.0, 0.15), 0.25, 1.0)),
        cortex=rng.normal(1.0, 0.08),
        trabecular=relative_bmd**1.1 * form.trabecular * rng.normal(1.0, 0.06),
        arch=form.arch * relative_bmd**0.9 * rng.normal(1.0, 0.08),
        mix=form.mix,
        spread=form.spread,
        asymmetry=rng.normal(0.0, 0.12),
        sclerosis=(1.0 + ageing * rng.exponential(0.4), 1.0 + ageing * rng.exponential(0.4)),
        wedge=rng.normal(0.0, 0.6),
    )


def _above_line(upper: Placed, lower: Placed, grid: Grid) -> NDArray[np.bool_]:
    x, z, turn = dividing_points(upper, lower)
    return grid.z_mm() - z < np.float32(np.tan(turn)) * (grid.x_mm() - x)
