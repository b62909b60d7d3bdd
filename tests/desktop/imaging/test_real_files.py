"""Every real DICOM file ends soon as read, refused or failed; what decodes has the values on record."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest

from desktop.errors import AppError, RefusedError
from desktop.imaging.decode import stored_pixels
from desktop.imaging.dicom import parsed
from desktop.imaging.readers import read_radiograph

pytestmark = pytest.mark.real

FOLDERS = ("dicom_radiographs", "dicom_robustness")
RECORD = re.compile(r"\((\d+), (\d+)(?:, (\d+))?\) \S+ (-?[\d.]+)\.\.(-?[\d.]+)")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_ends_in_a_picture_or_a_sentence(real_images, folder):
    for path in sorted((real_images / folder).glob("*.dcm")):
        began = time.monotonic()
        sentence = ""
        try:
            assert read_radiograph(path).pixels.ndim == 2
        except AppError as error:
            sentence = str(error)
        assert sentence == "" or re.fullmatch(r"[A-Z][^\n]*\.", sentence), path.name
        assert time.monotonic() - began < 10, path.name


def test_human_and_animal_radiographs_are_read(real_images):
    refused = []
    for path in sorted((real_images / "dicom_radiographs").glob("*.dcm")):
        try:
            read_radiograph(path)
        except RefusedError as error:
            refused.append(str(error))
    assert len(refused) == 4
    assert all("frames" in each or "16 x 16" in each for each in refused)


def recorded(folder: Path) -> list[tuple[str, tuple[int, ...], float, float]]:
    """Return name, shape, minimum and maximum of the single frames that other decoders made of the files."""
    found = []
    with (folder / "index.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            match = RECORD.fullmatch(row["decoded"])
            if match and match[3] in (None, "3") and "PALETTE" not in row["PhotometricInterpretation"]:
                shape = tuple(int(part) for part in match.groups()[:3] if part)
                found.append((row["file"], shape, float(match[4]), float(match[5])))
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_decoded_pixels_are_those_on_record(real_images, folder):
    compared = 0
    for name, shape, low, high in recorded(real_images / folder):
        try:
            values = stored_pixels(parsed(real_images / folder / name)).values
        except RefusedError:
            continue  # fewer pixels than are judged
        assert values.shape == shape, name
        if values.dtype.itemsize == 1 and high > 255:
            continue  # 32-bit colour is kept in 8
        assert (float(values.min()), float(values.max())) == pytest.approx((low, high), abs=2), name
        compared += 1
    assert compared >= {"dicom_radiographs": 18, "dicom_robustness": 40}[folder]
