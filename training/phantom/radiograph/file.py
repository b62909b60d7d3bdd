"""A radiograph as DICOM, with the tags that its maker would write, and its row of manifest.csv."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
from pydicom.dataset import Dataset
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    SecondaryCaptureImageStorage,
)

from desktop.clinical import chest
from desktop.imaging.radiograph import View
from training.phantom import records
from training.phantom.chest.phantom import MEASURED_BONES
from training.phantom.lateral.phantom import MARKED
from training.phantom.looks.looks import Looks
from training.phantom.looks.machine import Encoding
from training.phantom.radiograph.mineral_map import mineral_map
from training.phantom.radiograph.picture import Point, RadiographPicture, make_radiograph

_EDGES = tuple(
    f"{end}_{part}" for end in ("superior", "inferior") for part in ("anterior", "middle", "posterior")
)
CORNERS = (
    *(f"{level.lower()}_{edge}" for level in MARKED for edge in _EDGES),
    *(f"s1_{edge}" for edge in _EDGES[:3]),
)
"""The points of the lateral view: six corners of T12 to L5, the upper three of S1."""
_POINTS = {View.CHEST_FRONTAL: chest.LANDMARKS, View.LUMBAR_LATERAL: CORNERS}
_GRADES = tuple(f"fracture_grade_{level.lower()}" for level in MARKED)
_MINERALS = {name: f"relative_mineral_{name.lower()}" for name in MEASURED_BONES}
_TAKEN = ("source_detector_mm", "source_patient_mm", "peak_kv", "quanta_mm2")
_IMPLANTS = {"cement": "vertebroplasty", "screws": "pedicle screws"}
_PARTS = {View.CHEST_FRONTAL: ("CHEST", "Chest"), View.LUMBAR_LATERAL: ("LSPINE", "Lumbar spine")}


def columns(view: View) -> tuple[str, ...]:
    """Return the columns of `manifest.csv` for a view: the shared ones, points, grades, exposure, flags."""
    points = tuple(f"{name}_{axis}" for name in _POINTS[view] for axis in "xy")
    bones = (*_MINERALS.values(), "mineral_file") if view is View.CHEST_FRONTAL else ()
    return (*records.COLUMNS, *points, *_GRADES, *bones, *_TAKEN, "regions", "flags")


def write_radiograph(
    number: int, *, view: View, seed: int, looks: Looks, size_px: int, folder: Path
) -> dict[str, str]:
    """Write one DICOM file, and of a chest its mineral map, into `folder`; return its manifest row."""
    picture = make_radiograph(view, seed, number, looks, size_px)
    name = f"{view.value}_{seed}_{number:06d}.dcm"
    radiograph_dataset(picture, seed, number).save_as(folder / name, enforce_file_format=True)
    row = radiograph_row(name, picture, looks)
    if view is View.CHEST_FRONTAL:
        row["mineral_file"] = f"{Path(name).stem}.png"
        cv2.imwrite(str(folder / row["mineral_file"]), mineral_map(picture))
    return row


def radiograph_row(name: str, picture: RadiographPicture, looks: Looks) -> dict[str, str]:
    """Return the manifest row of a picture; points outside of it are left empty."""
    phantom, placed, exposure = picture.phantom, picture.placed, picture.machine.exposure
    row = records.person_row(name, phantom.person, phantom.view, looks, phantom.bmd_g_cm2, phantom.area_cm2)
    rows, wide = picture.pixels.shape
    for point, (x, y) in picture.in_pixels({**phantom.landmarks, **phantom.vertebrae}).items():
        if -0.5 <= x <= wide - 0.5 and -0.5 <= y <= rows - 0.5:
            row[f"{point}_x"], row[f"{point}_y"] = f"{x:.2f}", f"{y:.2f}"
    for level, grade in phantom.fracture_grades.items():
        if level in MARKED:
            row[f"fracture_grade_{level.lower()}"] = str(grade)
    minerals = {_MINERALS[bone]: f"{value:.4f}" for bone, value in phantom.relative_mineral.items()}
    return (
        row
        | minerals
        | {
            "pixel_spacing_mm": f"{picture.pixel_mm:.5f}",
            "source_detector_mm": f"{placed.source_detector_mm:.1f}",
            "source_patient_mm": f"{placed.source_detector_mm - placed.pivot_detector_mm:.1f}",
            "peak_kv": f"{exposure.peak_kv:.0f}",
            "quanta_mm2": f"{exposure.quanta_mm2:.0f}",
            "exclude": "; ".join(reason for flag, reason in _IMPLANTS.items() if flag in phantom.flags),
            "regions": json.dumps(_regions(picture)) if phantom.regions else "",
            "flags": " ".join(phantom.flags),
        }
    )


def _regions(picture: RadiographPicture) -> dict[str, list[Point]]:
    """Return each region's corners, (x, y) in pixels."""
    found = {}
    for name, corners in picture.phantom.regions.items():
        moved = picture.in_pixels({str(place): corner for place, corner in enumerate(corners)})
        found[name] = [(round(x, 2), round(y, 2)) for x, y in moved.values()]
    return found


def radiograph_dataset(picture: RadiographPicture, seed: int, number: int) -> Dataset:
    """Return the DICOM dataset: DX or CR, or a digitized film; the patient is plainly a phantom."""
    phantom, machine = picture.phantom, picture.machine
    data = records.person_dataset(phantom.person, phantom.view, seed, number)
    part, words = _PARTS[phantom.view]
    data.BodyPartExamined = part
    data.ViewPosition = _position(picture)
    data.SeriesDescription = f"{words} {data.ViewPosition}"
    data.PatientOrientation = _orientation(picture)
    data.BurnedInAnnotation = "YES" if picture.overlay.letters else "NO"
    data.KVP = f"{machine.exposure.peak_kv:.0f}"
    if machine.film is not None:
        data.Modality, data.SOPClassUID, data.ConversionType = "OT", SecondaryCaptureImageStorage, "DF"
        data.NominalScannedPixelSpacing = [picture.pixel_mm] * 2
    else:
        _put_detector(data, picture)
    _put_pixels(data, picture)
    return data


def _position(picture: RadiographPicture) -> str:
    return {"frontal": "PA", "frontal_ap": "AP", "lateral": "LL"}[picture.placed.side]


def _orientation(picture: RadiographPicture) -> list[str]:
    if picture.phantom.view is View.CHEST_FRONTAL:
        return ["L", "F"]
    return ["A" if picture.machine.encoding.mirrored else "P", "F"]


def _put_detector(data: Dataset, picture: RadiographPicture) -> None:
    """Write what a digital detector states; not every maker states the distances."""
    placed, encoding = picture.placed, picture.machine.encoding
    data.Modality = encoding.modality
    data.ImagerPixelSpacing = [picture.pixel_mm] * 2
    if encoding.modality == "DX":
        data.SOPClassUID = DigitalXRayImageStorageForPresentation
        data.PresentationIntentType = "FOR PRESENTATION"
        data.PixelIntensityRelationship = "LOG"
        data.PixelIntensityRelationshipSign = 1 if encoding.monochrome1 else -1
        data.PresentationLUTShape = "INVERSE" if encoding.monochrome1 else "IDENTITY"
    else:
        data.SOPClassUID = ComputedRadiographyImageStorage
    if encoding.distances_stated:
        data.DistanceSourceToDetector = f"{placed.source_detector_mm:.0f}"
        data.DistanceSourceToPatient = f"{placed.source_detector_mm - placed.pivot_detector_mm:.0f}"


def _put_pixels(data: Dataset, picture: RadiographPicture) -> None:
    encoding = picture.machine.encoding
    data.Rows, data.Columns = picture.pixels.shape
    data.SamplesPerPixel, data.PixelRepresentation = 1, 0
    data.PhotometricInterpretation = "MONOCHROME1" if encoding.monochrome1 else "MONOCHROME2"
    data.BitsStored, data.HighBit = encoding.bits, encoding.bits - 1
    data.BitsAllocated = 8 if encoding.bits == 8 else 16
    if encoding.window is not None:
        _put_window(data, encoding.window, encoding)
    content = picture.pixels.tobytes()
    data.PixelData = content + b"\0" * (len(content) % 2)


def _put_window(data: Dataset, window: tuple[float, float], encoding: Encoding) -> None:
    """Write the linear window (PS3.3 C.11.2.1.2.1) that shows the levels 0 to 1, in stored values."""
    low, high = (1.0 - window[1], 1.0 - window[0]) if encoding.monochrome1 else window
    largest = 2**encoding.bits - 1
    data.WindowWidth = f"{(high - low) * largest + 1.0:.1f}"
    data.WindowCenter = f"{(high + low) / 2.0 * largest + 0.5:.1f}"
