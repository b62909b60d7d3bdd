"""A study: one patient's picture with what the program said of it, as the store keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import desktop
from desktop.findings.result import Outcome, ScreeningResult, Status
from desktop.imaging.radiograph import Patient, Radiograph


@dataclass(frozen=True)
class Study:
    """All that a report needs, even when the picture's file is gone.

    id: the store's number, 0 before it is saved.
    created_at: when it was screened, in UTC.
    study_date: when the picture was taken, ISO 8601, None if not known.
    file: where the picture lay.
    picture_png: the picture as presented, 8 bits, its longer side at most 1024 px.
    thumbnail_png: the same, at most 160 px.
    program_version: the program that made the result.
    size_px: columns and rows of the picture's file, to which landmarks and regions belong; None for studies
    that were kept before it was noted.
    file_sha256: of the file that was judged; None for studies that were kept before it was noted.
    revision: how often it was kept, so that the store knows whether it was changed since.
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
    size_px: tuple[int, int] | None = None
    file_sha256: str | None = None
    revision: int = 1

    def is_of(self, radiograph: Radiograph) -> bool:
        """Whether this is the picture that was judged, as far as the study knows."""
        return self.file_sha256 in (None, radiograph.file_sha256)


def new_study(radiograph: Radiograph, result: ScreeningResult, patient: Patient) -> Study:
    """Return a study of this moment that no store holds yet; a file name that is not UTF-8 keeps the rest."""
    from desktop.findings.pictures import pictures  # brings Pillow, which a list of studies does not need

    picture_png, thumbnail_png = pictures(radiograph)
    rows, columns = radiograph.pixels.shape
    return Study(
        id=0,
        created_at=datetime.now(UTC).replace(microsecond=0),
        patient=patient,
        study_date=radiograph.study_date,
        file=Path(_utf8(str(radiograph.path))),
        result=replace(result, file=_utf8(result.file)),
        picture_png=picture_png,
        thumbnail_png=thumbnail_png,
        program_version=desktop.__version__,
        size_px=(columns, rows),
        file_sha256=radiograph.file_sha256,
    )


def _utf8(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


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
