import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from desktop.errors import ReadError, RefusedError
from desktop.imaging.radiograph import VoiTable, Window, WindowFunction
from desktop.imaging.readers import read_radiograph


def test_unsigned_values_come_out_as_they_are(ramp, write_dicom):
    radiograph = read_radiograph(write_dicom(ramp, BitsStored=13))
    assert radiograph.pixels.dtype == np.float32
    np.testing.assert_array_equal(radiograph.pixels, ramp)
    assert radiograph.maximum == 5119
    assert radiograph.window is None
    assert radiograph.colour is None


def test_signed_values_keep_their_sign(ramp, write_dicom):
    signed = ramp.astype(np.int16) - 2000
    np.testing.assert_array_equal(read_radiograph(write_dicom(signed)).pixels, signed)


def test_bits_above_bits_stored_are_ignored(ramp, write_dicom):
    overlaid = ramp | np.uint16(0x8000)
    np.testing.assert_array_equal(read_radiograph(write_dicom(overlaid, BitsStored=13)).pixels, ramp)


def test_eight_bits_show_white_at_255(write_dicom):
    grey = np.tile(np.arange(100, dtype=np.uint8), (64, 1))
    assert read_radiograph(write_dicom(grey)).maximum == 255


@pytest.mark.parametrize(
    "tags",
    [
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"PresentationLUTShape": "INVERSE"},
        {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"},
    ],
)
def test_inverse_pictures_are_turned_round_once(ramp, write_dicom, tags):
    radiograph = read_radiograph(write_dicom(ramp, BitsStored=13, **tags))
    np.testing.assert_array_equal(radiograph.pixels, 8191 - ramp.astype(np.float32))


def test_signed_inverse_mirrors_within_the_stored_range(ramp, write_dicom):
    signed = ramp.astype(np.int16) - 2000
    radiograph = read_radiograph(write_dicom(signed, PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_array_equal(radiograph.pixels, -1 - signed.astype(np.float32))


def test_rescale_gives_modality_values(ramp, write_dicom):
    radiograph = read_radiograph(write_dicom(ramp, RescaleSlope=0.5, RescaleIntercept=-100))
    np.testing.assert_array_equal(radiograph.pixels, ramp * np.float32(0.5) - 100)


@pytest.mark.parametrize("function", list(WindowFunction))
def test_windows_are_read_with_their_function(ramp, write_dicom, function):
    path = write_dicom(ramp, WindowCenter=[2000, 1], WindowWidth=[1000, 1], VOILUTFunction=function.value)
    assert read_radiograph(path).window == Window(2000, 1000, function)


def test_a_window_that_hides_everything_is_dropped_and_told(ramp, write_dicom):
    radiograph = read_radiograph(write_dicom(ramp, WindowCenter=30000, WindowWidth=100))
    assert radiograph.window is None
    assert any("window" in notice for notice in radiograph.notices)


def table_item(first, values, bits):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(values), first, bits])
    item.add_new("LUTData", "OW", np.asarray(values, dtype="<u2").tobytes())
    return item


def test_modality_table_maps_stored_values(ramp, write_dicom):
    item = table_item(10, [100, 200, 300], 16)
    item.ModalityLUTType = "US"
    radiograph = read_radiograph(write_dicom(ramp, ModalityLUTSequence=[item]))
    assert radiograph.pixels[0, :15].tolist() == [100] * 11 + [200] + [300] * 3


def test_voi_table_is_brightness_by_modality_value(ramp, write_dicom):
    radiograph = read_radiograph(write_dicom(ramp, VOILUTSequence=[table_item(5, [0, 51, 255], 8)]))
    assert isinstance(radiograph.voi_table, VoiTable)
    assert radiograph.voi_table.first_value == 5
    np.testing.assert_allclose(radiograph.voi_table.levels, [0, 0.2, 1])


def test_colour_is_kept_and_its_brightness_told(write_dicom):
    rgb = np.zeros((64, 64, 3), dtype=np.uint8)
    rgb[:32, :, 0] = 255
    radiograph = read_radiograph(write_dicom(rgb))
    np.testing.assert_array_equal(radiograph.colour, rgb)
    assert radiograph.pixels[0, 0] == 76
    assert radiograph.maximum == 255


def test_grey_stored_as_colour_is_grey(write_dicom):
    grey = np.tile(np.arange(80, dtype=np.uint8), (64, 1))
    radiograph = read_radiograph(write_dicom(np.dstack([grey] * 3)))
    assert radiograph.colour is None
    np.testing.assert_array_equal(radiograph.pixels, grey)


def test_several_frames_are_refused(ramp, write_dicom):
    with pytest.raises(RefusedError, match="2 frames"):
        read_radiograph(write_dicom(ramp, NumberOfFrames=2))


def test_other_modalities_are_refused_by_name(ramp, write_dicom):
    with pytest.raises(RefusedError, match="CT"):
        read_radiograph(write_dicom(ramp, Modality="CT"))


def test_constant_pictures_are_refused(write_dicom):
    with pytest.raises(RefusedError, match="same"):
        read_radiograph(write_dicom(np.full((64, 64), 7, dtype=np.uint16)))


@pytest.mark.parametrize(
    ("keyword", "named"),
    [
        ("PhotometricInterpretation", "Photometric Interpretation"),
        ("SamplesPerPixel", "Samples per Pixel"),
        ("BitsAllocated", "Bits Allocated"),
        ("BitsStored", "Bits Stored"),
        ("PixelRepresentation", "Pixel Representation"),
    ],
)
@pytest.mark.filterwarnings("ignore")  # pydicom warns of what is missing as it writes
def test_a_missing_tag_that_the_pixels_need_is_named(ramp, write_dicom, keyword, named):
    path = write_dicom(ramp)
    dataset = dcmread(path)
    delattr(dataset, keyword)
    dataset.save_as(path)
    with pytest.raises(ReadError, match=f"lacks the tag {named}, .*export it again"):
        read_radiograph(path)
