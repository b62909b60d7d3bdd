"""One projection radiograph or DXA picture out of a DICOM file."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import gdcm
from pydicom import dcmread, uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset

from desktop.errors import AppError, ReadError, RefusedError
from desktop.imaging import attributes
from desktop.imaging.age import contested_notices
from desktop.imaging.colour import split_colour
from desktop.imaging.decode import StoredPixels, stored_pixels
from desktop.imaging.identity import contested_ages, stated_patient, stated_study_date
from desktop.imaging.limits import DAMAGE, MAX_DECODED_BYTES, CountedStream, check_content
from desktop.imaging.polarity import shows_inverted, turned_table, turned_values, turned_window
from desktop.imaging.radiograph import Radiograph
from desktop.imaging.spacing import stated_spacing
from desktop.imaging.stated_view import PROJECTION_MODALITIES, stated_view
from desktop.imaging.voi import modality_values, shows_something, stated_table, stated_window

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
MARK_END = 132
_META_START = 144  # preamble, "DICM" and the element that holds the length of the rest
_HEAD_BYTES = 1024
_DEFLATED = uid.DeflatedExplicitVRLittleEndian.encode()
_CUT_SHORT = "The DICOM file is cut short or damaged: export it again from the device."
_NOT_DICOM = "The file is not a DICOM file, or its beginning is damaged: export it again from the device."
_USELESS_WINDOW = "The file's own window would hide the whole picture; all its grey levels are shown."

logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # its warnings quote the patient's data
for silence in (gdcm.Trace.WarningOff, gdcm.Trace.ErrorOff, gdcm.Trace.DebugOff):
    silence()


def is_marked(start: bytes) -> bool:
    """Return whether a file that begins with `start` (`MARK_END` bytes) carries DICOM's mark."""
    return start[128:132] == b"DICM"


def read_dicom(path: Path) -> Radiograph:
    """Read a single-frame projection picture; raise ReadError or RefusedError."""
    dataset = parsed(path)
    _check_kind(dataset)
    stored = stored_pixels(dataset)
    return _coloured(path, dataset, stored) if stored.coloured else _grey(path, dataset, stored)


def parsed(path: Path) -> Dataset:
    """Return the file's dataset with its transfer syntax; raise ReadError where it is none or damaged."""
    head = b""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            file.seek(0)
            if _DEFLATED in head:
                return _inflated(file, head)
            dataset = dcmread(cast(BinaryIO, CountedStream(file)), force=True)
    except PermissionError as error:
        raise ReadError("You have no permission to read the file: ask its owner.") from error
    except AppError:
        raise
    except DAMAGE as error:
        raise ReadError(_CUT_SHORT if is_marked(head) else _NOT_DICOM) from error
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = _guessed_syntax(dataset)
    return dataset


def _guessed_syntax(dataset: Dataset) -> uid.UID:
    implicit, little = dataset.original_encoding
    if not little:
        return uid.ExplicitVRBigEndian
    return uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRLittleEndian


def _inflated(file: BinaryIO, head: bytes) -> Dataset:
    (meta_length,) = struct.unpack_from("<I", head, _META_START - 4)
    file.seek(_META_START + meta_length)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = inflater.decompress(file.read(), MAX_DECODED_BYTES)
    if inflater.unconsumed_tail:
        raise RefusedError("The file unpacks to more than is allowed: export it uncompressed.")
    dataset = read_dataset(cast(BinaryIO, CountedStream(io.BytesIO(content))), False, True)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    return dataset


def _check_kind(dataset: Dataset) -> None:
    if not any(keyword in dataset for keyword in (*_PIXELS, "SOPClassUID", "Rows")):
        raise ReadError(_NOT_DICOM)
    modality = attributes.text(dataset, "Modality").upper()
    if modality not in PROJECTION_MODALITIES:
        raise RefusedError(
            f"This DICOM file is of the kind {modality[:16]}, not a projection radiograph or a DXA picture:"
            " choose such a picture."
        )
    if not any(keyword in dataset for keyword in _PIXELS):
        _refuse_pictureless(dataset)
    frames = attributes.whole(dataset, "NumberOfFrames")
    if frames is not None and frames != 1:
        raise RefusedError(f"The file holds {frames} frames, and only single ones are judged: export one.")


def _refuse_pictureless(dataset: Dataset) -> None:
    if "Rows" in dataset:
        raise ReadError("The file ends before its pixel data: export the picture again from the device.")
    raise RefusedError("This DICOM file holds no picture, such as a report or a plan: choose the radiograph.")


def _coloured(path: Path, dataset: Dataset, stored: StoredPixels) -> Radiograph:
    pixels, colour = split_colour(stored.values)
    check_content(pixels)
    return Radiograph(
        path=path,
        pixels=pixels,
        maximum=255.0,
        colour=colour,
        spacing=stated_spacing(dataset),
        patient=stated_patient(dataset),
        study_date=stated_study_date(dataset),
        stated_view=stated_view(dataset),
        contested_ages_years=contested_ages(dataset),
        notices=contested_notices(contested_ages(dataset)),
    )


def _grey(path: Path, dataset: Dataset, stored: StoredPixels) -> Radiograph:
    pixels, ends = modality_values(stored.values, stored.ends, dataset)
    check_content(pixels)
    window, table, notices = stated_window(dataset), stated_table(dataset, ends), _notices(dataset)
    if window and not shows_something(window, pixels):
        window, notices = None, (*notices, _USELESS_WINDOW)
    if shows_inverted(dataset):
        pixels = turned_values(pixels, ends)
        window = turned_window(window, ends) if window else None
        table = turned_table(table, ends) if table else None
    return Radiograph(
        path=path,
        pixels=pixels,
        maximum=255.0 if ends == (0.0, 255.0) else float(pixels.max()),
        window=window,
        voi_table=table,
        spacing=stated_spacing(dataset),
        patient=stated_patient(dataset),
        study_date=stated_study_date(dataset),
        stated_view=stated_view(dataset),
        contested_ages_years=contested_ages(dataset),
        notices=notices,
    )


def _notices(dataset: Dataset) -> tuple[str, ...]:
    notices = contested_notices(contested_ages(dataset))
    if attributes.text(dataset, "PhotometricInterpretation") in ("MONOCHROME1", "MONOCHROME2"):
        return notices
    return ("The file does not say whether bone is bright or dark; it is taken to be bright.", *notices)
