"""How large and how strong each vertebra of one person is, and where the spine's curve puts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.phantom.geometry.bone_cloud import Cloud
from training.phantom.geometry.projection import Vector
from training.phantom.people.bones import Bones, young_adult_bmd_g_cm2
from training.phantom.people.person import LEVELS as DENSITY_LEVELS
from training.phantom.people.person import Person
from training.phantom.spine.curve import Curve, frame
from training.phantom.spine.fractures import SOUND, Deformity
from training.phantom.spine.levels import CERVICAL, LEVELS, LUMBAR, SIZES, THORACIC
from training.phantom.spine.osteophytes import draw_spurs, spur_rate
from training.phantom.spine.vertebral_arch import (
    CERVICAL_LIMBS,
    LUMBAR_LIMBS,
    SACRAL_LIMBS,
    THORACIC_LIMBS,
    Limb,
    arch_parts,
)
from training.phantom.spine.vertebral_body import BodyForm

MEASURED = ("L1", "L2", "L3", "L4")
_PITCH_OVER_HEIGHT = 0.203
"""Length of one of L1 to L4, disc included, in mm, over the person's height in cm."""
_LIMBS = {
    **dict.fromkeys(CERVICAL, (CERVICAL_LIMBS, "C5")),
    **dict.fromkeys(THORACIC[:-1], (THORACIC_LIMBS, "T10")),
    **dict.fromkeys(("T12", *LUMBAR), (LUMBAR_LIMBS, "L3")),
    "S1": (SACRAL_LIMBS, "S1"),
}
"""Each level's arch, and the level whose size its table has."""
_YOUNG_G_CM2 = {
    **dict.fromkeys(CERVICAL, 0.72),
    **dict(
        zip(THORACIC[:-1], (0.70, 0.68, 0.67, 0.68, 0.70, 0.72, 0.74, 0.76, 0.78, 0.80, 0.83), strict=True)
    ),
    **dict(zip(DENSITY_LEVELS, young_adult_bmd_g_cm2().tolist(), strict=True)),
    "S1": 1.0,
}
"""Areal mineral from the front of each vertebra in young women: T12 to L5 as the reference table has it, the
others assumed: small bodies hold less along the beam."""
SPURRED = (*THORACIC[4:], *LUMBAR)
_FOLLOWS = 0.6
"""Share of a wedge's angle by which the spine above leans forward; discs make up for the rest (assumed)."""


@dataclass(frozen=True)
class Arch:
    """What lies behind a body: its limbs, how they are stretched along x, y and z, and their strength."""

    limbs: tuple[Limb, ...]
    size: Vector
    strength: Mapping[str, tuple[float, float]]

    def parts(self) -> tuple[Cloud, Cloud]:
        """Return shell and core in the vertebra's own frame."""
        return arch_parts(self.limbs, self.size, self.strength)


@dataclass(frozen=True)
class Form:
    """All vertebrae of one person by level; `reach_mm` is how far each reaches up and down.

    Half of the disc on either side counts. `disc_left` is what is left of the disc below, 1 when new, and
    `slip_mm` how far a vertebra, with all above it, has slid forward on the one below.
    """

    reach_mm: Mapping[str, tuple[float, float]]
    bodies: Mapping[str, BodyForm]
    arches: Mapping[str, Arch]
    disc_left: Mapping[str, float]
    slip_mm: Mapping[str, float]


@dataclass(frozen=True)
class _Habit:
    """What the vertebrae of one person have in common."""

    body_share: float
    waist: float
    hollow: float
    spongy: float
    upright: float
    level: float
    spread: float
    spur_rate: float
    strength: Mapping[str, float]


def draw_form(
    person: Person, bones: Bones, curve: Curve, fractures: Mapping[str, Deformity], rng: np.random.Generator
) -> Form:
    """Return the vertebrae of a person; from the front each has the person's area where that is known."""
    habit = _draw_habit(person.age_years, rng)
    front_mm = _front_pitch_mm(person, curve, rng)
    worn = {level: _worn(person, level, rng) for level in LEVELS}
    reach, bodies, arches = {}, {}, {}
    for over, level in zip((LEVELS[0], *LEVELS), LEVELS, strict=False):
        along = front_mm[level] / float(np.cos(np.radians(curve.tilt_deg(level))))
        disc = along * (1.0 - _body_share(level, habit))
        lost = 0.5 * disc * np.array([worn[over], worn[level]])
        width = _width_mm(person, level, front_mm, float(lost.sum() / along), habit)
        fracture = fractures.get(level, SOUND)
        bodies[level] = _body(level, width, along - disc, bones[_density(level)], habit, fracture, rng)
        arches[level] = _arch(level, width, bodies[level].depth, along, habit, rng)
        gone = 0.5 * (fracture.anterior + fracture.posterior) * bodies[level].height
        halves = 0.5 * along - lost - gone * np.array([fracture.upper, 1.0 - fracture.upper])
        reach[level] = (float(halves[0]), float(halves[1]))
    left = {level: 1.0 - share for level, share in worn.items()}
    return Form(reach, bodies, arches, left, _slips(person, rng))


def mineral_g(form: Form, bones: Bones) -> dict[str, float]:
    """Return each vertebra's mineral: what its level holds in young women over its area, times its bone."""
    return {
        level: _YOUNG_G_CM2[level]
        * bones[_density(level)]
        * form.bodies[level].width
        * sum(form.reach_mm[level])
        * 0.0093
        for level in LEVELS
    }


def placed(form: Form, curve: Curve) -> dict[str, tuple[Vector, Vector]]:
    """Return each level's middle [3] and frame [3, 3] along the curve; T12 and L1 meet at the origin.

    Bodies stand on each other: each reaches to the middle of its discs along its own axis.
    """
    tilts = _tilts(form, curve)
    axes = {level: np.array([0.0, -np.sin(tilt), np.cos(tilt)]) for level, tilt in tilts.items()}
    middles = {}
    origin = LEVELS.index("L1")
    for order, sign in ((LEVELS[origin:], -1.0), (LEVELS[:origin][::-1], 1.0)):
        at = np.zeros(3)
        for level in order:
            near, far = form.reach_mm[level][:: int(-sign)]
            middles[level] = at + sign * near * axes[level]
            at = at + sign * (near + far) * axes[level]
    _slide(middles, form)
    result = {}
    for level in LEVELS:
        z = float(middles[level][2])
        middle = middles[level] + np.array([curve.aside_mm(z), 0.0, 0.0])
        result[level] = middle, frame(float(np.degrees(tilts[level])), curve.slant(z), curve.twist_deg(z))
    return result


def _slide(middles: dict[str, Vector], form: Form) -> None:
    for slipped, forward in form.slip_mm.items():
        for level in LEVELS[: LEVELS.index(slipped) + 1]:
            middles[level] = middles[level] - np.array([0.0, forward, 0.0])


def _tilts(form: Form, curve: Curve) -> dict[str, float]:
    """Return each level's tilt in radians: the curve's, and what wedges below have added."""
    tilts, leaned = {}, 0.0
    for level in LEVELS[::-1]:
        body = form.bodies[level]
        lost = (body.deformity.anterior - body.deformity.posterior) * body.height
        wedge = _FOLLOWS * float(np.arctan(lost / body.depth))
        tilts[level] = float(np.radians(curve.tilt_deg(level))) + leaned + 0.5 * wedge
        leaned += wedge
    return tilts


def _draw_habit(age_years: float, rng: np.random.Generator) -> _Habit:
    parts = {limb.part for limbs, _ in _LIMBS.values() for limb in limbs}
    return _Habit(
        body_share=rng.normal(0.03, 0.025),
        waist=rng.uniform(0.05, 0.14),
        hollow=float(np.clip(rng.normal(0.11, 0.025), 0.04, 0.18)),
        spongy=rng.lognormal(0.0, 0.15),
        upright=rng.uniform(0.1, 0.35),
        level=rng.uniform(0.15, 0.5),
        spread=rng.normal(1.0, 0.05),
        spur_rate=spur_rate(age_years, rng),
        strength={part: rng.lognormal(0.0, 0.25) for part in sorted(parts)},
    )


def _front_pitch_mm(person: Person, curve: Curve, rng: np.random.Generator) -> dict[str, float]:
    """Return each level's length seen from the front; half of an area's difference is length, half width."""
    mean = person.height_cm * _PITCH_OVER_HEIGHT * rng.normal(1.0, 0.03)
    due = {level: SIZES[level].height + SIZES[level].disc for level in LEVELS}
    lumbar = sum(due[level] for level in MEASURED) / len(MEASURED)
    area = sum(person.area_cm2[level] for level in MEASURED) / len(MEASURED)
    pitches = {}
    for level in LEVELS:
        share = due[level] / lumbar
        apart = person.area_cm2[level] / area / share**2 if level in person.area_cm2 else 1.0
        cos = 1.0 if level in person.area_cm2 else float(np.cos(np.radians(curve.tilt_deg(level))))
        pitches[level] = mean * share * apart**0.5 * cos * rng.normal(1.0, 0.015)
    return pitches


def _body_share(level: str, habit: _Habit) -> float:
    size = SIZES[level]
    return size.height / (size.height + size.disc) + habit.body_share


def _width_mm(person: Person, level: str, front_mm: Mapping[str, float], gone: float, habit: _Habit) -> float:
    """Return a body's width: from the person's area where known, else in proportion to the known ones."""
    known = level if level in person.area_cm2 else "T12"
    seen = front_mm[known] * (1.0 - gone if known == level else 1.0)
    width = person.area_cm2[known] * 100.0 / seen / (1.0 - 0.55 * habit.waist)
    return float(
        np.clip(
            width * SIZES[level].width / SIZES[known].width,
            0.7 * SIZES[level].width,
            1.5 * SIZES[level].width,
        )
    )


def _body(
    level: str,
    width: float,
    height: float,
    bone: float,
    habit: _Habit,
    fracture: Deformity,
    rng: np.random.Generator,
) -> BodyForm:
    """Return a body: where bone is scarce its shell is thin, its spongy bone thinner, its end plates sunk."""
    size, scarce = SIZES[level], float(np.clip((1.0 - bone) / 0.6, 0.0, 1.0))
    height *= rng.normal(1.0, 0.01)
    plate = 0.47 * bone**0.5 * rng.normal(1.0, 0.12) * (1.0 + rng.exponential(0.15, 2))
    return BodyForm(
        width=width,
        depth=(0.5 * width / size.width + 0.5 * height / size.height) * size.depth * rng.normal(1.0, 0.02),
        height=height,
        wedge=size.wedge * rng.normal(1.0, 0.025),
        waist=habit.waist,
        hollow=float(np.clip(habit.hollow * rng.normal(1.0, 0.15) + 0.05 * scarce, 0.03, 0.19)),
        shell_mm=float(np.clip(0.42 * bone**0.6 * rng.normal(1.0, 0.15), 0.15, 0.9)),
        plate_mm=(float(plate[0]), float(plate[1])),
        spongy=bone**1.2 * habit.spongy * rng.normal(1.0, 0.06),
        upright=habit.upright * (1.0 + 0.4 * scarce),
        level=habit.level * (1.0 - 0.6 * scarce),
        deformity=fracture,
        spurs=draw_spurs(habit.spur_rate * (level in SPURRED), rng),
    )


def _arch(
    level: str, width: float, depth: float, along: float, habit: _Habit, rng: np.random.Generator
) -> Arch:
    limbs, of = _LIMBS[level]
    size = SIZES[of]
    stretch = np.array(
        [width / size.width * habit.spread, depth / size.depth, along / (size.height + size.disc)]
    )
    lopsided = float(np.clip(rng.normal(0.0, 0.1), -0.4, 0.4))
    strength = {}
    for limb in limbs:
        own = habit.strength[limb.part] * rng.lognormal(0.0, 0.08)
        strength[limb.part] = (own * (1.0 - lopsided), own * (1.0 + lopsided))
    return Arch(limbs, stretch, strength)


def _worn(person: Person, level: str, rng: np.random.Generator) -> float:
    """Return the share of the disc below a level that wear has taken: more with age, most low in the back."""
    ageing = float(np.clip((person.age_years - 40) / 45, 0.0, 1.0))
    worn = ageing * rng.beta(1.2, 6.0)
    severe = rng.random() < {"L4": 0.16, "L5": 0.20, "L3": 0.08}.get(level, 0.02) * ageing
    return float(max(worn, rng.uniform(0.45, 0.85))) if severe else float(worn)


def _slips(person: Person, rng: np.random.Generator) -> dict[str, float]:
    """Return the slipped vertebra, if any: L4 or L5 by 4 to 12 mm in about 5 % (Wiltse 1976; assumed)."""
    chance = 0.04 + 0.04 * (person.age_years > 60)
    return {str(rng.choice(["L4", "L5"])): float(rng.uniform(4.0, 12.0))} if rng.random() < chance else {}


def _density(level: str) -> str:
    return {"C2": "C3", "S1": "sacrum"}.get(level, level)
