"""The stored pixels of a DICOM object, each compression by one named decoder and never beyond the limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.datadict import dictionary_description
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut

from desktop.errors import AppError, ReadError, RefusedError
from desktop.imaging import attributes
from desktop.imaging.codestream import StreamSize, stream_size, too_many_scans, unpacked_bytes
from desktop.imaging.limits import DAMAGE, MAX_DECODED_BYTES, check_size

DECODERS: dict[str, str] = {
    uid.ImplicitVRLittleEndian: "",
    uid.ExplicitVRLittleEndian: "",
    uid.ExplicitVRBigEndian: "",
    uid.RLELossless: "pydicom",
    uid.JPEGBaseline8Bit: "pillow",
    uid.JPEGExtended12Bit: "pillow",
    uid.JPEGLossless: "gdcm",
    uid.JPEGLosslessSV1: "gdcm",
    uid.JPEGLSLossless: "pyjpegls",
    uid.JPEGLSNearLossless: "pyjpegls",
    uid.JPEG2000Lossless: "pylibjpeg",
    uid.JPEG2000: "pylibjpeg",
    uid.HTJ2KLossless: "pylibjpeg",
    uid.HTJ2KLosslessRPCL: "pylibjpeg",
    uid.HTJ2K: "pylibjpeg",
}
"""The one decoder of each transfer syntax, by pydicom's name for it; "" where nothing is compressed."""

_COLOURS = frozenset({"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "PALETTE COLOR"})
_MAX_STREAM_BYTES = {"pylibjpeg": 24 * 1024**2, "pydicom": 64 * 1024**2}  # about 4 s of one core
_SMALL_RLE_BYTES = 4 * 1024**2  # cannot unpack to more than 64 times as much
_FLOATS = ("FloatPixelData", "DoubleFloatPixelData")
_NEEDED = ("PhotometricInterpretation", "SamplesPerPixel", "BitsAllocated")
_NEEDED_OF_INTEGERS = ("BitsStored", "PixelRepresentation")
_DAMAGED = "The pixel data are cut short or damaged: export the picture again from the device."


@dataclass(frozen=True, eq=False)
class StoredPixels:
    """Decoded values before any look-up.

    values: [row, column] as stored, or uint8 [row, column, RGB] where `coloured`.
    bits: Bits Stored, None for floats.
    """

    values: NDArray[Any]
    coloured: bool
    bits: int | None

    @property
    def ends(self) -> tuple[float, float]:
        """Return the lowest and highest value that could be stored; of floats, those that are."""
        if self.bits is None:
            return float(self.values.min()), float(self.values.max())
        if self.values.dtype.kind == "i":
            return -float(2 ** (self.bits - 1)), float(2 ** (self.bits - 1) - 1)
        return 0.0, float(2**self.bits - 1)


def stored_pixels(dataset: Dataset) -> StoredPixels:
    """Decode the one frame of `dataset`; raise ReadError if damaged, RefusedError if beyond the limits."""
    try:
        syntax = uid.UID(str(dataset.file_meta.TransferSyntaxUID))
        _check_syntax(dataset, syntax)
        _check_header(dataset)
        if syntax.is_encapsulated:
            _check_stream(dataset, syntax)
        return _decoded(dataset, syntax)
    except AppError:
        raise
    except DAMAGE as error:
        raise ReadError(_DAMAGED) from error


def _check_syntax(dataset: Dataset, syntax: uid.UID) -> None:
    deep_jpeg = syntax == uid.JPEGExtended12Bit and attributes.whole(dataset, "BitsStored") != 8
    if syntax not in DECODERS or deep_jpeg:
        raise ReadError(
            f"The picture is compressed as {syntax.name[:64]}, which cannot be read: export it uncompressed."
        )


def _check_header(dataset: Dataset) -> None:
    rows, columns = attributes.whole(dataset, "Rows"), attributes.whole(dataset, "Columns")
    if not rows or not columns:
        raise ReadError("The file does not say how large its picture is: export it again from the device.")
    check_size(rows, columns)
    for keyword in (*_NEEDED, *(_NEEDED_OF_INTEGERS if "PixelData" in dataset else ())):
        if not attributes.text(dataset, keyword):
            raise ReadError(
                f"The file lacks the tag {dictionary_description(keyword)}, without which its picture "
                "cannot be read: export it again from the device."
            )
    samples = attributes.whole(dataset, "SamplesPerPixel") or 1
    bits = attributes.whole(dataset, "BitsAllocated") or 64
    if samples not in (1, 3) or rows * columns * samples * bits > MAX_DECODED_BYTES * 8:
        raise RefusedError("The picture takes more memory than is allowed: export it with 16 bits or fewer.")


def _check_stream(dataset: Dataset, syntax: uid.UID) -> None:
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    samples = attributes.whole(dataset, "SamplesPerPixel") or 1
    decoded_bytes = rows * columns * samples * ((attributes.whole(dataset, "BitsAllocated") or 8) // 8)
    if len(dataset.PixelData) > 2 * decoded_bytes + 1024**2:
        raise ReadError(_DAMAGED)
    frame = next(generate_frames(dataset.PixelData, number_of_frames=1), b"")
    if len(frame) > _MAX_STREAM_BYTES.get(DECODERS[syntax], MAX_DECODED_BYTES):
        raise RefusedError("The picture would take too long to unpack: export it uncompressed.")
    if syntax == uid.RLELossless:
        if len(frame) > _SMALL_RLE_BYTES and unpacked_bytes(frame) > 2 * decoded_bytes:
            raise ReadError(_DAMAGED)
    elif stream_size(frame) != StreamSize(rows, columns, samples) or too_many_scans(frame):
        raise ReadError(_DAMAGED)


def _decoded(dataset: Dataset, syntax: uid.UID) -> StoredPixels:
    options: dict[str, Any] = {"decoding_plugin": DECODERS[syntax], "index": 0}
    values, properties = get_decoder(syntax).as_array(dataset, **options)
    photometric = str(properties["photometric_interpretation"])
    if photometric == "PALETTE COLOR":
        values = apply_color_lut(values, dataset)
    if photometric in _COLOURS:
        return StoredPixels(_eight_bit(values, dataset), coloured=True, bits=8)
    if values.ndim != 2:
        raise ReadError(_DAMAGED)
    floats = any(keyword in dataset for keyword in _FLOATS)
    return StoredPixels(values, coloured=False, bits=None if floats else int(properties["bits_stored"]))


def _eight_bit(values: NDArray[Any], dataset: Dataset) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return values
    bits = values.dtype.itemsize * 8
    if attributes.text(dataset, "PhotometricInterpretation") != "PALETTE COLOR":
        bits = attributes.whole(dataset, "BitsStored") or bits
    return (values >> (bits - 8)).astype(np.uint8)
