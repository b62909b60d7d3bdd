"""The sacrum and the hip bones behind it, in the patient's frame, as points of mineral.

The sacrum hangs from S1 as the spine has placed it; the hip bones hang from the sacrum and turn with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.interpolate import CubicSpline

from training.phantom.geometry.bone_cloud import Cloud, joined
from training.phantom.geometry.projection import Vector
from training.phantom.people.bones import Bones
from training.phantom.spine.curve import frame
from training.phantom.spine.vertebrae import Spine, Vertebra
from training.phantom.spine.vertebral_arch import Limb, arch_parts
from training.phantom.spine.vertebral_body import BodyForm, hard_parts, spongy_part


@dataclass(frozen=True)
class _Segment:
    """Height, width and depth of a sacral body over S1's, and its tilt over S1's in degrees."""

    height: float
    width: float
    depth: float
    tilt: float


_SEGMENTS = (
    _Segment(1.0, 1.0, 1.0, 0.0),
    _Segment(0.90, 0.76, 0.72, 13.0),
    _Segment(0.78, 0.62, 0.52, 20.0),
    _Segment(0.68, 0.56, 0.42, 4.0),
    _Segment(0.60, 0.50, 0.34, -22.0),
    _Segment(0.50, 0.28, 0.26, -48.0),
)
"""S1 to S5 and the coccyx: hollow in front, its lower end bent forward (assumed, drawn after anatomy)."""

_WINGS = (
    (
        Limb("wing", (18.0, 0.0, 2.0), (54.0, 20.0, -4.0), (15.0, 13.0), (12.0, 10.0), 0.8),
        Limb("arch", (16.0, 24.0, 0.0), (2.0, 29.0, -4.0), (11.0, 11.0), (2.4, 2.4), 0.9),
        Limb("crest", (0.0, 27.0, 4.0), (0.0, 30.0, -14.0), (2.6, 2.6), (5.0, 4.0), 0.8, paired=False),
    ),
    (
        Limb("wing", (14.0, 2.0, 2.0), (46.0, 16.0, 0.0), (13.0, 11.0), (9.0, 8.0), 0.8),
        Limb("arch", (15.0, 19.0, 0.0), (2.0, 24.0, -2.0), (11.0, 11.0), (2.2, 2.2), 0.9),
        Limb("crest", (0.0, 23.0, 8.0), (0.0, 24.0, -12.0), (2.4, 2.4), (4.0, 3.0), 0.8, paired=False),
    ),
    (
        Limb("wing", (12.0, 1.0, 0.0), (36.0, 10.0, 0.0), (11.0, 10.0), (6.0, 5.0), 0.8),
        Limb("arch", (13.0, 14.0, 0.0), (2.0, 18.0, -2.0), (9.0, 9.0), (2.0, 2.0), 0.9),
    ),
    (Limb("wing", (10.0, 0.0, 0.0), (27.0, 6.0, 0.0), (9.0, 8.0), (5.0, 4.0), 0.8),),
    (),
    (),
)
"""What each segment carries at its sides and behind."""

_SACRUM_G_CM3 = 0.75
"""Mineral of the sacrum's parts over that of vertebrae of the same make (assumed)."""


def sacrum_bone(spine: Spine, bones: Bones, rng: np.random.Generator) -> tuple[Cloud, Cloud]:
    """Return compact and spongy bone of sacrum and coccyx in the patient's frame."""
    top = spine["S1"]
    hard, soft = [], []
    upper, tilt = top.to_patient(np.array([[0.0, 0.0, 0.5 * top.body.height]]))[0], _tilt_deg(top)
    bend = rng.normal(1.0, 0.2)
    for segment, wings in zip(_SEGMENTS, _WINGS, strict=True):
        body = _segment_body(top.body, segment)
        turned = frame(tilt + bend * segment.tilt, 0.0, 0.0)
        middle = upper - 0.5 * body.height * turned[2]
        shell = hard_parts(body)
        core = [spongy_part(body, rng)]
        if wings:
            even = dict.fromkeys(("arch", "crest"), (1.0, 1.0)) | {"wing": (0.5, 0.5)}
            sides = arch_parts(wings, np.full(3, top.body.width / 50.0), even)
            shell, core = [*shell, sides[0]], [*core, sides[1]]
        hard.append(joined(shell).placed(middle, turned))
        soft.append(joined(core).placed(middle, turned))
        upper = upper - (body.height + 0.5) * turned[2]
    factor = _SACRUM_G_CM3 * bones["sacrum"]
    return joined(hard).scaled(factor), joined(soft).scaled(factor)


def hip_bones(spine: Spine, bones: Bones, rng: np.random.Generator) -> tuple[Cloud, Cloud]:
    """Return both iliac wings with their crests, and both femoral heads in their sockets.

    A wing is a sheet of two plates between its crest and the line over the socket; it is thick at its rim.
    """
    top = spine["S1"]
    size = top.body.width / 50.0
    turned = frame(0.6 * (_tilt_deg(top) - 40.0), 0.0, 0.0)
    height = rng.normal(0.0, 6.0)
    sheets, heads = [], []
    for side in (-1.0, 1.0):
        sheet, head = _wing(rng), _ball(rng)
        for cloud, kept in ((sheet, sheets), (head, heads)):
            points = cloud.points_mm * np.array([side * size, size, size], np.float32)
            points += np.array([0.0, 0.0, height], np.float32)
            kept.append(Cloud(points, cloud.mass_g).scaled(bones["pelvis"]).placed(top.centre_mm, turned))
    return joined(sheets), joined(heads)


_CREST = np.array(
    [
        [42.0, 58.0, -22.0],
        [52.0, 50.0, 12.0],
        [76.0, 24.0, 40.0],
        [105.0, -12.0, 46.0],
        [128.0, -55.0, 30.0],
        [126.0, -92.0, -4.0],
        [118.0, -98.0, -22.0],
    ]
)
_FOOT = np.array(
    [
        [44.0, 46.0, -40.0],
        [52.0, 30.0, -52.0],
        [64.0, 10.0, -66.0],
        [78.0, -12.0, -74.0],
        [90.0, -38.0, -76.0],
        [98.0, -66.0, -66.0],
        [106.0, -84.0, -46.0],
    ]
)
"""Crest and foot of the left wing from back to front, (x, y, z) from the middle of S1 (assumed)."""
_BLUNT_MM = 5.0
"""How far the wing's front edge is spread from front to back for each step of the crest's last two."""


def _wing(rng: np.random.Generator) -> Cloud:
    t, s, deep = _wing_template()
    knots = np.arange(7.0)
    lines = (_CREST + rng.normal(0.0, 2.5, _CREST.shape), _FOOT + rng.normal(0.0, 2.5, _FOOT.shape))
    crest, foot = (CubicSpline(knots, line)(t) for line in lines)
    belly = np.sin(np.pi * s)[:, None] * np.array([6.0, 0.0, 0.0])
    points = crest + (foot - crest) * s[:, None] + belly
    rim = np.exp(-((s / 0.06) ** 2)) + 0.5 * np.exp(-(((1.0 - s) / 0.25) ** 2))
    thick_mm = 2.0 + 9.0 * (rim + 0.6 * np.exp(-((t / 1.2) ** 2)))
    points[:, 0] += (deep - 0.5) * thick_mm
    points[:, 1] += deep * np.clip(t - 4.0, 0.0, 2.0) * _BLUNT_MM
    areal_g_cm2 = 0.10 + 0.035 * (thick_mm - 2.0)
    area_cm2 = np.linalg.norm(foot - crest, axis=1) * 38.0 * 6.0 / 100.0 / len(t)
    return Cloud(points.astype(np.float32), (areal_g_cm2 * area_cm2).astype(np.float32))


@cache
def _wing_template() -> tuple[Vector, Vector, Vector]:
    """Return points spread evenly over a wing: along its crest (0 to 6), down to its foot, through it."""
    number = np.arange(40000)
    golden = 1.32471795724  # the plastic number: the R2 sequence of Roberts (2018)
    return (
        6.0 * (number / golden % 1.0),
        number / golden**2 % 1.0,
        np.random.default_rng(7).random(len(number)),
    )


def _ball(rng: np.random.Generator) -> Cloud:
    """Return a femoral head and the socket's roof: shells around the joint, spongy bone within."""
    count = 9000
    direction = rng.standard_normal((count, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    radius = np.where(rng.random(count) < 0.4, 23.5, 23.0 * rng.random(count) ** (1 / 3))
    socket = (direction[:, 2] > 0.0) & (rng.random(count) < 0.35)
    points = direction * np.where(socket, 28.0, radius)[:, None] + np.array([92.0, -48.0, -104.0])
    return Cloud(points.astype(np.float32), np.full(count, 30.0 / count, np.float32))


def _tilt_deg(vertebra: Vertebra) -> float:
    return float(np.degrees(np.arctan2(vertebra.frame[1, 2], vertebra.frame[2, 2])))


def _segment_body(top: BodyForm, segment: _Segment) -> BodyForm:
    return BodyForm(
        width=top.width * segment.width,
        depth=top.depth * segment.depth,
        height=top.height * segment.height,
        wedge=1.0,
        waist=0.0,
        hollow=0.02,
        shell_mm=top.shell_mm * 1.6,
        plate_mm=(0.3 * top.plate_mm[0], (1.0 if segment.height == 1.0 else 0.3) * top.plate_mm[1]),
        spongy=top.spongy,
        upright=top.upright,
        level=top.level,
    )
