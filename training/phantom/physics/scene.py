"""What lies between tube and detector, whichever view: masses along each beam, and the truth beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.imaging.radiograph import View
from training.phantom.geometry.grid import Map
from training.phantom.geometry.projection import Projection
from training.phantom.people.person import Person


@dataclass(frozen=True)
class Scene:
    """Areal mass of each material along the beam to each pixel, g/cm2 [row, column]; the rest is air."""

    lean: Map
    fat: Map
    mineral: Map
    metal: Map


@dataclass(frozen=True)
class RadiographPhantom:
    """One person before a detector, and the truth of it; all points are (x, y) on the grid in mm.

    `landmarks` has the names of docs/phantom.md for the chest, `vertebrae` the corners of the lateral view,
    `regions` four corners each, clockwise from the upper left of the upright patient. `bmd_g_cm2` and
    `area_cm2` are of L1 to L4 from the front, `relative_mineral` is that of Bones, of those in the chest's
    local regions; `flags` names what is abnormal or in the way.
    """

    view: View
    person: Person
    projection: Projection
    scene: Scene
    bmd_g_cm2: Mapping[str, float]
    area_cm2: Mapping[str, float]
    landmarks: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    regions: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    vertebrae: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    fracture_grades: Mapping[str, int] = field(default_factory=dict)
    relative_mineral: Mapping[str, float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
