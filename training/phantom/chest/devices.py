"""What medicine has put on and into a chest: pacemakers, wires, electrodes, tubes, catheters; each rarely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from training.phantom.chest.mediastinum import Mediastinum
from training.phantom.chest.thorax import Thorax
from training.phantom.geometry.curves import curve, turned_about_y
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection, Vector
from training.phantom.geometry.solids import Ellipsoid, Tube, ellipsoid_chord_mm, tube_chords_mm


@dataclass
class Devices:
    """Rods and pieces of metal (or as dense as the given share of it, g/cm3) and the flags that name them."""

    rods: list[tuple[Tube, float]] = field(default_factory=list)
    pieces: list[tuple[Ellipsoid, float]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def add_rod(self, points: list[Vector], radius_mm: float, g_cm3: float, wall_mm: float = 9.0) -> None:
        """Add a rod through about these points, hollow where its wall is thinner than its radius."""
        line = curve(points)
        self.rods.append((Tube(line, np.full(len(line), radius_mm), wall_mm), g_cm3))


@dataclass(frozen=True)
class Places:
    """Where things are put: the cage, the windpipe's lower end, and the front of the chest's skin."""

    thorax: Thorax
    carina: Vector
    skin_mm: float

    def on_skin(self, x_mm: float, z_mm: float) -> Vector:
        """Return the point of the front of the chest at x and z."""
        return np.array([x_mm, self.skin_mm, z_mm])


def draw_devices(
    thorax: Thorax, mediastinum: Mediastinum, *, bedside: bool, rng: np.random.Generator
) -> Devices:
    """Return the devices of one picture, most often none; a chest taken in bed has more of them."""
    level = thorax.top_mm - 0.4 * thorax.height_mm
    front = thorax.middle_mm(np.array(level))[1] - thorax.half_depth_mm(np.array(level)) - 14.0
    places = Places(thorax, mediastinum.airways[0].points_mm[-1], float(front))
    devices = Devices()
    for name, (chance, in_bed, put) in _KINDS.items():
        if rng.random() < (in_bed if bedside else chance):
            put(devices, places, rng)
            devices.flags.append(name)
    return devices


def metal_g_cm2(devices: Devices, projection: Projection) -> Map:
    """Return the areal mass of all devices' metal."""
    total = projection.grid.zeros()
    for rod, density in devices.rods:
        walls, _ = tube_chords_mm([rod], projection)
        total += np.float32(0.1 * density) * walls
    for piece, density in devices.pieces:
        patch, chord = ellipsoid_chord_mm(piece, projection)
        total[patch] += np.float32(0.1 * density) * chord
    return total


def _pacemaker(devices: Devices, places: Places, rng: np.random.Generator) -> None:
    side = 1.0 if rng.random() < 0.8 else -1.0
    top = places.thorax.top_mm
    can = places.on_skin(side * rng.uniform(75.0, 115.0), top - rng.uniform(55.0, 95.0))
    axes = turned_about_y(rng.normal(0.0, 0.4))
    half = np.array([rng.uniform(20.0, 31.0), 4.0, rng.uniform(17.0, 27.0)])
    devices.pieces.append((Ellipsoid(can, half[:, None] * axes), rng.uniform(3.0, 3.7)))
    devices.pieces.append((Ellipsoid(can + [0.0, 0.0, half[2]], np.diag([half[0] * 0.6, 3.0, 5.0])), 0.5))
    vein = places.carina + np.array([-18.0, -20.0, 40.0])
    chamber = places.carina + np.array([-16.0, -40.0, -70.0])
    apex = chamber + np.array([rng.uniform(45.0, 70.0), -15.0, -rng.uniform(10.0, 30.0)])
    under_collar_bone = np.array([side * 60.0, can[1] + 15.0, top - 28.0])
    for tip in (apex, chamber + [12.0, -10.0, 14.0])[: int(rng.integers(1, 3))]:
        way = [
            can + [0.0, 0.0, half[2]],
            under_collar_bone,
            vein + [side * 8.0, 0.0, 15.0],
            vein,
            chamber,
            tip,
        ]
        devices.add_rod([point + rng.normal(0.0, 2.0, 3) for point in way], 0.9, 3.0)
        devices.pieces.append((Ellipsoid(tip, np.diag([3.0, 1.3, 1.3])), 8.0))


def _electrodes(devices: Devices, places: Places, rng: np.random.Generator) -> None:
    top = places.thorax.top_mm
    end = places.on_skin(rng.uniform(-60.0, 60.0), top - rng.uniform(280.0, 340.0))
    for x, down in ((-100.0, 45.0), (100.0, 45.0), (-105.0, 230.0), (110.0, 225.0), (20.0, 130.0)):
        if rng.random() < 0.2:
            continue
        stud = places.on_skin(x + rng.normal(0.0, 18.0), top - down + rng.normal(0.0, 18.0))
        devices.pieces.append((Ellipsoid(stud, np.diag([4.0, 1.5, 4.0])), rng.uniform(1.0, 5.0)))
        devices.pieces.append((Ellipsoid(stud, np.diag([11.0, 0.8, 11.0])), 0.25))
        between = [
            stud + share * (end - stud) + rng.normal(0.0, 16.0, 3) * [1.0, 0.0, 1.0] for share in (0.3, 0.65)
        ]
        devices.add_rod([stud, *between, end], 0.8, rng.uniform(0.8, 3.0))


def _windpipe_tube(devices: Devices, places: Places, rng: np.random.Generator) -> None:
    tip = places.carina + np.array([0.0, 0.0, rng.uniform(20.0, 60.0)])
    way = [tip, tip + [1.0, 3.0, 60.0], tip + [rng.normal(0.0, 6.0), -3.0, 170.0]]
    devices.add_rod(way, 5.0, 0.12, wall_mm=1.0)
    devices.add_rod([point + np.array([3.0, 0.0, 0.0]) for point in way], 0.5, 2.0)


def _stomach_tube(devices: Devices, places: Places, rng: np.random.Generator) -> None:
    gullet = places.carina + np.array([4.0, 18.0, 0.0])
    way = [
        gullet + [x + rng.normal(0.0, 3.0), 0.0, z]
        for x, z in ((0, 190), (-2, 90), (2, 0), (6, -90), (18, -150))
    ]
    devices.add_rod([*way, way[-1] + np.array([35.0, -30.0, -40.0])], 2.2, 0.25, wall_mm=0.8)
    devices.add_rod(way, 0.5, 1.5)


def _catheter(devices: Devices, places: Places, rng: np.random.Generator) -> None:
    side = -1.0 if rng.random() < 0.7 else 1.0
    vein = places.carina + np.array([-17.0, -20.0, rng.uniform(-35.0, 15.0)])
    top = places.thorax.top_mm
    if rng.random() < 0.5:
        start = [
            np.array([side * 25.0, vein[1] - 10.0, top + 70.0]),
            np.array([side * 22.0, vein[1], top + 10.0]),
        ]
    else:
        start = [np.array([side * 120.0, vein[1], top - 50.0]), np.array([side * 60.0, vein[1], top - 22.0])]
    devices.add_rod([*start, places.carina + [-17.0, -20.0, 45.0], vein], 1.1, rng.uniform(0.5, 1.5))


def _sternal_wires(devices: Devices, places: Places, rng: np.random.Generator) -> None:
    for step in range(int(rng.integers(4, 8))):
        middle = places.on_skin(rng.normal(0.0, 3.0), places.thorax.top_mm - 55.0 - 24.0 * step)
        angle = np.linspace(0.0, 2.0 * np.pi, 12)
        half = rng.uniform(8.0, 13.0)
        loop = middle + np.stack(
            [half * np.cos(angle), 0.0 * angle, rng.uniform(3.0, 6.0) * np.sin(angle)], axis=1
        )
        devices.add_rod(list(loop), 0.5, 7.0)


_KINDS: dict[str, tuple[float, float, Callable[[Devices, Places, np.random.Generator], None]]] = {
    "pacemaker": (0.04, 0.08, _pacemaker),
    "ecg_electrodes": (0.05, 0.60, _electrodes),
    "endotracheal_tube": (0.0, 0.25, _windpipe_tube),
    "gastric_tube": (0.005, 0.25, _stomach_tube),
    "central_catheter": (0.03, 0.35, _catheter),
    "sternal_wires": (0.03, 0.08, _sternal_wires),
}
"""How often each is seen on its feet and in bed (assumed), and how it is put there."""
