from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from desktop.imaging.codestream import StreamSize, stream_size, too_many_scans, unpacked_bytes


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "L", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG2000", "L", {"no_jp2": True}),
        ("JPEG2000", "RGB", {}),
    ],
)
def test_a_stream_tells_its_size(kind, mode, options):
    stream = BytesIO()
    Image.new(mode, (70, 90)).save(stream, kind, **options)
    assert stream_size(stream.getvalue()) == StreamSize(90, 70, len(mode))
    assert not too_many_scans(stream.getvalue())


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\xff\xd8\xff\xc0"])
)
def test_any_bytes_have_a_size_or_none(content, start):
    found = stream_size(start + content)
    assert found is None or isinstance(found, StreamSize)


def test_runs_and_literals_unpack_to_what_they_say():
    header = bytes(64)
    assert unpacked_bytes(header + b"\x02abc" + b"\xff\x07" + b"\x80" + b"\x81\x00") == 3 + 2 + 128
