"""What is asked of the models besides the picture: whom it shows, by which table, what the user moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.clinical.reference import ReferenceTable
from desktop.findings.result import Point
from desktop.imaging.radiograph import Patient


@dataclass(frozen=True)
class Question:
    """One question; moved_landmarks: (x, y) in pixels of the file, by name, as the user put them."""

    patient: Patient
    table: ReferenceTable
    moved_landmarks: Mapping[str, Point] = field(default_factory=dict)
