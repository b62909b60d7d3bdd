"""Heart, great vessels and airways between the lungs, in the patient's mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.phantom.chest.lungs import Lungs
from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.curves import curve
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.geometry.solids import Ellipsoid, Tube, ellipsoid_chord_mm, tube_chords_mm
from training.phantom.people.person import Person
from training.phantom.spine.spine import Spine


@dataclass(frozen=True)
class Mediastinum:
    """The heart's chambers, vessels full of blood, airways full of air, and where the lungs' vessels begin.

    `roots_mm` are (x, y, z) of the right and the left hilum.
    """

    heart: tuple[Ellipsoid, ...]
    vessels: tuple[Tube, ...]
    airways: tuple[Tube, ...]
    roots_mm: tuple[Vector, Vector]


def draw_mediastinum(
    person: Person, spine: Spine, thorax: Thorax, lungs: Lungs, rng: np.random.Generator
) -> Mediastinum:
    """Return heart, vessels and airways; heart and aorta widen with age."""
    carina = spine.centre_mm("T5") + np.array([rng.normal(-1.0, 3.0), -32.0, rng.normal(-4.0, 8.0)])
    roots = tuple(
        carina + np.array([side * rng.normal(36.0, 4.0), 4.0, z])
        for side, z in ((-1, rng.normal(-24.0, 5.0)), (1, rng.normal(-12.0, 5.0)))
    )
    heart = _heart(person, thorax, lungs, rng)
    return Mediastinum(
        (*heart, _pedicle(carina, float(heart[2].centre_mm[2]), rng)),
        _vessels(person, spine, thorax, carina, (roots[0], roots[1]), rng),
        _airways(spine, thorax, carina, rng),
        (roots[0], roots[1]),
    )


def blood_mm(parts: Mediastinum, projection: Projection) -> tuple[Map, Map]:
    """Return each beam's way through heart and through great vessels, in mm."""
    heart = projection.grid.zeros()
    for chamber in parts.heart:
        patch, chord = ellipsoid_chord_mm(chamber, projection)
        heart[patch] = np.maximum(heart[patch], chord)
    walls, hollows = tube_chords_mm(list(parts.vessels), projection)
    return heart, walls + hollows


def _heart(person: Person, thorax: Thorax, lungs: Lungs, rng: np.random.Generator) -> tuple[Ellipsoid, ...]:
    floor = 0.5 * sum(dome.top_mm[2] for dome in lungs.domes) - 6.0
    inside = 2.0 * float(thorax.half_width_mm(np.array(floor)))
    heavy = np.clip((person.weight_kg / (person.height_cm / 100.0) ** 2 - 25.0) / 5.0, -1.5, 4.0)
    old = (person.age_years - 60.0) / 20.0
    ratio = np.clip(rng.normal(0.475 + 0.012 * old + 0.012 * heavy, 0.045), 0.34, 0.68)
    width = ratio * inside
    x, y = (float(value) for value in thorax.middle_mm(np.array(floor + 45.0)))
    front = y - 0.30 * float(thorax.half_depth_mm(np.array(floor + 45.0)))
    tilt = np.radians(np.clip(rng.normal(42.0 - 6.0 * heavy, 7.0), 18.0, 60.0))
    along = np.array([np.cos(tilt) * 0.93, -0.36, -np.sin(tilt) * 0.93])
    across = np.array([np.sin(tilt), 0.0, np.cos(tilt)])
    deep = np.cross(along, across)
    left = np.array([x + 0.135 * width, front, floor + 0.19 * width])
    right = np.array([x - 0.12 * width, front + 6.0, floor + 0.28 * width])
    conus = np.array([x + 0.13 * width, front - 2.0, floor + 0.55 * width])
    atrium = np.array([x + 0.01 * width, front + 0.30 * width, floor + 0.55 * width])
    lean = rng.normal(0.0, 0.15)
    return (
        Ellipsoid(left, np.array([along * 0.55, across * 0.385, deep * 0.43]) * width),
        Ellipsoid(right, np.array([[0.25, 0, 0.25 * lean], [0, 0.36, 0], [-0.38 * lean, 0, 0.38]]) * width),
        Ellipsoid(conus, np.array([[0.20, 0, 0.03], [0, 0.28, 0], [-0.05, 0, 0.32]]) * width),
        Ellipsoid(atrium, np.diag([0.31, 0.20, 0.24]) * width),
    )


def _pedicle(carina: Vector, heart_mm: float, rng: np.random.Generator) -> Ellipsoid:
    """Return what surrounds the great vessels between the heart, up to `heart_mm`, and the aorta's arch."""
    top = float(carina[2]) + rng.normal(56.0, 6.0)
    half = 0.5 * (top - heart_mm) + 12.0
    middle = np.array([carina[0] + rng.normal(0.0, 2.0), carina[1] - 20.0, top - half])
    return Ellipsoid(middle, np.diag([rng.normal(27.0, 3.0), 31.0, half]))


def _vessels(
    person: Person,
    spine: Spine,
    thorax: Thorax,
    carina: Vector,
    roots: tuple[Vector, Vector],
    rng: np.random.Generator,
) -> tuple[Tube, ...]:
    old = np.clip((person.age_years - 50.0) / 35.0, 0.0, 1.2)
    radius = (12.0 if person.sex == "F" else 13.0) + 2.5 * old + rng.normal(0.0, 1.0)
    arch = np.array([*spine.centre_mm("T4")[:2], carina[2] + rng.normal(37.0, 6.0)])
    knob = arch + np.array([22.0 + 9.0 * old + rng.normal(0.0, 4.0), -14.0, 0.0])
    unfolded = 8.0 * old + rng.normal(0.0, 3.0)
    down = [
        spine.centre_mm(level) + np.array([x, -16.0, 0.0])
        for level, x in (
            ("T6", 24.0 + unfolded),
            ("T8", 21.0 + unfolded),
            ("T10", 14.0 + unfolded / 2),
            ("T12", 5.0),
        )
    ]
    rise = [
        np.array([carina[0] - 6.0, carina[1] - 35.0, carina[2] - 50.0]),
        np.array([carina[0] - 15.0 - unfolded / 2, carina[1] - 30.0, carina[2] - 15.0]),
        np.array([carina[0] - 6.0, carina[1] - 22.0, knob[2] + 4.0]),
    ]
    aorta = curve([*rise, knob + np.array([-3.0, -6.0, 5.0]), knob + np.array([3.0, 6.0, -10.0]), *down])
    vein_top = np.array([carina[0] - 15.0, carina[1] - 18.0, thorax.top_mm + 5.0])
    vein = curve([vein_top, vein_top + [-2.0, 0.0, -45.0], carina + np.array([-16.0, -25.0, -45.0])])
    trunk = carina + np.array([16.0, -30.0, -30.0])
    lungs = [
        _tube(
            curve([carina + np.array([0.0, -12.0, -18.0]), roots[0], roots[0] + [-10.0, 5.0, -34.0]]),
            9.0,
            6.0,
        ),
        _tube(
            curve([trunk, carina + np.array([26.0, -12.0, -4.0]), roots[1], roots[1] + [8.0, 8.0, -22.0]]),
            12.0,
            6.5,
        ),
    ]
    artery = curve([knob + [2.0, -4.0, 8.0], np.array([carina[0] + 24.0, knob[1], thorax.top_mm - 5.0])])
    return (
        _tube(aorta, radius * 1.15, radius * 0.92),
        _tube(vein, 9.0, 10.0),
        _tube(artery, 8.0, 7.0),
        *lungs,
    )


def _airways(spine: Spine, thorax: Thorax, carina: Vector, rng: np.random.Generator) -> tuple[Tube, ...]:
    radius = rng.normal(8.2, 0.9)
    neck = spine.centre_mm("C6") + np.array([rng.normal(0.0, 2.5), -30.0, 0.0])
    inlet = np.array(
        [0.5 * (carina[0] + neck[0]) - abs(rng.normal(1.0, 2.0)), carina[1] - 4.0, thorax.top_mm]
    )
    throat = neck + np.array([0.0, 2.0, 45.0])
    windpipe = curve([throat, neck, inlet, carina + np.array([-1.0, 0.0, 25.0]), carina])
    right = curve([carina, carina + np.array([-16.0, 2.0, -28.0]), carina + np.array([-24.0, 6.0, -52.0])])
    left = curve([carina, carina + np.array([22.0, 3.0, -24.0]), carina + np.array([40.0, 8.0, -40.0])])
    return (
        _tube(windpipe, radius, radius),
        _tube(right, 0.78 * radius, 0.5 * radius),
        _tube(left, 0.7 * radius, 0.45 * radius),
    )


def _tube(points: Vector, first_mm: float, last_mm: float) -> Tube:
    return Tube(points, np.linspace(first_mm, last_mm, len(points)), wall_mm=1.0)
