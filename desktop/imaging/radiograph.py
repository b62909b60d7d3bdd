"""What was read from one picture file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a list of studies needs these types and no arrays
    import numpy as np
    from numpy.typing import NDArray


class View(StrEnum):
    """What a picture shows, by the names of the JSON."""

    DXA_SPINE = "dxa_spine"
    LUMBAR_LATERAL = "lumbar_lateral"
    CHEST_FRONTAL = "chest_frontal"
    OTHER = "other"


class Sex(StrEnum):
    """Sex as in DICOM (0010,0040), where O and empty are read as None."""

    FEMALE = "F"
    MALE = "M"


@dataclass(frozen=True)
class Patient:
    """Who the picture shows, as far as known; None is not known."""

    name: str | None = None
    identifier: str | None = None
    birth_date: str | None = None  # ISO 8601
    sex: Sex | None = None
    age_years: int | None = None
    weight_kg: float | None = None
    height_cm: float | None = None


@dataclass(frozen=True)
class PixelSpacing:
    """Millimetres between pixel centres, down the rows and along the columns."""

    row_mm: float
    column_mm: float
    attribute: str  # the DICOM keyword it came from, such as "ImagerPixelSpacing"


class WindowFunction(StrEnum):
    """How a window turns values into brightness, by the terms of DICOM's VOI LUT Function."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class Window:
    """A window on modality values, as in DICOM PS3.3 C.11.2."""

    center: float
    width: float
    function: WindowFunction = WindowFunction.LINEAR


@dataclass(frozen=True, eq=False)
class VoiTable:
    """A look-up from modality values to brightness: float32 levels in 0..1, one a step from `first_value`."""

    first_value: float
    levels: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Radiograph:
    """One decoded picture.

    pixels: float32 [row, column], modality values, larger is brighter; MONOCHROME1 and inverse presentation
        are already turned round, so bone is bright.
    colour: uint8 [row, column, RGB] as stored, where the file holds colour (drawn boxes); else None.
    window: how the file asks to be shown; None shows the whole range of its pixels.
    voi_table: the look-up by which the file asks to be shown, ahead of its window.
    maximum: what shows as white where there is no window: 255 for 8-bit pictures, else the largest pixel.
    file_sha256: of the file's bytes, None where it was not read from a file.
    """

    path: Path
    pixels: NDArray[np.float32]
    maximum: float
    colour: NDArray[np.uint8] | None = None
    window: Window | None = None
    voi_table: VoiTable | None = None
    spacing: PixelSpacing | None = None
    patient: Patient = field(default_factory=Patient)
    study_date: str | None = None  # ISO 8601
    stated_view: View | None = None  # what the file's tags say; None where they are silent
    contested_ages_years: tuple[int, ...] = ()  # by age tag and birth date, where they contradict each other
    notices: tuple[str, ...] = ()  # sentences for the user, such as "the polarity was not stated"
    file_sha256: str | None = None
