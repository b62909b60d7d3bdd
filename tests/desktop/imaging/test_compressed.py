"""Each compressed transfer syntax gives the pixels that went in."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from desktop.imaging.readers import read_radiograph

LOSSLESS = {RLELossless: "pydicom", JPEGLSLossless: "pyjpegls", JPEG2000Lossless: "pylibjpeg"}


@pytest.mark.parametrize("syntax", LOSSLESS)
@pytest.mark.parametrize("signed", [False, True])
def test_lossless_compression_gives_exact_values(ramp, write_dicom, syntax, signed):
    pixels = ramp.astype(np.int16) - 2500 if signed else ramp
    if signed and syntax == JPEGLSLossless:
        pytest.skip("the encoder takes no signed values")
    path = write_dicom(pixels)
    dataset = dcmread(path)
    dataset.compress(syntax, encoding_plugin=LOSSLESS[syntax])
    dataset.save_as(path)
    np.testing.assert_array_equal(read_radiograph(path).pixels, pixels)


def smooth_grey() -> np.ndarray:
    return np.tile(np.linspace(20, 220, 96), (80, 1)).astype(np.uint8)


def test_lossy_jpeg_2000_stays_close(write_dicom):
    grey = smooth_grey()
    path = write_dicom(grey)
    dataset = dcmread(path)
    dataset.compress(JPEG2000, encoding_plugin="pylibjpeg", j2k_cr=[10])
    dataset.save_as(path)
    assert np.abs(read_radiograph(path).pixels - grey).max() <= 3


def test_jpeg_baseline_stays_close_and_shows_white_at_255(write_dicom):
    grey = smooth_grey()
    stream = BytesIO()
    Image.fromarray(grey).save(stream, "JPEG", quality=95)
    path = write_dicom(grey)
    dataset = dcmread(path)
    dataset.PixelData = encapsulate([stream.getvalue()])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.save_as(path)
    radiograph = read_radiograph(path)
    assert np.abs(radiograph.pixels - grey).max() <= 3
    assert radiograph.maximum == 255
