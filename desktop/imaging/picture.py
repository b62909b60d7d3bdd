"""One radiograph out of a PNG, JPEG, TIFF or BMP file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from desktop.errors import AppError, ReadError, RefusedError
from desktop.imaging.codestream import too_many_scans
from desktop.imaging.colour import split_colour
from desktop.imaging.limits import DAMAGE, TOO_MANY_PIXELS, CountedStream, check_content, check_size
from desktop.imaging.radiograph import Radiograph

FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
_MARKS = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM")  # + is BigTIFF
_PHOTOMETRIC = 262  # TIFF tag PhotometricInterpretation, where 0 says that zero is white
_GREYS = frozenset({"1", "L", "LA", "La"})
_DAMAGED = "The picture is cut short or damaged: export it again."
_NO_PICTURE = "The file is neither DICOM nor PNG, JPEG, TIFF or BMP: choose a picture file."
_UNSTATED = "The file does not say whether bone is bright or dark; it is taken to be bright."


def has_picture_mark(start: bytes) -> bool:
    """Return whether a file that begins with `start` says that it is one of `FORMATS`."""
    return start.startswith(_MARKS)


def read_picture(path: Path) -> Radiograph:
    """Read a single picture, 8 or 16 bit, grey or colour; raise ReadError or RefusedError."""
    start = b""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            picture = _loaded(file)
            return _radiograph(path, picture)
    except AppError:
        raise
    except PermissionError as error:
        raise ReadError("You have no permission to read the file: ask its owner.") from error
    except Image.DecompressionBombError as error:
        raise RefusedError(TOO_MANY_PIXELS) from error
    except DAMAGE as error:
        raise ReadError(_DAMAGED if has_picture_mark(start) else _NO_PICTURE) from error


def _loaded(file: BinaryIO) -> Image.Image:
    file.seek(0)
    picture = Image.open(cast(BinaryIO, CountedStream(file)), formats=FORMATS)
    check_size(picture.height, picture.width)
    if _has_another(picture):
        raise RefusedError("The file holds several pictures, and only single ones are judged: export one.")
    if picture.format == "JPEG":
        file.seek(0)
        if too_many_scans(file.read()):
            raise ReadError("The picture is damaged: export it again.")
        file.seek(0)
    picture.load()
    return picture


def _has_another(picture: Image.Image) -> bool:
    try:
        picture.seek(1)  # counting the frames would follow a TIFF's chain of directories to its end
    except EOFError:
        return False
    return True


def _radiograph(path: Path, picture: Image.Image) -> Radiograph:
    grey = _deep_grey(picture)
    if grey is not None:
        check_content(grey)
        return Radiograph(path, grey, maximum=float(grey.max()), notices=(_UNSTATED,))
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("L" if upright.mode in _GREYS else "RGB")
    values = np.asarray(upright)
    pixels, colour = (values.astype(np.float32), None) if values.ndim == 2 else split_colour(values)
    check_content(pixels)
    return Radiograph(path, pixels, maximum=255.0, colour=colour, notices=(_UNSTATED,))


def _deep_grey(picture: Image.Image) -> NDArray[np.float32] | None:
    if not (picture.mode.startswith("I") or picture.mode == "F"):
        return None
    values = np.asarray(picture).astype(np.float32)
    tags = getattr(picture, "tag_v2", {})
    if picture.mode.startswith("I;16") and tags.get(_PHOTOMETRIC) == 0:
        return np.float32(65535) - values
    return values
