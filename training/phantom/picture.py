"""One phantom picture: made from seed and number alone, written as DICOM, and its row of manifest.csv."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from desktop.clinical.reference import default_table
from desktop.clinical.scores import t_score
from training.phantom.bones import draw_bones
from training.phantom.dxa_scan import Phantom, build_phantom, repositioned, scan
from training.phantom.dxa_screen import show
from training.phantom.grid import Grid
from training.phantom.looks import Looks, scan_look, screen_look
from training.phantom.lumbar_view import PIXEL_MM
from training.phantom.person import Person, density_class, draw_person
from training.phantom.spine import draw_spine

COLUMNS = (
    "file",
    "person",
    "sex",
    "age_years",
    "weight_kg",
    "height_cm",
    "bmd_l1_g_cm2",
    "bmd_l2_g_cm2",
    "bmd_l3_g_cm2",
    "bmd_l4_g_cm2",
    "bmd_l1_l4_g_cm2",
    "t_score",
    "class",
    "exam_interval_days",
    "exclude",
    "view",
    "pixel_spacing_mm",
    "reference_table",
    "evidence",
    "split",
    "area_l1_cm2",
    "area_l2_cm2",
    "area_l3_cm2",
    "area_l4_cm2",
    "looks",
    "boxes",
)
_UID_ROOT = "2.25."
REPEATED_EVERY = 20


@dataclass(frozen=True)
class DxaPicture:
    """A person, the phantom made of them, and what the screen shows (uint8, grey or RGB)."""

    person: Person
    phantom: Phantom
    pixels: NDArray[np.uint8]
    monochrome1: bool


def make_dxa_picture(seed: int, number: int, looks: Looks, size_px: int) -> DxaPicture:
    """Return picture `number` of a seed; the same arguments give the same bytes.

    Each REPEATED_EVERY-th is the person of the one before, laid down anew and exposed again on the same
    machine: what differs is the precision error.
    """
    repeated = number % REPEATED_EVERY == REPEATED_EVERY - 1
    first = number - 1 if repeated else number
    rng = np.random.default_rng([seed, first])
    person = draw_person(seed, first)
    machine = scan_look(looks, rng)
    grid = Grid(PIXEL_MM, round(machine.height_mm / PIXEL_MM), round(machine.width_mm / PIXEL_MM))
    spine = draw_spine(person, draw_bones(person, seed, first), seed, first)
    phantom = build_phantom(person, spine, grid, machine.l1_top_mm, rng)
    screen = screen_look(looks, size_px, rng)
    if repeated:
        rng = np.random.default_rng([seed, number])
        phantom = repositioned(phantom, rng)
    bone = scan(phantom, machine, rng)
    return DxaPicture(person, phantom, show(bone, phantom, screen, rng), screen.monochrome1)


def write_picture(number: int, *, seed: int, looks: Looks, size_px: int, folder: Path) -> dict[str, str]:
    """Write one DICOM file into `folder` and return its manifest row."""
    picture = make_dxa_picture(seed, number, looks, size_px)
    name = f"dxa_spine_{seed}_{number:06d}.dcm"
    _dicom(picture, seed, number).save_as(folder / name, enforce_file_format=True)
    return _row(name, picture, looks)


def _row(name: str, picture: DxaPicture, looks: Looks) -> dict[str, str]:
    person, truth = picture.person, picture.phantom.truth
    total = truth.bmd_l1_l4_g_cm2
    table = default_table()
    score = t_score(total, "L1-L4", table)
    row = {
        "file": name,
        "person": str(person.participant),
        "sex": person.sex,
        "age_years": str(person.age_years),
        "weight_kg": f"{person.weight_kg:.1f}",
        "height_cm": f"{person.height_cm:.1f}",
        "bmd_l1_l4_g_cm2": f"{total:.5f}",
        "t_score": f"{score:.4f}",
        "class": density_class(score),
        "view": "dxa_spine",
        "reference_table": table.name,
        "evidence": "phantom",
        "split": person.split,
        "looks": looks,
        "boxes": str(int(picture.pixels.ndim == 3)),
    }
    for level, value in truth.bmd_g_cm2.items():
        row[f"bmd_{level.lower()}_g_cm2"] = f"{value:.5f}"
        row[f"area_{level.lower()}_cm2"] = f"{truth.area_cm2[level]:.3f}"
    return row


def _dicom(picture: DxaPicture, seed: int, number: int) -> Dataset:
    """Return a Secondary Capture, as densitometers send their screens; the patient is plainly a phantom."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID = SecondaryCaptureImageStorage
    data.SOPInstanceUID = _uid(seed, number, "instance")
    data.StudyInstanceUID, data.SeriesInstanceUID = _uid(seed, number, "study"), _uid(seed, number, "series")
    data.Modality, data.BodyPartExamined, data.ConversionType = "OT", "LSPINE", "WSD"
    data.SeriesDescription, data.ImageComments = "AP Spine DXA", "Phantom picture, not a patient"
    data.PatientName, data.PatientID = f"Phantom^{seed}-{number}", f"PHANTOM-{seed}-{number}"
    data.PatientSex, data.PatientAge = picture.person.sex, f"{picture.person.age_years:03d}Y"
    data.PatientWeight, data.PatientSize = (
        f"{picture.person.weight_kg:.1f}",
        f"{picture.person.height_cm / 100:.3f}",
    )
    data.StudyDate, data.PatientBirthDate, data.BurnedInAnnotation = "20200101", "", "NO"
    _put_pixels(data, picture)
    return data


def _put_pixels(data: Dataset, picture: DxaPicture) -> None:
    pixels = picture.pixels
    data.Rows, data.Columns = pixels.shape[:2]
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    if pixels.ndim == 3:
        data.SamplesPerPixel, data.PlanarConfiguration, data.PhotometricInterpretation = 3, 0, "RGB"
    else:
        inverse = picture.monochrome1
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME1" if inverse else "MONOCHROME2"
        pixels = 255 - pixels if inverse else pixels
    content = pixels.tobytes()
    data.PixelData = content + b"\0" * (len(content) % 2)


def _uid(seed: int, number: int, what: str) -> str:
    """Return a UID that depends on the picture alone (PS3.5 B.2: 2.25 and a number of 128 bits)."""
    digest = hashlib.sha256(f"trabecula phantom {seed} {number} {what}".encode()).digest()
    return _UID_ROOT + str(int.from_bytes(digest[:16], "big"))
