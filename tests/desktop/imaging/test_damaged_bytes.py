"""Files of every kind with bytes changed and cut off: read, or one sentence, and nothing else."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from desktop.errors import AppError
from desktop.imaging.readers import read_radiograph

COMPRESSIONS = {
    "native": None,
    "rle": (RLELossless, "pydicom"),
    "jpeg-ls": (JPEGLSLossless, "pyjpegls"),
    "jpeg-2000": (JPEG2000Lossless, "pylibjpeg"),
}


def _saved(picture: Image.Image, kind: str) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


@pytest.fixture(scope="module")
def seeds(make_dataset) -> list[bytes]:
    """Return small files of many kinds, to be damaged."""
    noise = np.asarray(Image.effect_noise((80, 64), 60))
    found = [_saved(Image.fromarray(noise), kind) for kind in ("PNG", "JPEG", "TIFF", "BMP")]
    for compression in COMPRESSIONS.values():
        dataset, stream = make_dataset(noise), BytesIO()
        if compression:
            dataset.compress(compression[0], encoding_plugin=compression[1])
        dataset.save_as(stream, enforce_file_format=True)
        found.append(stream.getvalue())
    return found


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_bytes_are_read_or_end_in_a_sentence(seeds, tmp_path, data):
    content = bytearray(data.draw(st.sampled_from(seeds)))
    changes = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for place, value in data.draw(st.lists(changes, max_size=30)):
        content[place] = value
    path = tmp_path / "file"
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    sentence = ""
    try:
        assert np.isfinite(read_radiograph(path).pixels).all()
    except AppError as error:
        sentence = str(error)
    assert sentence == "" or re.fullmatch(r"[A-Z][^\n]*\.", sentence)
