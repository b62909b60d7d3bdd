"""A person's lumbar spine from the side: what lies along each beam, and where its corners fall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.chest.bones import ribs_g_cm2
from training.phantom.chest.ribs import Rib, ribs_of
from training.phantom.chest.thorax import draw_thorax
from training.phantom.geometry.bone_cloud import shadow
from training.phantom.geometry.projection import Projection
from training.phantom.geometry.solids import tube_chords_mm
from training.phantom.lateral.bowel import bowel_gas_mm
from training.phantom.lateral.trunk import draw_trunk, trunk_masses
from training.phantom.looks.placement import Positioning, projection
from training.phantom.people.bones import Bones
from training.phantom.people.person import Person
from training.phantom.physics.scene import RadiographPhantom, Scene
from training.phantom.spine.flags import spine_flags
from training.phantom.spine.implants import TITANIUM_G_CM3, Implants, draw_implants
from training.phantom.spine.lumbar_view import MEASURED
from training.phantom.spine.sacrum import hip_bones, sacrum_bone
from training.phantom.spine.spine import Spine, spine_g_cm2

_STREAM, _IMPLANTS = 0x1A7E, 0x1392
ROTATED_DEG = 5.0
"""A patient turned further about their own axis is flagged."""
_FIRST_RIB = 7
SHOWN = ("T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5")
"""Vertebrae that may lie in the field."""
MARKED = ("T12", "L1", "L2", "L3", "L4", "L5")
"""Vertebrae of which all six corners are truth; of S1 only the three above."""


def build_lateral(
    person: Person, bones: Bones, spine: Spine, positioning: Positioning, seed: int, number: int
) -> RadiographPhantom:
    """Return the person from the side, L3 on the central ray but for what the positioning moves it."""
    rng = np.random.default_rng([seed, number, _STREAM])
    view = projection(positioning, spine.centre_mm("L3"))
    implants = draw_implants(spine, np.random.default_rng([seed, number, _IMPLANTS]))
    ribs = _lower_ribs(person, spine, seed, number)
    return RadiographPhantom(
        view=View.LUMBAR_LATERAL,
        person=person,
        projection=view,
        scene=_with_implants(_scene(person, bones, spine, view, rng, ribs), implants, view),
        bmd_g_cm2={level: person.bmd_g_cm2[level] for level in MEASURED},
        area_cm2={level: person.area_cm2[level] for level in MEASURED},
        vertebrae=corners_on_grid(spine, view),
        fracture_grades=spine.fracture_grades(),
        flags=(*spine_flags(spine), *implants.flags, *_rotation(positioning)),
    )


def corners_on_grid(spine: Spine, view: Projection) -> dict[str, tuple[float, float]]:
    """Return where the corners of T12 to L5 and the upper ones of S1 fall, as `l1_superior_anterior`."""
    found = {}
    for level in (*MARKED, "S1"):
        for name, point in spine.corners_mm(level).items():
            if level != "S1" or name.startswith("superior"):
                x, y = view.on_grid(point[None])[0]
                found[f"{level.lower()}_{name}"] = (float(x), float(y))
    return found


def _scene(
    person: Person, bones: Bones, spine: Spine, view: Projection, rng: np.random.Generator, ribs: list[Rib]
) -> Scene:
    trunk = draw_trunk(person, spine, rng)
    lean, fat = trunk_masses(trunk, view, rng)
    gas = bowel_gas_mm(trunk, spine, view, rng)
    lean = np.maximum(lean - 0.105 * gas, 0.15 * lean)
    mineral = spine_g_cm2(spine, view, SHOWN) + ribs_g_cm2(ribs, bones, view)
    shell, core = sacrum_bone(spine, bones, rng)
    wings, heads = hip_bones(spine, bones, rng)
    for cloud, spread_mm in ((shell, 0.7), (core, 2.5), (wings, 0.7), (heads, 1.2), (spine.aorta, 0.4)):
        if cloud.mineral_g > 0.0:
            patch, mass = shadow(cloud, view, spread_mm)
            mineral[patch] += mass
    return Scene(lean=lean, fat=fat, mineral=mineral, metal=view.grid.zeros())


def _with_implants(scene: Scene, implants: Implants, view: Projection) -> Scene:
    mineral, metal = scene.mineral, scene.metal
    for cloud in implants.cement:
        patch, mass = shadow(cloud, view, 0.6)
        mineral[patch] += mass
    if implants.metal:
        metal = metal + np.float32(0.1 * TITANIUM_G_CM3) * tube_chords_mm(implants.metal, view)[0]
    return replace(scene, mineral=mineral, metal=metal)


def _rotation(positioning: Positioning) -> tuple[str, ...]:
    return ("rotation",) if abs(positioning.turn_deg[2]) > ROTATED_DEG else ()


def _lower_ribs(person: Person, spine: Spine, seed: int, number: int) -> list[Rib]:
    cage = draw_thorax(person, spine, seed, number)
    return [rib for rib in ribs_of(person, spine, cage, seed, number) if rib.level >= _FIRST_RIB]
