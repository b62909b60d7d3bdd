from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest
from PIL import Image

from desktop.imaging.readers import PICTURE_SUFFIXES, read_radiograph


@pytest.fixture
def grey() -> np.ndarray:
    return (np.arange(64 * 80, dtype=np.uint32) % 251).astype(np.uint8).reshape(64, 80)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ""])
def test_grey_pictures_come_out_exactly(tmp_path, grey, suffix):
    path = tmp_path / f"grey{suffix}"
    Image.fromarray(grey).save(path, "PNG" if not suffix else None)
    radiograph = read_radiograph(path)
    np.testing.assert_array_equal(radiograph.pixels, grey)
    assert radiograph.maximum == 255
    assert radiograph.colour is None
    assert radiograph.spacing is None
    assert radiograph.stated_view is None


def test_a_file_is_known_by_its_bytes(tmp_path, grey, ramp, write_dicom):
    path = tmp_path / "grey.png"
    Image.fromarray(grey).save(path)
    for file in (path, write_dicom(ramp)):
        assert read_radiograph(file).file_sha256 == sha256(file.read_bytes()).hexdigest()


def test_the_name_does_not_decide_the_format(tmp_path, grey):
    Image.fromarray(grey).save(tmp_path / "really.png")
    (tmp_path / "really.png").rename(tmp_path / "wrong.jpg")
    np.testing.assert_array_equal(read_radiograph(tmp_path / "wrong.jpg").pixels, grey)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_are_kept(tmp_path, ramp, suffix):
    Image.fromarray(ramp).save(tmp_path / f"deep{suffix}")
    radiograph = read_radiograph(tmp_path / f"deep{suffix}")
    np.testing.assert_array_equal(radiograph.pixels, ramp)
    assert radiograph.maximum == ramp.max()


def test_a_deep_tiff_whose_zero_is_white_is_turned_round(tmp_path, ramp):
    Image.fromarray(ramp).save(tmp_path / "white.tif", tiffinfo={262: 0})
    np.testing.assert_array_equal(read_radiograph(tmp_path / "white.tif").pixels, 65535.0 - ramp)


def test_colour_is_kept(tmp_path):
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[..., 1] = np.arange(64)
    Image.fromarray(rgb).save(tmp_path / "colour.png")
    radiograph = read_radiograph(tmp_path / "colour.png")
    np.testing.assert_array_equal(radiograph.colour, rgb)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_gives_the_same_brightness(tmp_path, mode):
    steps = np.tile(np.where(np.arange(80) % 8 < 4, 0, 255).astype(np.uint8), (64, 1))
    Image.fromarray(steps).convert(mode).save(tmp_path / "mode.png")
    radiograph = read_radiograph(tmp_path / "mode.png")
    np.testing.assert_array_equal(radiograph.pixels, steps)
    assert radiograph.colour is None


def test_the_orientation_of_a_camera_is_followed(tmp_path, grey):
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(grey).save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(read_radiograph(tmp_path / "turned.png").pixels, np.rot90(grey, -1))


def test_an_unstated_polarity_is_told(tmp_path, grey):
    Image.fromarray(grey).save(tmp_path / "grey.png")
    assert "bright" in read_radiograph(tmp_path / "grey.png").notices[0]


def test_the_suffixes_of_folders_are_lower_case_with_their_dot():
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in PICTURE_SUFFIXES)
