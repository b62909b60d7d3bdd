"""What the files and manifest rows of every view share: the person, their truth, and identifiers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from desktop.clinical.reference import default_table
from desktop.clinical.scores import t_score
from desktop.imaging.radiograph import View
from training.phantom.looks.looks import Looks
from training.phantom.people.person import Person, density_class

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
)
"""The columns of `manifest.csv` that every view has."""
_UID_ROOT = "2.25."


def person_row(
    name: str,
    person: Person,
    view: View,
    looks: Looks,
    bmd_g_cm2: Mapping[str, float],
    area_cm2: Mapping[str, float],
) -> dict[str, str]:
    """Return what a manifest row tells of the file `name` and its person; BMD and area by vertebra."""
    total = sum(bmd_g_cm2[level] * area for level, area in area_cm2.items()) / sum(area_cm2.values())
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
        "view": view.value,
        "reference_table": table.name,
        "evidence": "phantom",
        "split": person.split,
        "looks": looks,
    }
    for level, value in bmd_g_cm2.items():
        row[f"bmd_{level.lower()}_g_cm2"] = f"{value:.5f}"
        row[f"area_{level.lower()}_cm2"] = f"{area_cm2[level]:.3f}"
    return row


def person_dataset(person: Person, view: View, seed: int, number: int) -> Dataset:
    """Return a DICOM dataset that names the person, plainly a phantom, and has no picture yet."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPInstanceUID = uid(view, seed, number, "instance")
    data.StudyInstanceUID, data.SeriesInstanceUID = (uid(view, seed, number, w) for w in ("study", "series"))
    data.PatientName, data.PatientID = f"Phantom^{seed}-{number}", f"PHANTOM-{seed}-{number}"
    data.PatientSex, data.PatientAge = person.sex, f"{person.age_years:03d}Y"
    data.PatientWeight, data.PatientSize = f"{person.weight_kg:.1f}", f"{person.height_cm / 100:.3f}"
    data.StudyDate, data.PatientBirthDate = "20200101", ""
    data.ImageComments = "Phantom picture, not a patient"
    return data


def uid(view: View, seed: int, number: int, what: str) -> str:
    """Return a UID that depends on the picture alone (PS3.5 B.2: 2.25 and a number of 128 bits)."""
    kind = "" if view is View.DXA_SPINE else f"{view.value} "
    digest = hashlib.sha256(f"trabecula phantom {kind}{seed} {number} {what}".encode()).digest()
    return _UID_ROOT + str(int.from_bytes(digest[:16], "big"))
