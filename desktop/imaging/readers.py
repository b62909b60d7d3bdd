"""The door of every picture into the program, whatever its format."""

from __future__ import annotations

import warnings
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path

from desktop.errors import ReadError
from desktop.imaging.dicom import MARK_END, is_marked, read_dicom
from desktop.imaging.limits import check_file
from desktop.imaging.picture import has_picture_mark, read_picture
from desktop.imaging.radiograph import Radiograph

PICTURE_SUFFIXES = frozenset({".dcm", ".dicom", ".dic", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"})
"""Suffixes, in lower case, of files that are taken from a folder; DICOM files also come without any."""

_DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".dic"})
_BARE_GROUPS = (b"\x02\x00", b"\x08\x00")  # a DICOM file without its preamble starts with one of these


def read_radiograph(path: Path) -> Radiograph:
    """Read one DICOM, PNG, JPEG, TIFF or BMP picture.

    Raise ReadError where the file cannot be read, RefusedError where it holds what is not judged: several
    frames, no picture, another modality, too small or too large. Nothing else is raised, whatever the bytes.
    """
    check_file(path)
    start, sha256 = _start_and_sha256(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's and Pillow's warnings quote the file's own text
        radiograph = read_dicom(path) if _is_dicom(path, start) else read_picture(path)
    return replace(radiograph, file_sha256=sha256)


def _start_and_sha256(path: Path) -> tuple[bytes, str]:
    """Both come before the pixels: whoever replaces the file in between makes it a file never judged."""
    try:
        with path.open("rb") as file:
            start = file.read(MARK_END)
            file.seek(0)
            return start, file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReadError(
            "The file cannot be read: check that you may read it and that the disk is there."
        ) from error


def _is_dicom(path: Path, start: bytes) -> bool:
    bare = start[:2] in _BARE_GROUPS and start[4:6] != b"\x00\x00"
    named_so = path.suffix.lower() in _DICOM_SUFFIXES and not has_picture_mark(start)
    return is_marked(start) or bare or named_so
