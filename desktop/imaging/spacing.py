"""How many millimetres lie between pixels, and which attribute said so."""

from __future__ import annotations

from pydicom.dataset import Dataset

from desktop.imaging import attributes
from desktop.imaging.radiograph import PixelSpacing

_PLAUSIBLE_MM = (0.005, 10.0)
_KEYWORDS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")


def stated_spacing(dataset: Dataset) -> PixelSpacing | None:
    """Return the first plausible spacing: in the patient, at the detector, then of a film scanner.

    The attribute of a calibrated spacing carries its calibration, such as "PixelSpacing (FIDUCIAL)".
    """
    for keyword in _KEYWORDS:
        found = attributes.numbers(dataset, keyword)
        if len(found) == 2 and all(_PLAUSIBLE_MM[0] <= value <= _PLAUSIBLE_MM[1] for value in found):
            return PixelSpacing(row_mm=found[0], column_mm=found[1], attribute=_origin(dataset, keyword))
    return None


def _origin(dataset: Dataset, keyword: str) -> str:
    calibration = attributes.text(dataset, "PixelSpacingCalibrationType")
    return f"{keyword} ({calibration})" if keyword == "PixelSpacing" and calibration else keyword
