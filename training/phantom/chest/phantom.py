"""A person's chest before tube and detector: what every beam passes, and the landmarks and regions on it."""

from __future__ import annotations

import numpy as np

from desktop.clinical.chest import regions_of
from desktop.clinical.lumbar import VERTEBRAE
from desktop.imaging.radiograph import View
from training.phantom.chest.bones import breastbone_g_cm2, ribs_g_cm2, shoulder_g_cm2
from training.phantom.chest.calcium import grains_g_cm2
from training.phantom.chest.chest import Chest, draw_chest
from training.phantom.chest.devices import metal_g_cm2
from training.phantom.chest.lungs import border_points_mm
from training.phantom.chest.tissue import tissue_g_cm2
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.looks.placement import Positioning, projection
from training.phantom.people.bones import Bones
from training.phantom.people.person import Person
from training.phantom.physics.scene import RadiographPhantom, Scene
from training.phantom.spine.levels import LEVELS
from training.phantom.spine.spine import Spine, spine_g_cm2

_STREAM = 0xC8E58
MEASURED_BONES = ("C6", "C7", "T11", "T12", "ribs", "right_clavicle", "left_clavicle")
"""Bones in the six local regions, whose mineral the manifest tells: a network may learn to read them too."""
_VERTEBRAE = LEVELS[1:23]
"""C3 to L5: what a chest picture may show."""
_REACH_MM = 45.0


def build_chest(
    person: Person, bones: Bones, spine: Spine, positioning: Positioning, seed: int, number: int
) -> RadiographPhantom:
    """Return the chest of a person from the front, as placed; the same arguments give the same one."""
    chest = draw_chest(person, spine, seed, number, bedside=positioning.side == "frontal_ap")
    onto = projection(positioning, _pivot_mm(chest, spine, positioning))
    landmarks = _landmarks(chest, spine, onto)
    return RadiographPhantom(
        view=View.CHEST_FRONTAL,
        person=person,
        projection=onto,
        scene=_scene(chest, bones, spine, onto, np.random.default_rng([seed, number, _STREAM])),
        bmd_g_cm2={level: person.bmd_g_cm2[level] for level in VERTEBRAE},
        area_cm2={level: person.area_cm2[level] for level in VERTEBRAE},
        landmarks=landmarks,
        regions=regions_of(landmarks),
        fracture_grades=spine.fracture_grades(),
        relative_mineral={name: bones[name] for name in MEASURED_BONES},
        flags=chest.flags,
    )


def _pivot_mm(chest: Chest, spine: Spine, placed: Positioning) -> Vector:
    """Return the point on the central ray: so high that the lungs' tops lie a hand below the upper edge.

    Half of the way back to the middle of the lungs, as nobody aims so well.
    """
    thorax, height = chest.thorax, placed.field_mm[0]
    enlarged = placed.source_detector_mm / (placed.source_detector_mm - placed.pivot_detector_mm)
    margin = 28.0 + 0.28 * (height - 358.0)
    below_tops = (0.5 * height - margin) / enlarged
    z = thorax.top_mm - 0.5 * (below_tops + 0.56 * thorax.height_mm)
    return np.array([0.0, float(spine.centre_mm("T8")[1]), z])


def _scene(chest: Chest, bones: Bones, spine: Spine, onto: Projection, rng: np.random.Generator) -> Scene:
    lean, fat = tissue_g_cm2(chest, onto, rng)
    return Scene(lean, fat, _mineral_g_cm2(chest, bones, spine, onto), metal_g_cm2(chest.devices, onto))


def _mineral_g_cm2(chest: Chest, bones: Bones, spine: Spine, onto: Projection) -> Map:
    mineral = ribs_g_cm2(chest.ribs, bones, onto)
    for side, name in zip(chest.shoulders, ("right", "left"), strict=True):
        mineral += shoulder_g_cm2(side, name, bones, onto)
    mineral += spine_g_cm2(spine, onto, _levels_seen(spine, onto))
    mineral += breastbone_g_cm2(chest.thorax, bones, onto)
    mineral += grains_g_cm2([*chest.findings.calcified, *chest.cartilage, *chest.arch], onto)
    return np.maximum(mineral, 0.0)


def _levels_seen(spine: Spine, onto: Projection) -> list[str]:
    """Return the vertebrae that lie in the field or so near that they reach into it."""
    heights = onto.on_grid(np.array([spine.centre_mm(level) for level in _VERTEBRAE]))[:, 1]
    field_mm = onto.grid.rows * onto.grid.pixel_mm
    near = (heights > -_REACH_MM) & (heights < field_mm + _REACH_MM)
    return [level for level, is_near in zip(_VERTEBRAE, near, strict=True) if is_near]


def _landmarks(chest: Chest, spine: Spine, onto: Projection) -> dict[str, tuple[float, float]]:
    found = {}
    borders = border_points_mm(chest.thorax, chest.lungs, onto)
    for side, border, name in zip(chest.shoulders, borders, ("right", "left"), strict=True):
        ends = onto.on_grid(side.clavicle[[0, len(side.clavicle) // 2, -1]])
        for part, point in zip(("medial", "middle", "lateral"), ends, strict=True):
            found[f"{name}_clavicle_{part}"] = point
        for number, point in enumerate(border, start=1):
            found[f"{name}_rib_{number}"] = point
    neck = 0.5 * (spine.centre_mm("C6") + spine.centre_mm("C7"))
    found["cervical_spine"], found["t12"] = onto.on_grid(np.array([neck, spine.centre_mm("T12")]))
    return {name: (float(x), float(y)) for name, (x, y) in found.items()}
