"""A study: one patient's picture with what the program said of it, as the store keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.findings.result import Outcome, ScreeningResult, Status
from desktop.imaging.radiograph import Patient


@dataclass(frozen=True)
class Study:
    """All that a report needs, even when the picture's file is gone.

    created_at: when it was saved, in UTC.
    study_date: when the picture was taken, ISO 8601, None if not known.
    file: where the picture lay.
    picture_png: the picture as presented, 8 bits, its longer side at most 1024 px.
    thumbnail_png: the same, at most 160 px.
    program_version: the program that made the result.
    """

    id: int
    created_at: datetime
    patient: Patient
    study_date: str | None
    file: Path
    result: ScreeningResult
    picture_png: bytes
    thumbnail_png: bytes
    program_version: str


@dataclass(frozen=True)
class StudyRow:
    """What a list of studies shows of one; the fields are those of Study and of its result."""

    id: int
    created_at: datetime
    patient: Patient
    study_date: str | None
    file: Path
    status: Status
    outcome: Outcome | None
    thumbnail_png: bytes
