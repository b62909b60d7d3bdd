"""What a DICOM file's tags say it shows, where they are clear."""

from __future__ import annotations

import re

from pydicom.dataset import Dataset

from desktop.imaging import attributes
from desktop.imaging.radiograph import View

PROJECTION_MODALITIES = frozenset(
    {"", "BMD", "CR", "DR", "DX", "IO", "MG", "OT", "PX", "RF", "RG", "SC", "XA"}
)
"""Modalities whose pictures are read; a missing one and OT and SC are screens and scanned films."""

_NEVER_JUDGED = frozenset({"IO", "MG", "PX", "XA"})
_DESCRIPTIONS = (
    "SeriesDescription",
    "StudyDescription",
    "ProtocolName",
    "AcquisitionDeviceProcessingDescription",
    "Manufacturer",
    "ManufacturerModelName",
)
_DENSITOMETERS = frozenset(
    {"DXA", "DEXA", "DENSITOMETRY", "HOLOGIC", "IDXA", "LUNAR", "NORLAND", "PRODIGY", "QDR"}
)
_LATERAL = frozenset({"LL", "RL", "LLD", "RLD", "LLO", "RLO", "LAT", "LATERAL"})
_FRONTAL = frozenset({"AP", "PA"})
# fmt: off
_OTHER_PARTS = frozenset({
    "ABDOMEN", "ANKLE", "ARM", "BREAST", "CALCANEUS", "CLAVICLE", "CSPINE", "ELBOW", "EXTREMITY",
    "FINGER", "FOOT", "FOREARM", "HAND", "HEAD", "HIP", "HUMERUS", "JAW", "KNEE", "LEG", "NECK",
    "PELVIS", "SHOULDER", "SKULL", "THUMB", "TOE", "TSPINE", "WRIST",
})
# fmt: on


def stated_view(dataset: Dataset) -> View | None:
    """Return the view by modality, body part, view position, descriptions and maker; None where unclear."""
    modality = attributes.text(dataset, "Modality").upper()
    if modality in _NEVER_JUDGED:
        return View.OTHER
    words = _words(dataset)
    if modality == "BMD" or words & _DENSITOMETERS:
        return _of_densitometer(words)
    return _of_radiograph(words)


def _of_densitometer(words: set[str]) -> View | None:
    if words & {"HIP", "FEMUR", "FOREARM", "WHOLEBODY", "TBS", "VFA", "IVA"} or words & _LATERAL:
        return View.OTHER
    return View.DXA_SPINE if words & {"LSPINE", "SPINE", "LUMBAR"} else None


def _of_radiograph(words: set[str]) -> View | None:
    lateral, frontal = bool(words & _LATERAL), bool(words & _FRONTAL)
    if lateral == frontal:
        return None
    if words & {"LSPINE", "LUMBAR"}:
        return View.LUMBAR_LATERAL if lateral else View.OTHER
    if "CHEST" in words or "THORAX" in words:
        return View.CHEST_FRONTAL if frontal else View.OTHER
    return View.OTHER if words & _OTHER_PARTS else None


def _words(dataset: Dataset) -> set[str]:
    parts = [attributes.text(dataset, keyword) for keyword in ("BodyPartExamined", "ViewPosition")]
    parts += [attributes.text(dataset, keyword) for keyword in _DESCRIPTIONS]
    line = " ".join(parts).upper()
    line = re.sub(r"\bWHOLE[ _-]?BODY\b", "WHOLEBODY", line)
    line = re.sub(r"\bL(UMBAR)?[ _-]?SPINE\b|\bLSP\b|\bL1[ _-]*L4\b", "LSPINE", line)
    return set(re.findall(r"[A-Z0-9]+", line))
