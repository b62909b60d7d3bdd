"""Parts of the body as simple figures: hand, knee, hip, pelvis, skull and trunk, in mm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.phantom.other.figure import Bone, Figure, Point, Taken, placed_at

Part = Callable[[int, np.random.Generator], Taken]

_FINGERS = (
    (-38.0, 30.0, 0.55),
    (-20.0, 62.0, 0.92),
    (0.0, 66.0, 1.0),
    (18.0, 62.0, 0.95),
    (34.0, 54.0, 0.78),
)
"""Across and up from the wrist to each first knuckle, and each finger's length over the longest."""
_PHALANGES_MM = (42.0, 26.0, 18.0)


def hand(rows: int, rng: np.random.Generator) -> Taken:
    """Return a hand from the front, its fingers more or less spread."""
    figure = placed_at((260.0, rng.uniform(170.0, 260.0)), rows, "frontal", (0, 0, 45), rng)
    spread = rng.uniform(0.5, 1.6)
    figure.flesh((0, 0, 35), (42, 14, 42))
    figure.limb([(0, 0, 10), (0, 0, -90)], [28, 34])
    bones = [Bone([(12, 0, -8), (16, 0, -90)], [11, 7]), Bone([(-12, 0, -8), (-14, 0, -90)], [13, 8])]
    bones += [Bone([(x, 0, z), (x, 0, z + 9)], [6, 6], 0.8) for x in (-18, -6, 6, 17) for z in (0, 12)]
    for across, up, length in _FINGERS:
        lean = np.radians(across * 0.45 * spread)
        knuckle = np.array([across, 0.0, up])
        bones.append(_shaft((across * 0.4, 0, 20), tuple(knuckle), 4.0))
        along = np.array([np.sin(lean), 0.0, np.cos(lean)])
        tip = knuckle + along * sum(_PHALANGES_MM) * length
        figure.limb([tuple(knuckle - along * 10), tuple(tip + along * 4)], [10, 7])
        for phalanx in _PHALANGES_MM[: 2 if across < -30 else 3]:
            end = knuckle + along * phalanx * length
            bones.append(_shaft(tuple(knuckle + along * 1.5), tuple(end - along * 1.5), 3.6))
            knuckle = end
    figure.bones(bones)
    return figure.taken(0.15)


def knee(rows: int, rng: np.random.Generator) -> Taken:
    """Return a knee or a whole leg around it, from the front or the side."""
    height = rng.uniform(220.0, 480.0)
    side = "frontal" if rng.random() < 0.7 else "lateral"
    width = height * rng.uniform(0.35, 0.8)
    figure = placed_at((height, width), rows, side, (0, 0, rng.normal(0, 30)), rng)
    leg = rng.uniform(0.85, 1.25)
    figure.limb([(0, 0, 300), (0, 0, 0), (0, 5, -60), (0, 8, -300)], [78 * leg, 56 * leg, 54 * leg, 44 * leg])
    figure.bones(
        [
            Bone([(0, 0, 300), (0, 0, 90), (0, 0, 40), (0, 0, 22)], [15, 16, 27, 34], 4.0),
            Bone([(-19, 0, 30), (-20, 4, 8)], [19, 17], 1.5),
            Bone([(19, 0, 30), (20, 4, 8)], [19, 17], 1.5),
            Bone([(0, 0, -4), (0, 0, -22), (0, 0, -70), (2, 0, -300)], [37, 33, 17, 13], 3.5),
            Bone([(-34, 12, -22), (-36, 12, -45), (-32, 10, -300)], [10, 7, 6], 2.0),
        ]
    )
    figure.shell((0, -34, 24), (20, 10, 22), 4.0, 0.5)
    if rng.random() < 0.12:
        figure.metal(
            [Bone([(0, 0, -8), (0, 0, -70)], [9, 5], 0.0), Bone([(-30, 0, 10), (30, 0, 10)], [12, 12], 0.0)]
        )
    return figure.taken(rng.uniform(0.15, 0.4))


def pelvis(rows: int, rng: np.random.Generator) -> Taken:
    """Return a pelvis from the front with both hips, L4 and L5."""
    figure = placed_at((330.0, rng.uniform(300.0, 420.0)), rows, "frontal", (0, 0, -270), rng)
    _trunk_flesh(figure, rng)
    hips(figure, 0.0, rng.uniform(0.7, 1.2))
    figure.bones(_vertebrae(range(4, 6), 0.0))
    gas(figure, rng, 6)
    return figure.taken(rng.uniform(0.2, 0.5))


def hip(rows: int, rng: np.random.Generator) -> Taken:
    """Return one hip, as densitometers measure it too."""
    side = rng.choice([-1, 1])
    height = rng.uniform(140.0, 210.0)
    field = height, height * rng.uniform(0.6, 1.0)
    figure = placed_at(field, rows, "frontal", (side * 115, 0, -315), rng)
    figure.flesh((side * 100, 0, -300), (120, 90, 260))
    hips(figure, 0.0, rng.uniform(0.6, 1.2))
    return figure.taken(rng.uniform(0.2, 0.5))


def forearm(rows: int, rng: np.random.Generator) -> Taken:
    """Return a forearm with the wrist below or above, as densitometers measure it."""
    figure = placed_at((rng.uniform(130.0, 200.0), 90.0), rows, "frontal", (0, 0, 0), rng)
    up = rng.choice([-1, 1])
    figure.limb([(0, 0, -150), (0, 0, 150)], [38, 38])
    shafts: list[list[Point]] = [
        [(x, 0, -85 * up), (x * 0.9, 0, -50 * up), (x, 0, 150 * up)] for x in (-16, 16)
    ]
    figure.bones([Bone(shafts[0], [16, 9, 8], 2.5), Bone(shafts[1], [9, 7, 8], 2.5)])
    wrist = [(x, 0, -98 * up - 12 * row * up) for x in (-20, -7, 6, 19) for row in (0, 1)]
    figure.bones([Bone([(x, y, z - 3), (x, y, z + 3)], [7, 7], 1.2) for x, y, z in wrist])
    return figure.taken(0.2)


def skull(rows: int, rng: np.random.Generator) -> Taken:
    """Return a skull from the front or the side, with jaw, teeth and the upper neck."""
    side = "frontal" if rng.random() < 0.5 else "lateral"
    figure = placed_at((270.0, rng.uniform(210.0, 270.0)), rows, side, (0, 0, -20), rng)
    head(figure, 0.0)
    figure.limb([(0, 25, -60), (0, 30, -200)], [58, 62])
    figure.bones([_block((0.0, 32.0, -62.0 - 19.0 * k), 9.0, 15.0) for k in range(6)])
    return figure.taken(0.1)


def head(figure: Figure, up_mm: float) -> None:
    """Add brain, skull, eyes, jaw and teeth; the first vertebra of the neck is to lie at `up_mm` - 62."""
    figure.flesh((0, 0, 10 + up_mm), (78, 95, 100))
    figure.shell((0, 0, 25 + up_mm), (74, 92, 78), 6.0)
    for x in (-32.0, 32.0):
        figure.shell((x, -72, -8 + up_mm), (19, 22, 17), 2.5, 0.9)
        figure.flesh((x * 0.6, -62, -40 + up_mm), (16, 18, 20), -0.9)
    jaw: list[Point] = [(-50, 0, -30), (-46, -10, -85), (0, -82, -98), (46, -10, -85), (50, 0, -30)]
    teeth = [Bone([(x, -75, -78), (x, -75, -96)], [3.5, 2.5], 3.0) for x in np.linspace(-22, 22, 8)]
    figure.bones([_raised(bone, up_mm) for bone in (Bone(jaw, [8, 9, 10, 9, 8], 3.0), *teeth)])


def arms(figure: Figure, shoulder: Point) -> None:
    """Add both arms hanging from the shoulders; `shoulder` is the left one."""
    across, depth, top = shoulder
    for side in (-1, 1):
        down: list[Point] = [(side * across, depth, top), (side * (across + 25), depth, top - 300)]
        hand: Point = (side * (across + 35), depth, top - 560)
        figure.limb([*down, hand], [48, 40, 30])
        figure.bones([Bone(down, [17, 12], 3.5)])
        for x in (-12, 12):
            figure.bones([Bone([(side * (across + 26) + x, depth, top - 310), hand], [8, 7], 2.5)])


def abdomen(rows: int, rng: np.random.Generator) -> Taken:
    """Return a belly from the front: bowel gas over a lumbar spine, lower ribs and pelvis."""
    figure = placed_at((430.0, 350.0), rows, "frontal", (0, 0, -80), rng)
    _trunk_flesh(figure, rng)
    bend = rng.normal(0.0, 12.0)
    figure.bones(_vertebrae(range(-2, 6), bend))
    figure.bones(_ribs(range(-3, 1), bend), 0.7)
    hips(figure, 0.0, rng.uniform(0.7, 1.2))
    gas(figure, rng, 25)
    return figure.taken(rng.uniform(0.2, 0.5))


def _trunk_flesh(figure: Figure, rng: np.random.Generator) -> None:
    figure.flesh((0, -20, -150), (rng.uniform(150.0, 210.0), rng.uniform(90.0, 150.0), 900.0))
    figure.flesh((0, -20, -150), (140.0, 60.0, 250.0), 0.3)


def _vertebrae(levels: range, bend_mm: float) -> list[Bone]:
    """Return bodies, pedicles and processes; level 0 is T12, levels below it have larger numbers."""
    bones = []
    for level in levels:
        x, z = bend_mm * np.sin(level / 4.0), -34.0 * level
        radius = 22.0 + 0.8 * level
        bones.append(_block((x, 0.0, z), 12.5 + 0.3 * level, radius))
        for side in (-1, 1):
            bones.append(Bone([(x + side * 14, 18, z + 4), (x + side * 15, 36, z + 3)], [6, 6], 2.0))
            bones.append(Bone([(x + side * 16, 34, z), (x + side * 44, 38, z + 3)], [4.5, 3.5], 1.2))
        bones.append(Bone([(x, 42, z - 6), (x, 72, z - 14)], [4, 6], 1.5))
    return bones


def _ribs(levels: range, bend_mm: float) -> list[Bone]:
    bones = []
    for level in levels:
        x, z = bend_mm * np.sin(level / 4.0), -30.0 * level
        half = 130.0 - 5.0 * (level + 4) ** 2 / 6
        for side in (-1, 1):
            angle = np.linspace(0.25, 2.4, 9)
            points = [
                (x + side * half * np.sin(a), 45.0 * np.cos(a) + 15.0, z - 62.0 * (1 - np.cos(a * 0.75)))
                for a in angle
            ]
            bones.append(Bone(points, [6.0] * len(points), 1.2))
    return bones


def hips(figure: Figure, up_mm: float, density: float) -> None:
    """Add sacrum, hip bones and upper femurs, S1 at -205 mm, all moved up by `up_mm`."""
    figure.bones([_raised(bone, up_mm) for bone in _hip_bones()], density)
    for side in (-1, 1):
        figure.shell((side * 92, 22, up_mm - 225), (48, 16, 55), 2.2, 0.8 * density)
        figure.shell((side * 112, 0, up_mm - 292), (25, 25, 25), 24.0, 0.24 * density)


def _hip_bones() -> list[Bone]:
    bones = [_block((0.0, 45.0, -225.0 - 22.0 * k), 10.0, 36.0 - 7.0 * k) for k in range(4)]
    for s in (-1, 1):
        bones += [
            Bone(
                [(s * 40, 50, -205), (s * 85, 30, -170), (s * 135, 0, -180), (s * 125, -40, -230)],
                [9, 7, 7, 6],
                2.0,
            ),
            Bone([(s * 45, 48, -215), (s * 70, 30, -260), (s * 95, 5, -290)], [26, 20, 26], 1.5),
            Bone([(s * 95, -10, -290), (s * 50, -35, -300), (s * 8, -45, -320)], [12, 8, 11], 1.8),
            Bone([(s * 90, 15, -310), (s * 62, 10, -365), (s * 12, -40, -335)], [13, 10, 9], 1.8),
            Bone([(s * 116, 0, -296), (s * 150, 0, -325), (s * 158, 0, -350)], [17, 16, 24], 2.5),
            Bone([(s * 158, 0, -345), (s * 150, 0, -420), (s * 140, 0, -560)], [22, 15, 14], 4.5),
        ]
    return bones


def _raised(bone: Bone, up_mm: float) -> Bone:
    return Bone([(x, y, z + up_mm) for x, y, z in bone.points_mm], bone.radius_mm, bone.wall_mm)


def gas(figure: Figure, rng: np.random.Generator, bubbles: int) -> None:
    """Take up to `bubbles` bubbles of bowel gas out of the flesh of a belly."""
    for _ in range(rng.integers(0, bubbles + 1)):
        centre = (rng.uniform(-110, 110), rng.uniform(-60, -10), rng.uniform(-330, -60))
        figure.flesh(centre, tuple(rng.uniform(4.0, 20.0, 3)), -0.9)


def _block(centre_mm: Point, half_height_mm: float, half_width_mm: float) -> Bone:
    """Return a vertebral body as a barrel across the patient: its wall shows as both end plates."""
    x, y, z = centre_mm
    reach = half_width_mm - half_height_mm * 0.4
    return Bone([(x - reach, y, z), (x + reach, y, z)], [half_height_mm] * 2, 1.3)


def _shaft(start_mm: Point, end_mm: Point, radius_mm: float) -> Bone:
    start, end = np.array(start_mm, float), np.array(end_mm, float)
    points = [tuple(start + (end - start) * share) for share in (0.0, 0.2, 0.8, 1.0)]
    return Bone(points, [radius_mm * 1.4, radius_mm, radius_mm, radius_mm * 1.4], 1.3)
