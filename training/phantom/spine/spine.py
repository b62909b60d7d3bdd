"""Draws a person's spine: its curve, its vertebrae, its wear, and as much mineral as the person's BMD says.

Everything follows from the person, their bones, and a random stream of the spine's own.
"""

from __future__ import annotations

import numpy as np

from training.phantom.geometry.projection import Vector
from training.phantom.people.bones import Bones
from training.phantom.people.person import Person
from training.phantom.spine.aorta import calcified_aorta
from training.phantom.spine.curve import draw_curve
from training.phantom.spine.form import draw_form, mineral_g, placed
from training.phantom.spine.fractures import draw_fractures
from training.phantom.spine.lumbar_view import SOLVED, lumbar_view
from training.phantom.spine.vertebrae import Spine, Vertebra, spine_g_cm2

__all__ = ["Spine", "draw_spine", "spine_g_cm2"]

_STREAM, _TEXTURE, _AORTA = 0x5B1E, 0x7E47, 0xA027A


def draw_spine(person: Person, bones: Bones, seed: int, number: int) -> Spine:
    """Return a person's spine; the same person, bones, seed and number give the same one.

    Seen from the front, T12 to L4 have the person's areal BMD.
    """
    return solved(_drawn(person, bones, seed, number), person)


def solved(spine: Spine, person: Person) -> Spine:
    """Return the spine with the mineral of T12 to L4 such that each region's mean is the person's BMD.

    What lies over a region counts, as on a densitometer: neighbours' processes and the aorta's plaques.
    """
    view = lumbar_view(spine)
    others = view.aorta + view.mineral["T11"] + view.mineral["L5"]
    shares = np.array([[float(view.mineral[j][view.regions[i]].mean()) for j in SOLVED] for i in SOLVED])
    wanted = np.array([person.bmd_g_cm2[i] - float(others[view.regions[i]].mean()) for i in SOLVED])
    return spine.scaled(dict(zip(SOLVED, np.linalg.solve(shares, wanted).tolist(), strict=True)))


def _drawn(person: Person, bones: Bones, seed: int, number: int) -> Spine:
    rng = np.random.default_rng([seed, number, _STREAM])
    curve = draw_curve(person.age_years, rng)
    form = draw_form(person, bones, curve, draw_fractures(person, rng), rng)
    mineral = mineral_g(form, bones)
    vertebrae = {
        level: Vertebra(
            level,
            *place,
            form.reach_mm[level],
            form.disc_left[level],
            form.slip_mm.get(level, 0.0),
            form.bodies[level],
            form.arches[level],
            mineral[level],
        )
        for level, place in placed(form, curve).items()
    }

    def front_of(level: str) -> Vector:
        vertebra = vertebrae[level]
        return vertebra.to_patient(np.array([[0.0, -0.5 * vertebra.body.depth, 0.0]]))[0]

    plaques = calcified_aorta(person, front_of, np.random.default_rng([seed, number, _AORTA]))
    return Spine(vertebrae, plaques, (seed, number, _TEXTURE))
