"""The body around the thorax from the front: trunk, shoulders, neck, arms, breasts; lean and fat, in mm."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.beams import Beams, by_height
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Vector
from training.phantom.people.person import Person

_SQUARE = 2.55
"""Exponent of the superellipse that is a cut through the trunk."""
_BELLY_LEAN = 0.35
"""The share of lean tissue in how much deeper the belly is than the chest."""
_BLEND = 6
"""Where parts of the body meet, they blend: the larger thickness counts, to this power."""
_UNEVEN_MM = 5.0
"""Where muscle ends and fat begins wavers by this much, mm."""


@dataclass(frozen=True)
class Breast:
    """A breast pressed to the detector: its middle (x, z), half axes, thickness, and gland's share of it."""

    middle_mm: tuple[float, float]
    half_mm: tuple[float, float]
    thickness_mm: float
    gland: float


@dataclass(frozen=True)
class Body:
    """The body's form, mm: `layer_mm` is the fat under the skin, `wall_mm` the muscle beside the ribs.

    `waist` is how much the trunk narrows (or, below 0, widens) over the cage's height below its middle,
    `belly_mm` how much deeper the belly is than the chest,
    `shoulder_mm` is a shoulder joint's distance from the midline and its height, `arms` the angle of the
    right and the left arm from hanging, in radians.
    """

    thorax: Thorax
    layer_mm: float
    wall_mm: float
    waist: float
    belly_mm: float
    shoulder_mm: tuple[float, float]
    neck_mm: tuple[float, float]
    arm_mm: float
    arms: tuple[float, float]
    breasts: tuple[Breast, ...]


def draw_body(person: Person, thorax: Thorax, rng: np.random.Generator) -> Body:
    """Return the body of a person as it stands for this picture."""
    index = person.weight_kg / (person.height_cm / 100.0) ** 2
    female = person.sex == "F"
    layer = float(
        np.clip((6.0 + 1.0 * (index - 22.0) + (4.0 if female else 0.0)) * rng.lognormal(0.0, 0.2), 3.0, 50.0)
    )
    size = person.height_cm / 175.0 * (0.94 if female else 1.0)
    up = bool(rng.random() < 0.12)
    angle = rng.uniform(2.2, 2.8) if up else rng.uniform(0.15, 0.85)
    return Body(
        thorax,
        layer,
        wall_mm=float(size * rng.uniform(18.0, 34.0)),
        belly_mm=float(np.clip(3.0 * (index - 20.0) + rng.normal(0.0, 12.0), 0.0, 110.0)),
        waist=float(np.clip(rng.normal(0.04 if index < 28.0 else -0.03, 0.06), -0.15, 0.14)),
        shoulder_mm=(float(size * rng.normal(172.0, 7.0)), float(thorax.top_mm + rng.normal(-27.0, 14.0))),
        neck_mm=(float(size * rng.normal(54.0, 4.0)), float(size * rng.normal(62.0, 4.0))),
        arm_mm=float(size * rng.normal(53.0, 4.0) + 0.5 * (index - 24.0)),
        arms=(float(angle + rng.normal(0.0, 0.06)), float(angle + rng.normal(0.0, 0.06))),
        breasts=_draw_breasts(thorax, index, rng) if female else (),
    )


def tissue_mm(body: Body, beams: Beams) -> tuple[Map, Map]:
    """Return each beam's way through lean tissue and through fat, the lungs not yet taken out, in mm."""
    x, z = beams.on_plane(body.thorax.middle_depth_mm)
    blur = _UNEVEN_MM / beams.projection.grid.pixel_mm
    lean = cv2.GaussianBlur(_solid_mm(body, x, z, 0.0), (0, 0), blur).astype(np.float32, copy=False)
    whole = _solid_mm(body, x, z, body.layer_mm)
    lean = np.minimum(lean, whole)
    fat = whole - lean
    for breast in body.breasts:
        swell = _breast_mm(breast, x, z)
        lean += np.float32(breast.gland) * swell
        fat += np.float32(1.0 - breast.gland) * swell
    return lean, fat


def _breast_mm(breast: Breast, x: Map, z: Map) -> Map:
    """Return the thickness of a breast: round below, running out above."""
    u = (x - np.float32(breast.middle_mm[0])) / np.float32(breast.half_mm[0])
    v = (z - np.float32(breast.middle_mm[1])) / np.float32(breast.half_mm[1])
    inside = np.maximum(1.0 - u**2 - np.where(v > 0.0, np.float32(0.45) * v, v) ** 2, 0.0)
    swell: Map = np.float32(breast.thickness_mm) * inside ** np.float32(0.7)
    swell *= 1.0 - np.clip(v - np.float32(0.3), 0.0, 1.0)
    return swell


def _draw_breasts(thorax: Thorax, index: float, rng: np.random.Generator) -> tuple[Breast, ...]:
    size = float(np.clip(rng.lognormal(0.0, 0.25) * (0.75 + 0.022 * (index - 20.0)), 0.45, 1.9))
    fall, gland = rng.uniform(0.0, 45.0), rng.uniform(0.1, 0.5)
    return tuple(
        Breast(
            (side * (82.0 + rng.normal(0.0, 6.0)), thorax.top_mm - 145.0 - fall + rng.normal(0.0, 6.0)),
            (72.0 * size**0.5, 74.0 * size**0.5),
            thickness_mm=32.0 * size,
            gland=gland,
        )
        for side in (-1, 1)
    )


def _solid_mm(body: Body, x: Map, z: Map, layer_mm: float) -> Map:
    """Return the body's thickness along each beam, with a layer of fat of this thickness all around."""
    half, deep = (np.float32(value + 0.5 * layer_mm) for value in body.neck_mm)
    neck = 2.0 * deep * np.sqrt(np.maximum(1.0 - (x / half) ** 2, 0.0)) * (z > body.shoulder_mm[1])
    arms = (_arm_mm(body, x, z, side, layer_mm) for side in (-1, 1))
    parts = (_trunk_mm(body, x, z, layer_mm), _shoulders_mm(body, x, z, layer_mm), neck, *arms)
    blended: Map = sum((part**_BLEND for part in parts), np.zeros_like(x))
    blended **= np.float32(1.0 / _BLEND)
    return blended


def _trunk_mm(body: Body, x: Map, z: Map, layer_mm: float) -> Map:
    """Return the thickness of chest and belly: the cage with muscle around, wider under the arms."""
    thorax = body.thorax
    heights = np.linspace(thorax.top_mm - 1.8 * thorax.height_mm, thorax.top_mm + 60.0, 400)
    down = np.clip((thorax.top_mm - heights) / thorax.height_mm, 0.05, 1.1)
    level = thorax.top_mm - down * thorax.height_mm
    armpit = 26.0 * np.exp(-(((down - 0.30) / 0.22) ** 2))
    waist = body.waist * np.clip(down - 0.5, 0.0, 0.6)
    half = thorax.half_width_mm(level) * (1.0 - waist) + body.wall_mm + armpit + layer_mm
    deeper = body.belly_mm * (1.0 if layer_mm > 0.0 else _BELLY_LEAN)
    belly = deeper * np.clip((down - 0.65) / 0.4, 0.0, 1.0)
    deep = 2.0 * thorax.half_depth_mm(level) + 41.0 + 74.0 * np.exp(-down / 0.22) + belly + 1.7 * layer_mm
    top = np.sqrt(np.clip((body.shoulder_mm[1] + 60.0 - heights) / 90.0, 0.0, 1.0))
    middle = by_height(z, heights, thorax.middle_mm(heights)[0])
    return by_height(z, heights, deep * top) * _chord_share((x - middle) / by_height(z, heights, half))


def _chord_share(relative: Map) -> Map:
    """Return the depth of a cut through the trunk, squarer than the cage, over its greatest."""
    inside: Map = np.maximum(1.0 - np.abs(relative) ** np.float32(_SQUARE), 0.0)
    inside **= np.float32(1.0 / _SQUARE)
    return inside


def _shoulders_mm(body: Body, x: Map, z: Map, layer_mm: float) -> Map:
    """Return the thickness of the slope from the neck to the shoulders' tips."""
    joint, height = body.shoulder_mm
    out = np.abs(x)
    slope = np.maximum(out - np.float32(body.neck_mm[0]), 0.0)
    edge = np.float32(height + 25.0 + layer_mm) + 60.0 * np.exp(-slope / np.float32(42.0))
    edge = edge - 40.0 * np.maximum((out - np.float32(joint - 10.0)) / 55.0, 0.0) ** 2
    above = 1.0 - np.clip((edge - z) / 70.0, 0.0, 1.0)
    tip = (out / np.float32(joint + 52.0 + layer_mm)) ** 8
    foot = np.clip((z - np.float32(height - 125.0)) / 110.0, 0.0, 1.0)
    thinner = np.clip((out - np.float32(joint - 90.0)) / 120.0, 0.0, 1.0)
    depth: Map = np.float32(182.0 + 1.6 * layer_mm) * foot * (1.0 - 0.5 * thinner)
    depth *= np.sqrt(np.maximum((1.0 - above**2) * (1.0 - tip), 0.0))
    return depth


def _arm_mm(body: Body, x: Map, z: Map, side: int, layer_mm: float) -> Map:
    """Return the thickness of an upper arm, a rod from the shoulder down, or up."""
    angle = body.arms[0 if side < 0 else 1]
    sine, cosine = np.float32(np.sin(angle)), np.float32(np.cos(angle))
    dx, dz = np.float32(side) * x - np.float32(body.shoulder_mm[0]), z - np.float32(body.shoulder_mm[1])
    along, across = dx * sine - dz * cosine, dx * cosine + dz * sine
    radius = np.float32(body.arm_mm + 0.8 * layer_mm) * (1.25 - 0.0016 * np.clip(along, 0.0, 250.0))
    inside: Map = np.maximum(radius**2 - across**2 - np.minimum(along, 0.0) ** 2, 0.0)
    return np.float32(2.0) * np.sqrt(inside)


def arm_bone_mm(body: Body, side: int) -> Vector:
    """Return points along the upper arm's bone from its head down, [n, 3]."""
    angle = body.arms[0 if side < 0 else 1]
    joint = np.array([side * body.shoulder_mm[0], 0.0, body.shoulder_mm[1]])
    along = np.array([side * np.sin(angle), 0.0, -np.cos(angle)])
    points: Vector = joint + np.linspace(4.0, 260.0, 30)[:, None] * along
    return points
