"""What a compressed picture says of its own size, read before a decoder believes it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_J2K_START = b"\xff\x4f\xff\x51"
_JPEG_START = b"\xff\xd8"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_RLE_HEADER_BYTES = 64
_MAX_SCANS = 200  # a progressive picture needs about ten; thousands hold a decoder for minutes


@dataclass(frozen=True)
class StreamSize:
    """Rows, columns and samples a pixel of a JPEG, JPEG-LS or JPEG 2000 stream."""

    rows: int
    columns: int
    samples: int


def stream_size(stream: bytes) -> StreamSize | None:
    """Return the stream's own size; None where it is none of the JPEG kinds or broken."""
    try:
        start = stream.find(_J2K_START, 0, 4096)
        if start >= 0:
            return _j2k_size(stream, start)
        return _jpeg_size(stream) if stream.startswith(_JPEG_START) else None
    except (struct.error, IndexError):
        return None


def too_many_scans(stream: bytes) -> bool:
    """Return whether a JPEG repeats its scans so often that decoding would hang."""
    return stream.startswith(_JPEG_START) and stream.count(b"\xff\xda") > _MAX_SCANS


def unpacked_bytes(stream: bytes) -> int:
    """Return how many bytes the RLE segments of a frame unpack to, all together."""
    at, total = _RLE_HEADER_BYTES, 0
    end = len(stream)
    while at < end:
        run = stream[at]
        if run < 128:
            total += run + 1
            at += run + 2
        elif run > 128:
            total += 257 - run
            at += 2
        else:
            at += 1
    return total


def _j2k_size(stream: bytes, start: int) -> StreamSize:
    right, bottom, left, top = struct.unpack_from(">4I", stream, start + 8)
    (samples,) = struct.unpack_from(">H", stream, start + 40)
    return StreamSize(bottom - top, right - left, samples)


def _jpeg_size(stream: bytes) -> StreamSize | None:
    at = 2
    while stream[at] == 0xFF:
        marker = stream[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _FRAME_MARKERS:
            rows, columns, samples = struct.unpack_from(">HHB", stream, at + 5)
            return StreamSize(rows, columns, samples)
        at += 2 + struct.unpack_from(">H", stream, at + 2)[0]
    return None
