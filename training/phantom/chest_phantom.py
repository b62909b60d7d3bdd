"""A person's chest before tube and detector: what every beam passes, and the landmarks and regions on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from desktop.clinical.chest import regions_of
from desktop.clinical.lumbar import VERTEBRAE
from desktop.imaging.radiograph import View
from training.phantom.abdomen import draw_gas, gas_mm
from training.phantom.beams import Beams, beams_of
from training.phantom.bones import Bones
from training.phantom.chest_body import Body, draw_body, tissue_mm
from training.phantom.chest_bones import breastbone_g_cm2, ribs_g_cm2, shoulder_g_cm2
from training.phantom.chest_devices import Devices, draw_devices, metal_g_cm2
from training.phantom.grid import Map, smooth_field
from training.phantom.lung_findings import Findings, air_left, draw_findings
from training.phantom.lung_vessels import grow_vessels, vessels_mm
from training.phantom.lungs import Lungs, border_points_mm, depth_in_cage_mm, draw_lungs
from training.phantom.materials import DENSITY_G_CM3
from training.phantom.mediastinum import Mediastinum, blood_mm, draw_mediastinum
from training.phantom.person import Person
from training.phantom.projection import Projection
from training.phantom.radiograph_looks import Positioning, projection
from training.phantom.ribs import Rib, ribs_of
from training.phantom.scene import RadiographPhantom, Scene
from training.phantom.shoulder_girdle import Side, draw_shoulder
from training.phantom.solids import Ellipsoid, ellipsoid_chord_mm, tube_chords_mm
from training.phantom.spine import Spine, spine_g_cm2
from training.phantom.spine_levels import LEVELS
from training.phantom.thorax import Thorax, draw_thorax

_STREAM = 0xC8E57
_CALCIFIED_G_CM3 = 0.5
_VERTEBRAE = LEVELS[1:20]
"""C3 to L2: what a chest picture may show."""


@dataclass(frozen=True)
class Chest:
    """One person's chest in the patient's frame, as it stands for one picture."""

    thorax: Thorax
    ribs: list[Rib]
    lungs: Lungs
    mediastinum: Mediastinum
    body: Body
    shoulders: tuple[Side, Side]
    gas: list[tuple[Ellipsoid, float]]
    findings: Findings
    devices: Devices


def build_chest(
    person: Person, bones: Bones, spine: Spine, positioning: Positioning, seed: int, number: int
) -> RadiographPhantom:
    """Return the chest of a person from the front, as placed; the same arguments give the same one."""
    rng = np.random.default_rng([seed, number, _STREAM])
    bedside = positioning.side == "frontal_ap"
    chest = _draw_chest(person, spine, seed, number, bedside, rng)
    middle = np.array(
        [0.0, float(spine.centre_mm("T8")[1]), chest.thorax.top_mm - 0.56 * chest.thorax.height_mm]
    )
    onto = projection(positioning, middle)
    landmarks = _landmarks(chest, spine, onto)
    return RadiographPhantom(
        view=View.CHEST_FRONTAL,
        person=person,
        projection=onto,
        scene=_scene(chest, bones, spine, onto, rng),
        bmd_g_cm2={level: person.bmd_g_cm2[level] for level in VERTEBRAE},
        area_cm2={level: person.area_cm2[level] for level in VERTEBRAE},
        landmarks=landmarks,
        regions=regions_of(landmarks),
        fracture_grades=spine.fracture_grades(),
        flags=(*chest.findings.flags, *chest.devices.flags),
    )


def _draw_chest(
    person: Person, spine: Spine, seed: int, number: int, bedside: bool, rng: np.random.Generator
) -> Chest:
    thorax = draw_thorax(person, spine, seed, number)
    lungs = draw_lungs(person, thorax, float(rng.gamma(1.2, 0.8)), rng)
    body = draw_body(person, thorax, rng)
    forward = float(np.clip(rng.beta(2.5, 1.5), 0.0, 1.0))
    right, left = (draw_shoulder(person, thorax, body, side, forward, rng) for side in (-1, 1))
    mediastinum = draw_mediastinum(person, spine, thorax, lungs, rng)
    return Chest(
        thorax,
        ribs_of(person, spine, thorax, seed, number),
        lungs,
        mediastinum,
        body,
        (right, left),
        draw_gas(lungs, rng),
        draw_findings(thorax, lungs, bedside=bedside, rng=rng),
        draw_devices(thorax, mediastinum, bedside=bedside, rng=rng),
    )


def _scene(chest: Chest, bones: Bones, spine: Spine, onto: Projection, rng: np.random.Generator) -> Scene:
    beams = beams_of(onto)
    lean, fat = _soft_g_cm2(chest, beams, rng)
    mineral = ribs_g_cm2(chest.ribs, bones, onto)
    for side, name in zip(chest.shoulders, ("right", "left"), strict=True):
        mineral += shoulder_g_cm2(side, name, bones, onto)
    mineral += spine_g_cm2(spine, onto, _VERTEBRAE)
    mineral += breastbone_g_cm2(chest.thorax, bones, onto)
    for nodule in chest.findings.calcified:
        patch, chord = ellipsoid_chord_mm(nodule, onto)
        mineral[patch] += np.float32(_CALCIFIED_G_CM3 * 0.1) * chord
    return Scene(
        np.maximum(beams.enlarged(lean), 0.0),
        np.maximum(beams.enlarged(fat), 0.0),
        np.maximum(mineral, 0.0),
        metal_g_cm2(chest.devices, onto),
    )


def _soft_g_cm2(chest: Chest, beams: Beams, rng: np.random.Generator) -> tuple[Map, Map]:
    """Return lean tissue and fat beam by beam: the body, less the air of lungs, airways and stomach."""
    lean, fat = tissue_mm(chest.body, beams)
    lungs, above = depth_in_cage_mm(beams, chest.thorax, chest.lungs)
    heart, vessels = blood_mm(chest.mediastinum, beams.projection)
    heart = heart * np.clip(1.0 + above / 8.0, 0.0, 1.0)
    air = np.clip(lungs - heart - 0.8 * vessels, 0.0, lean * 0.97)
    trees = [
        grow_vessels(chest.thorax, dome, root, rng)
        for dome, root in zip(chest.lungs.domes, chest.mediastinum.roots_mm, strict=True)
    ]
    blood = np.minimum(vessels_mm(trees, beams), air)
    air = air_left(air, chest.findings, chest.thorax, beams, rng)
    uneven = 1.0 + _lung_texture(air.shape, beams.projection.grid.pixel_mm, rng)
    lung_share = np.float32(chest.lungs.density_g_cm3 / DENSITY_G_CM3["lean"]) * uneven
    airways = sum(tube_chords_mm(list(chest.mediastinum.airways), beams.projection))
    lean = lean - air * (1.0 - lung_share) + blood * (1.0 - lung_share) - 0.9 * airways
    lean = np.maximum(cv2.GaussianBlur(lean, (0, 0), 0.9) - gas_mm(chest.gas, beams), 0.0)
    lean *= 1.0 + np.float32(0.015) * smooth_field(rng, lean.shape, (25.0, 25.0))
    return (
        np.float32(0.1 * DENSITY_G_CM3["lean"]) * lean,
        np.float32(0.1 * DENSITY_G_CM3["fat"]) * fat,
    )


def _lung_texture(shape: tuple[int, int], pixel_mm: float, rng: np.random.Generator) -> Map:
    """Return the unevenness of lung tissue: broad, and fine with what is too small to be drawn."""
    fine, broad = rng.uniform(0.0, 0.08), rng.uniform(0.02, 0.08)
    return np.float32(broad) * smooth_field(rng, shape, (30.0 / pixel_mm, 30.0 / pixel_mm)) + np.float32(
        fine
    ) * smooth_field(rng, shape, (3.0 / pixel_mm, 3.0 / pixel_mm))


def _landmarks(chest: Chest, spine: Spine, onto: Projection) -> dict[str, tuple[float, float]]:
    found = {}
    for side, dome, name in zip(chest.shoulders, chest.lungs.domes, ("right", "left"), strict=True):
        ends = onto.on_grid(side.clavicle[[0, len(side.clavicle) // 2, -1]])
        for part, point in zip(("medial", "middle", "lateral"), ends, strict=True):
            found[f"{name}_clavicle_{part}"] = point
        for number, point in enumerate(border_points_mm(chest.thorax, dome, onto), start=1):
            found[f"{name}_rib_{number}"] = point
    neck = 0.5 * (spine.centre_mm("C6") + spine.centre_mm("C7"))
    found["cervical_spine"], found["t12"] = onto.on_grid(np.array([neck, spine.centre_mm("T12")]))
    return {name: (float(x), float(y)) for name, (x, y) in found.items()}
