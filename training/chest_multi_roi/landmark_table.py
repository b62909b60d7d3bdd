"""How far off a run's landmarks lie: read from its folder, and by landmark as a table in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.clinical.chest import LANDMARKS
from training.chest_multi_roi.landmark_stage import FOLDER, Errors
from training.markdown import table

REAL_ERRORS = "real_chests.json"
"""In the folder of the landmarks, written where the real chests are at hand."""

HOW_MEASURED = """Distance in mm, mean and 95th percentile, on the test part of the phantoms and on the 60
chests of data/real, whose 10 points rest on published contours; there a pixel of the file is 0.35 mm. Real
pictures only measure."""


@dataclass(frozen=True)
class Landmarks:
    """What one network came to.

    pictures: how many it learned from; phantoms, real: errors by name, of the test part and of real chests.
    """

    method: str
    pictures: int
    phantoms: Mapping[str, Errors]
    real: Mapping[str, Errors]


def read_landmarks(run: Path) -> Landmarks | None:
    """Return what a run's landmark network came to, None where it has not finished."""
    place = run / FOLDER
    if not (place / "metrics.json").is_file():
        return None
    config = msgspec.json.decode((place / "config.json").read_bytes())
    errors = msgspec.json.decode((place / "metrics.json").read_bytes(), type=dict[str, dict[str, Errors]])
    measured = place / REAL_ERRORS
    real = msgspec.json.decode(measured.read_bytes(), type=dict[str, Errors]) if measured.is_file() else {}
    return Landmarks(config["settings"]["method"], config["pictures"]["train"], errors["test"], real)


def landmark_table(found: Sequence[Landmarks]) -> str:
    """Return the errors by landmark, and of all, each network's side by side."""
    head = ["landmark", *(f"{each.method}, {on}" for each in found for on in ("phantoms", "real"))]
    parts = [part for each in found for part in (each.phantoms, each.real)]
    return table(head, [[name, *(_cell(part.get(name)) for part in parts)] for name in ("all", *LANDMARKS)])


def _cell(errors: Errors | None) -> str:
    if errors is None or errors.mean_mm is None or errors.p95_mm is None:
        return "-"
    return f"{errors.mean_mm:.1f}, {errors.p95_mm:.1f}"
