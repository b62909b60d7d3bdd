"""How a person is placed before tube and detector for a radiograph, at one site or at all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.geometry.grid import Grid
from training.phantom.geometry.projection import Projection, Side, Vector
from training.phantom.looks.looks import Looks
from training.phantom.people.person import Person

_CHEST_FIELDS_MM = ((430.0, 350.0), (430.0, 430.0), (358.0, 358.0), (350.0, 430.0))
"""Height and width: portrait, square, film scans such as JSRT's, and landscape for broad people."""
_CHEST_FIELD_SHARES = (0.2, 0.3, 0.35, 0.15)

_CREST_SHARE, _CREST_BELOW_L3_MM = 0.4, (30.0, 80.0)
"""Lateral lumbar pictures centred on the iliac crest, so that the sacrum shows, and not on L3: textbooks of
positioning teach both. How far the crest lies below L3 on the detector."""
_FAR_SHARE = 0.25
"""Lateral lumbar pictures taken at a wall stand from 1.5 to 1.83 m (assumed)."""


@dataclass(frozen=True)
class Positioning:
    """Where tube, patient and detector stand; lengths in mm, angles in degrees.

    The pivot, a point of the patient that the view chooses, lies on the central ray `pivot_detector_mm` in
    front of the detector and falls `offset_mm` (across, down) from the middle of the field (height, width).
    `turn_deg` turns the patient about their own x (to the left), y (to the back) and z (to the head).
    """

    view: View
    side: Side
    source_detector_mm: float
    pivot_detector_mm: float
    field_mm: tuple[float, float]
    pixel_mm: float
    turn_deg: tuple[float, float, float]
    offset_mm: tuple[float, float]

    @property
    def grid(self) -> Grid:
        """The detector's pixels."""
        height, width = self.field_mm
        return Grid(self.pixel_mm, round(height / self.pixel_mm), round(width / self.pixel_mm))


def positioning(
    view: View, person: Person, looks: Looks, size_px: int, rng: np.random.Generator
) -> Positioning:
    """Return how this person is placed for `view`, `size_px` pixels high; thick people stand further off."""
    return (_chest if view is View.CHEST_FRONTAL else _lateral)(person, looks, size_px, rng)


def projection(placed: Positioning, pivot_mm: Vector) -> Projection:
    """Return the projection that puts the patient's point `pivot_mm` (x, y, z) where `placed` says."""
    height, width = placed.field_mm
    return Projection(
        grid=placed.grid,
        side=placed.side,
        source_detector_mm=placed.source_detector_mm,
        pivot_detector_mm=placed.pivot_detector_mm,
        pivot_mm=pivot_mm,
        pivot_on_grid_mm=(width / 2 + placed.offset_mm[0], height / 2 + placed.offset_mm[1]),
        turn=rotation(placed.turn_deg),
    )


def rotation(turn_deg: tuple[float, float, float]) -> Vector:
    """Return the rotation about x, then y, then z, [3, 3]."""
    turn = np.eye(3)
    for axis, angle in enumerate(np.radians(turn_deg)):
        one = np.eye(3)
        b, c = (axis + 1) % 3, (axis + 2) % 3
        one[[b, c, b, c], [b, c, c, b]] = np.cos(angle), np.cos(angle), -np.sin(angle), np.sin(angle)
        turn = one @ turn
    return turn


def _chest(person: Person, looks: Looks, size_px: int, rng: np.random.Generator) -> Positioning:
    every = looks == "every"
    bedside = bool(rng.random() < 0.12) and every
    gap = rng.uniform(15.0, 45.0)
    share = 0.35 if bedside else 0.65  # of the depth lies between the thoracic spine and the detector
    field = _CHEST_FIELDS_MM[int(rng.choice(4, p=_CHEST_FIELD_SHARES))] if every else _CHEST_FIELDS_MM[1]
    distance = rng.uniform(1000.0, 1300.0) if bedside else rng.choice([1500.0, 1800.0, 1830.0, 2000.0])
    spread = 1.5 if bedside else 1.0
    turn, offset = rng.normal(0.0, 1.0, 3), rng.normal(0.0, 1.0, 2)
    return Positioning(
        view=View.CHEST_FRONTAL,
        side="frontal_ap" if bedside else "frontal",
        source_detector_mm=float(distance) if every else 1800.0,
        pivot_detector_mm=float(gap + share * chest_depth_mm(person)),
        field_mm=field,
        pixel_mm=field[0] / size_px,
        turn_deg=(
            float(3.0 * spread * turn[0]),
            float(1.5 * spread * turn[1]),
            float(2.5 * spread * turn[2]),
        ),
        offset_mm=(float(7.0 * spread * offset[0]), float(12.0 * spread * offset[1])),
    )


def _lateral(person: Person, looks: Looks, size_px: int, rng: np.random.Generator) -> Positioning:
    every = looks == "every"
    height = rng.uniform(340.0, 430.0) if every else 400.0
    width = height * rng.uniform(0.34, 0.68) if every else 250.0
    distance = rng.uniform(1000.0, 1150.0) if every else 1100.0
    turn, offset = rng.normal(0.0, 1.0, 3), rng.normal(0.0, 1.0, 2)
    gap = rng.uniform(30.0, 80.0)
    raised_mm = 0.0
    if every and rng.random() < _FAR_SHARE:
        distance = rng.uniform(1500.0, 1830.0)
    if every and rng.random() < _CREST_SHARE:
        raised_mm = rng.uniform(*_CREST_BELOW_L3_MM)
    return Positioning(
        view=View.LUMBAR_LATERAL,
        side="lateral",
        source_detector_mm=float(distance),
        pivot_detector_mm=float(gap + 0.5 * trunk_width_mm(person)),
        field_mm=(float(height), float(width)),
        pixel_mm=float(height) / size_px,
        turn_deg=(float(5.0 * turn[0]), float(2.5 * turn[1]), float(3.0 * turn[2])),
        offset_mm=(float(0.05 * width * offset[0]), float(14.0 * offset[1] - raised_mm)),
    )


def chest_depth_mm(person: Person) -> float:
    """Return how deep the chest is from front to back: about 200 mm at 20 kg/m2, 270 at 35 (assumed)."""
    return 110.0 + 4.6 * _body_mass_index(person)


def trunk_width_mm(person: Person) -> float:
    """Return how broad the trunk is at L3: about 270 mm at 20 kg/m2, 390 at 35 (assumed)."""
    return 110.0 + 8.0 * _body_mass_index(person)


def _body_mass_index(person: Person) -> float:
    return float(np.clip(person.weight_kg / (person.height_cm / 100) ** 2, 15.0, 45.0))
