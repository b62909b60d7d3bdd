"""One lumbar vertebra in its own frame, in mm: body, arch and processes, projected from front to back.

u runs to the right of the picture and v down; each part's mineral is summed over its depth. Proportions
follow morphometry of lumbar vertebrae (Panjabi, Spine 1992; Zhou, Eur Spine J 2000): pedicles at a third of
the body's width, facets at the disc's level, the spinous process over the lower half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.phantom.grid import disc, dome, soft_step

Map = NDArray[np.float32]


@dataclass(frozen=True)
class ArchMix:
    """Areal mineral at the thickest place of each part of the arch, g/cm2."""

    pedicle: float
    superior_facet: float
    inferior_facet: float
    pillar: float
    lamina: float
    spinous: float


MEAN_MIX = ArchMix(0.20, 0.20, 0.30, 0.24, 0.24, 0.17)
"""Assumed: about half of the mineral seen from the front lies in the arch."""


@dataclass(frozen=True)
class Shape:
    """Sizes in mm of one vertebra and the relative mineral of its parts.

    `pitch` is its share of the spine's length, disc included; `cortex`, `trabecular` and `arch` weigh the
    shell and end plates, the spongy bone, and everything behind the body.
    """

    width: float
    depth: float
    height: float
    pitch: float
    waist: float
    tilt_blur: float
    cortex_mm: float
    cortex: float
    trabecular: float
    arch: float
    mix: ArchMix
    spread: float
    asymmetry: float
    sclerosis: tuple[float, float]
    wedge: float = 0.0


CORTEX_G_CM3 = 0.85
"""Mineral of the thin, porous vertebral shell (assumed; compact bone has about 1.1)."""
TRABECULAR_G_CM3 = 0.12
"""Mineral of vertebral spongy bone at middle age by quantitative CT, about 0.1 to 0.2 (Genant 1982)."""


def mineral(shape: Shape, u: Map, v: Map, texture: Map) -> Map:
    """Return areal mineral in g/cm2 at (u, v), before it is scaled to the person's BMD.

    `texture` multiplies the spongy bone, mean 1.
    """
    return body_mineral(shape, u, v, texture) + np.float32(shape.arch) * arch_mineral(shape, u, v)


def half_width(shape: Shape, v: Map) -> Map:
    """Return the body's half width in mm at height v: a waist, and corners rounded at the end plates."""
    relative = np.clip(2.0 * v / shape.height, -1.25, 1.25)
    return np.float32(shape.width / 2) * (
        1.0 - np.float32(shape.waist) * (1.0 - np.minimum(relative**2, 1.0)) - np.float32(0.13) * relative**8
    ).clip(0.72)


def body_mineral(shape: Shape, u: Map, v: Map, texture: Map) -> Map:
    """Return the areal mineral of the vertebral body: shell, end plates and spongy bone."""
    a = half_width(shape, v)
    outer = _chord_mm(u, a, shape.depth / 2)
    inner = _chord_mm(u, a - shape.cortex_mm, shape.depth / 2 - shape.cortex_mm)
    top, bottom = _end_plates(shape, u, a)
    window = soft_step(v - top, shape.tilt_blur) * soft_step(bottom - v, shape.tilt_blur)
    shell = (outer - inner) * np.float32(0.1 * CORTEX_G_CM3 * shape.cortex)
    spongy = inner * texture * np.float32(0.1 * TRABECULAR_G_CM3 * shape.trabecular)
    thickness = shape.tilt_blur * 0.7 + 0.8
    plate = np.float32(0.05 * shape.cortex) * outer / np.float32(shape.depth)
    plates = plate * sum(
        np.float32(weight * 10.0 / thickness * 0.8) * np.exp(-(((v - edge) / thickness) ** 2))
        for edge, weight in zip((top + 1.0, bottom - 1.0), shape.sclerosis, strict=True)
    )
    return (shell + spongy) * window + plates


def arch_mineral(shape: Shape, u: Map, v: Map) -> Map:
    """Return the areal mineral of pedicles, articular pillars, laminae and processes in g/cm2.

    The pillars reach over the discs above and below; between the laminae, behind the upper half of the body,
    the canal is open and shows dark.
    """
    w, p = shape.width / 44.0 * shape.spread, shape.pitch / 34.0
    total = np.zeros(np.broadcast(u, v).shape, np.float32)
    mix = shape.mix
    for side in (-1.0, 1.0):
        s = side * w
        strength = 1.0 + side * shape.asymmetry
        along, across = _turned(u - 12.0 * s, v, side * 0.2)
        total += np.float32(mix.pedicle * strength) * dome(u, v, (15.0 * s, -4.0 * p), (8.0, 10.0))
        total += np.float32(mix.superior_facet * strength) * dome(
            u, v, (15.0 * s, -14.0 * p), (8.5, 11.0 * p)
        )
        total += np.float32(mix.inferior_facet * strength) * dome(
            u, v, (11.0 * s, 15.0 * p), (10.0, 12.0 * p)
        )
        total += np.float32(mix.pillar * strength) * dome(along, across, (0.0, 0.0), (8.5, 20.0 * p))
        total += np.float32(mix.lamina) * dome(u, v, (6.0 * s, 10.0 * p), (10.0, 11.0 * p))
        total += np.float32(0.07) * dome(u, v, (27.0 * s, -4.0 * p), (12.0 * w, 5.0))
    spinous = disc(u, v, (0.0, 10.0 * p), (2.2, 12.0 * p), 2.5)
    tip = dome(u, v, (0.0, 15.0 * p), (5.0, 12.0 * p))
    return total + np.float32(mix.spinous) * (spinous + tip)


def _chord_mm(u: Map, half_width_mm: Map, half_depth_mm: float) -> Map:
    """Return the depth of a superellipse, flattened behind as a vertebral body is, along the beam."""
    relative = np.minimum(np.abs(u) / half_width_mm, 1.0)
    return np.float32(2.0 * half_depth_mm) * (1.0 - relative**2.6) ** np.float32(1 / 2.6)


def _end_plates(shape: Shape, u: Map, a: Map) -> tuple[Map, Map]:
    concave = np.float32(1.6) * (1.0 - np.minimum(np.abs(u) / a, 1.0) ** 2)
    half = shape.height / 2
    lean = np.float32(shape.wedge) * u / np.float32(shape.width)
    return -half + concave + lean, half - concave


def _turned(u: Map, v: Map, angle: float) -> tuple[Map, Map]:
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cos * u + sin * v, cos * v - sin * u
