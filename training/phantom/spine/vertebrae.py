"""One person's vertebrae in place, from the axis to the sacrum: the same for every view.

Lengths are in mm in the patient's frame (x left, y back, z head); the origin is the middle of the disc
between T12 and L1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from training.phantom.geometry.bone_cloud import Cloud, joined, shadow
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.spine.form import Arch
from training.phantom.spine.fractures import genant_grade, lost_heights
from training.phantom.spine.levels import LEVELS
from training.phantom.spine.vertebral_body import BodyForm, hard_parts, spongy_part

HARD_MM, SPONGY_MM = 0.25, 0.6
"""How far a point of compact and of spongy bone spreads, in mm."""
GRADED = LEVELS[LEVELS.index("T4") : LEVELS.index("L5") + 1]
"""Levels whose fractures are graded."""


@dataclass(frozen=True)
class Vertebra:
    """One vertebra: its body's middle, its own directions left, back and up as rows [3, 3], and its parts.

    `reach_mm` is how far it reaches up and down to the middle of its discs; `disc_left` what is left of the
    disc below, 1 when new; `slip_mm` how far it has slid forward on the next; `mineral_g` all that it holds.
    """

    level: str
    centre_mm: Vector
    frame: Vector
    reach_mm: tuple[float, float]
    disc_left: float
    slip_mm: float
    body: BodyForm
    arch: Arch
    mineral_g: float

    @property
    def pitch_mm(self) -> float:
        """Its share of the spine's length."""
        return sum(self.reach_mm)

    def to_patient(self, points_mm: Vector) -> Vector:
        """Return points [n, 3] of the vertebra's own frame in the patient's."""
        return np.asarray(points_mm, float) @ self.frame + self.centre_mm

    def bone(self, texture: np.random.Generator) -> tuple[Cloud, Cloud]:
        """Return its compact and its spongy bone in the patient's frame, together of `mineral_g`."""
        shell, core = self.arch.parts()
        hard = joined([*hard_parts(self.body), shell])
        soft = joined([spongy_part(self.body, texture), core])
        factor = self.mineral_g / (hard.mineral_g + soft.mineral_g)
        place = (self.centre_mm, self.frame)
        return hard.scaled(factor).placed(*place), soft.scaled(factor).placed(*place)


@dataclass(frozen=True)
class Spine:
    """The vertebrae by level, C2 to S1, and the plaques of the aorta before them.

    `texture` is what the unevenness of the spongy bone is drawn from; it changes no vertebra's mineral.
    """

    vertebrae: Mapping[str, Vertebra]
    aorta: Cloud
    texture: tuple[int, ...]

    def __getitem__(self, level: str) -> Vertebra:
        """Return the vertebra of a level, such as "T7"."""
        return self.vertebrae[level]

    def centre_mm(self, level: str) -> Vector:
        """Return the middle of a level's body, [3]."""
        return self.vertebrae[level].centre_mm

    def bone(self, level: str) -> tuple[Cloud, Cloud]:
        """Return a level's compact and spongy bone in the patient's frame."""
        texture = np.random.default_rng([*self.texture, LEVELS.index(level)])
        return self.vertebrae[level].bone(texture)

    def scaled(self, factors: Mapping[str, float]) -> Spine:
        """Return the spine with the mineral of some levels multiplied."""
        changed = {
            level: replace(self.vertebrae[level], mineral_g=self.vertebrae[level].mineral_g * factor)
            for level, factor in factors.items()
        }
        return replace(self, vertebrae={**self.vertebrae, **changed})

    def fracture_grades(self) -> dict[str, int]:
        """Return Genant's grade of each level from T4 to L5, from the heights in the midline."""
        heights = {level: self.vertebrae[level].body.heights_mm() for level in GRADED}
        return {level: genant_grade(loss) for level, loss in lost_heights(heights).items()}

    def corners_mm(self, level: str) -> dict[str, Vector]:
        """Return the six corners of a level's body in the patient's frame, by name."""
        vertebra = self.vertebrae[level]
        corners = vertebra.body.corners_mm()
        return {name: vertebra.to_patient(np.array([point]))[0] for name, point in corners.items()}


def level_g_cm2(spine: Spine, level: str, projection: Projection) -> Map:
    """Return the areal mineral of one level along each beam, g/cm2."""
    result = projection.grid.zeros()
    for cloud, size in zip(spine.bone(level), (HARD_MM, SPONGY_MM), strict=True):
        patch, mass = shadow(cloud, projection, size)
        result[patch] += mass
    return result


def spine_g_cm2(spine: Spine, projection: Projection, levels: Iterable[str] = LEVELS[:-1]) -> Map:
    """Return the areal mineral of the spine's levels along each beam, g/cm2."""
    result = projection.grid.zeros()
    for level in levels:
        result += level_g_cm2(spine, level, projection)
    return result
