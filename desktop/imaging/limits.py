"""What the readers accept at most and at least, and the library failures that mean a damaged file."""

from __future__ import annotations

import stat
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.errors import BytesLengthException, InvalidDicomError

from desktop.errors import ReadError, RefusedError

MAX_FILE_BYTES = 512 * 1024**2
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 10_000
MIN_SIDE_PX = 64
MAX_DECODED_BYTES = 256 * 1024**2
MAX_READS = 600_000  # three for each DICOM element; about 4 s

DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BytesLengthException,
    EOFError,
    Image.DecompressionBombError,
    InvalidDicomError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    struct.error,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What pydicom, Pillow and the codecs raise on hostile bytes; none of it is a bug of this program."""

TOO_MANY_PIXELS = (
    f"The picture has more than {MAX_PIXELS // 10**6} million pixels or more than {MAX_SIDE_PX} a side:"
    " export it smaller."
)


class CountedStream:
    """A binary stream that stops a parser after `MAX_READS`, whatever the speed of disk and processor."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._reads = stream, 0
        self.tell, self.seek, self.close = stream.tell, stream.seek, stream.close

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; raise ReadError once it was asked too often."""
        self._reads += 1
        if self._reads > MAX_READS:
            raise ReadError("The file has far too many parts and is probably damaged: export it again.")
        return self._stream.read(size)


def check_file(path: Path) -> None:
    """Raise ReadError unless `path` is a regular, non-empty file of at most `MAX_FILE_BYTES`."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise ReadError("The file is not there: it was moved or deleted, or a link leads nowhere.") from error
    except PermissionError as error:
        raise ReadError(
            "You have no permission to read the file: ask its owner or your administrator."
        ) from error
    except (OSError, ValueError) as error:
        raise ReadError("The file cannot be reached: check the disk or the network drive.") from error
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("This is not a file with a picture but a folder or a device: choose a picture file.")
    if status.st_size == 0:
        raise ReadError("The file is empty: export or copy it again.")
    if status.st_size > MAX_FILE_BYTES:
        raise ReadError(
            f"The file has {status.st_size // 1024**2} MB, and at most {MAX_FILE_BYTES // 1024**2} MB are"
            " read: export the picture alone."
        )


def check_size(rows: int, columns: int) -> None:
    """Raise RefusedError for a picture that is too large to hold or too small to judge."""
    if min(rows, columns) < MIN_SIDE_PX:
        raise RefusedError(
            f"The picture has {columns} x {rows} pixels, and at least {MIN_SIDE_PX} x {MIN_SIDE_PX} are"
            " needed: export it in full size."
        )
    if rows * columns > MAX_PIXELS or max(rows, columns) > MAX_SIDE_PX:
        raise RefusedError(TOO_MANY_PIXELS)


def check_content(pixels: NDArray[np.float32]) -> None:
    """Raise RefusedError where pixels are not finite or all the same."""
    low, high = float(pixels.min()), float(pixels.max())
    if not np.isfinite(low) or not np.isfinite(high):
        raise RefusedError("The picture holds values that are not numbers: export it again from the device.")
    if low == high:
        raise RefusedError("All pixels of the picture are the same, so there is nothing to judge.")
