"""Views of the trunk that no model judges, of the same skeletons: AP spine, and chest from the side."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from training.phantom.chest.bones import ribs_g_cm2
from training.phantom.chest.phantom import build_chest
from training.phantom.chest.ribs import ribs_of
from training.phantom.chest.thorax import draw_thorax
from training.phantom.geometry.grid import Map
from training.phantom.other.figure import Figure, Taken, placed_at
from training.phantom.other.figure_parts import arms, gas, head, hips
from training.phantom.people.bones import Bones, draw_bones
from training.phantom.people.person import Person, draw_person
from training.phantom.physics.scene import Scene
from training.phantom.spine.levels import LEVELS
from training.phantom.spine.spine import Spine, draw_spine, spine_g_cm2

_PELVIS_S1_MM = -205.0
"""Height of the top of the sacrum among the pelvic bones of `figure_parts`."""
_C1_MM = -62.0
"""Height of the first vertebra of the neck below the head of `figure_parts`."""
_FIELDS = {
    "coned": ((180.0, 300.0), (0.35, 0.8), (-100.0, -40.0)),
    "lumbar": ((280.0, 450.0), (0.35, 0.95), (-110.0, -50.0)),
    "both": ((420.0, 600.0), (0.25, 0.6), (-60.0, 40.0)),
    "whole": ((700.0, 980.0), (0.24, 0.5), (-20.0, 120.0)),
}
"""Of each kind of AP spine, from and to: height in mm, width over height, and z of the field's middle."""


@dataclass(frozen=True)
class _Skeleton:
    """A person drawn for one picture, and the seed and number that the rest of them follows from."""

    person: Person
    bones: Bones
    spine: Spine
    seed: int
    number: int


def ap_spine(rows: int, rng: np.random.Generator) -> Taken:
    """Return a spine from the front: lumbar, with the thoracic one, or up to the head."""
    drawn = _skeleton(rng)
    heights, shares, middles = _FIELDS[str(rng.choice(list(_FIELDS), p=[0.25, 0.25, 0.15, 0.35]))]
    height = rng.uniform(*heights)
    field = height, max(100.0, height * rng.uniform(*shares))
    placed = placed_at(field, rows, "frontal", (0.0, 0.0, 0.0), rng).placed
    down = _chest_middle_mm(drawn) - rng.uniform(*middles)
    shifted = replace(placed, offset_mm=(placed.offset_mm[0], -1.12 * down))
    chest = build_chest(drawn.person, drawn.bones, drawn.spine, shifted, drawn.seed, drawn.number)
    figure = Figure(shifted, chest.projection, chest.scene)
    _add_the_rest(figure, drawn, rng)
    taken = figure.taken(0.0)
    return replace(taken, scene=_bent(taken.scene, height, rng))


def lateral_chest(rows: int, rng: np.random.Generator) -> Taken:
    """Return a chest from the side, arms raised."""
    drawn = _skeleton(rng)
    height = rng.uniform(380.0, 450.0)
    field = height, height * rng.uniform(0.75, 1.0)
    figure = placed_at(field, rows, "lateral", (0.0, -40.0, _chest_middle_mm(drawn)), rng)
    depth, wide = rng.uniform(105.0, 145.0), rng.uniform(150.0, 190.0)
    figure.flesh((0, -45, 60), (wide, depth, 420))
    figure.flesh((0, -45, 300), (48, 52, 130), 0.6)
    for side in (-1, 1):
        figure.limb([(side * 120, -20, 270), (side * 110, -70, 480)], [52, 42])
        figure.flesh((side * 65, -40, 160), (58, depth * 0.78, 130), -0.72)
    figure.flesh((20, -75, 95), (60, 48, 62), 0.7)
    thorax = draw_thorax(drawn.person, drawn.spine, drawn.seed, drawn.number)
    ribs = ribs_of(drawn.person, drawn.spine, thorax, drawn.seed, drawn.number)
    soft, onto = figure.taken(rng.uniform(0.15, 0.4)).scene, figure.projection
    bone = spine_g_cm2(drawn.spine, onto, LEVELS[1:20]) + ribs_g_cm2(ribs, drawn.bones, onto)
    return Taken(Scene(soft.lean, soft.fat, soft.mineral + bone, soft.metal), figure.placed, onto)


def _skeleton(rng: np.random.Generator) -> _Skeleton:
    seed, number = int(rng.integers(1 << 31)), int(rng.integers(1 << 20))
    person = draw_person(seed, number)
    bones = draw_bones(person, seed, number)
    return _Skeleton(person, bones, draw_spine(person, bones, seed, number), seed, number)


def _chest_middle_mm(drawn: _Skeleton) -> float:
    thorax = draw_thorax(drawn.person, drawn.spine, drawn.seed, drawn.number)
    return float(thorax.top_mm - 0.42 * thorax.height_mm)


def _add_the_rest(figure: Figure, drawn: _Skeleton, rng: np.random.Generator) -> None:
    """Add what a chest phantom lacks: hips, head, bowel gas, and arms now and then."""
    s1 = float(drawn.spine.centre_mm("S1")[2]) + 12.0
    hips(figure, s1 - _PELVIS_S1_MM, rng.uniform(0.6, 1.0))
    neck = float(drawn.spine.centre_mm("C2")[2]) + 15.0
    head(figure, neck - _C1_MM)
    if rng.random() < 0.4:
        arms(figure, (rng.uniform(165.0, 200.0), 10.0, neck - 130.0))
    gas(figure, rng, 30)


def _bent(scene: Scene, height_mm: float, rng: np.random.Generator) -> Scene:
    """Return the scene with its rows moved sideways along a wave, most in the middle, as scoliosis bends."""
    rows, columns = scene.mineral.shape
    bend = min(abs(rng.normal(0.0, 0.09)), 0.22) * columns if rng.random() < 0.7 else 0.0
    phase, waves = rng.uniform(0.0, 2 * np.pi), height_mm / rng.uniform(350.0, 900.0)
    shift = bend * np.sin(phase + waves * 2 * np.pi * np.arange(rows) / rows)
    near = 1.0 - np.linspace(-1.0, 1.0, columns) ** 2
    across = (np.arange(columns) + shift[:, None] * near).astype(np.float32)
    down = np.repeat(np.arange(rows, dtype=np.float32)[:, None], columns, axis=1)

    def moved(values: Map) -> Map:
        return cv2.remap(values, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    return Scene(moved(scene.lean), moved(scene.fat), moved(scene.mineral), moved(scene.metal))
