"""Hostile and broken files: each ends in one sentence, soon, and before anything large is held."""

from __future__ import annotations

import os
import re
import struct
import time
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    EncapsulatedPDFStorage,
    JPEG2000Lossless,
    RLELossless,
)

from desktop.errors import AppError, ReadError, RefusedError
from desktop.imaging import limits
from desktop.imaging.readers import read_radiograph

SENTENCE = re.compile(r"[A-Z][^\n]*\.")


def ending(path: Path) -> AppError:
    """Read what must not be read and return the error, which is one sentence."""
    began = time.monotonic()
    with pytest.raises(AppError) as caught:
        read_radiograph(path)
    assert time.monotonic() - began < 10
    assert SENTENCE.fullmatch(str(caught.value)), str(caught.value)
    return caught.value


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def png_of(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("suffix", [".dcm", ".png", ""])
@pytest.mark.parametrize(
    "content",
    [b"\0", b"DICM", b"Dear colleague, " * 40, b"\0" * 4000, b"\0" * 128 + b"DICM", b"<html></html>" * 30],
)
def test_what_is_no_picture_fails(tmp_path, suffix, content):
    assert isinstance(ending(saved(tmp_path / f"file{suffix}", content)), ReadError)


def test_an_empty_file_fails(tmp_path):
    assert "empty" in str(ending(saved(tmp_path / "empty.dcm", b"")))


def test_a_path_that_leads_nowhere_fails(tmp_path):
    (tmp_path / "link.dcm").symlink_to(tmp_path / "gone.dcm")
    assert "not there" in str(ending(tmp_path / "link.dcm"))
    assert "not there" in str(ending(tmp_path / "gone.dcm"))


def test_a_loop_of_links_and_impossible_names_fail(tmp_path):
    (tmp_path / "loop.dcm").symlink_to(tmp_path / "loop.dcm")
    ending(tmp_path / "loop.dcm")
    ending(tmp_path / ("x" * 5000))
    ending(Path("nul\0byte.dcm"))


def test_folders_and_pipes_fail_at_once(tmp_path):
    assert "folder or a device" in str(ending(tmp_path))
    os.mkfifo(tmp_path / "pipe.dcm")
    assert "folder or a device" in str(ending(tmp_path / "pipe.dcm"))


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_fails(tmp_path, ramp, write_dicom):
    path = write_dicom(ramp)
    path.chmod(0)
    assert "permission" in str(ending(path))


@pytest.mark.parametrize("suffix", [".dcm", ".png"])
def test_a_refused_open_is_a_sentence(tmp_path, monkeypatch, suffix):
    def no_permission(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    path = saved(tmp_path / f"file{suffix}", b"content")
    monkeypatch.setattr(Path, "open", no_permission)
    assert isinstance(ending(path), ReadError)


def test_a_huge_file_is_not_opened(tmp_path):
    path = tmp_path / "huge.dcm"
    with path.open("wb") as file:
        file.truncate(limits.MAX_FILE_BYTES + 1)
    assert "512 MB" in str(ending(path))


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_truncated_dicom_fails(tmp_path, ramp, write_dicom, kept):
    whole = write_dicom(ramp).read_bytes()
    assert isinstance(ending(saved(tmp_path / "cut.dcm", whole[: int(len(whole) * kept)])), ReadError)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_truncated_pictures_fail(tmp_path, kind):
    whole = png_of(Image.effect_noise((200, 100), 60), kind)
    for suffix in ("", ".dcm"):
        error = ending(saved(tmp_path / f"cut{suffix}", whole[: len(whole) // 2]))
        assert str(error) == "The picture is cut short or damaged: export it again."


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_the_content_decides_and_not_the_name(tmp_path, ramp, write_dicom, kind):
    picture = saved(tmp_path / "named.dcm", png_of(Image.effect_noise((200, 100), 60), kind))
    assert read_radiograph(picture).pixels.shape == (100, 200)
    assert read_radiograph(write_dicom(ramp, name=f"named.{kind.lower()}")).pixels.shape == ramp.shape


@pytest.mark.parametrize("size", [(1, 1), (63, 500), (500, 63)])
def test_too_small_is_refused_with_the_least_size(tmp_path, size):
    error = ending(saved(tmp_path / "small.png", png_of(Image.new("L", size))))
    assert isinstance(error, RefusedError)
    assert "64 x 64" in str(error)


def test_a_dicom_of_one_pixel_is_refused(write_dicom):
    assert "64 x 64" in str(ending(write_dicom(np.zeros((1, 1), np.uint16))))


@pytest.mark.parametrize("size", [(30_000, 30_000), (65, 100_000), (8000, 8000)])
def test_pictures_too_large_are_refused_from_the_header(tmp_path, size):
    header = struct.pack(">2I5B", *size, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    content += struct.pack(">I", 4) + b"IDAT\0\0\0\0" + struct.pack(">I", zlib.crc32(b"IDAT\0\0\0\0"))
    assert isinstance(ending(saved(tmp_path / "bomb.png", content)), RefusedError)


def test_a_dicom_that_claims_30000_squared_is_refused_before_decoding(ramp, write_dicom):
    error = ending(write_dicom(ramp, Rows=30_000, Columns=30_000))
    assert "50 million" in str(error)


def test_a_dicom_of_too_many_bits_is_refused(ramp, write_dicom):
    ending(write_dicom(ramp, Rows=7000, Columns=7000, BitsAllocated=64, BitsStored=64))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_floats_that_are_no_numbers_are_refused(tmp_path, value):
    pixels = np.linspace(0, 1, 6400, dtype=np.float32).reshape(80, 80)
    pixels[3, 3] = value
    Image.fromarray(pixels).save(tmp_path / "float.tif")
    assert "not numbers" in str(ending(tmp_path / "float.tif"))


def float_dicom(ramp, write_dicom, value: float) -> Path:
    pixels = ramp.astype(np.float32)
    pixels[0, 0] = value
    return write_dicom(ramp, FloatPixelData=pixels.tobytes(), BitsAllocated=32, PixelData=None)


def test_float_pixel_data_are_read_or_refused(ramp, write_dicom, monkeypatch):
    from pydicom.dataset import Dataset

    save = Dataset.save_as

    def without_integers(dataset, *arguments, **options):
        for keyword in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
            delattr(dataset, keyword)
        return save(dataset, *arguments, **options)

    monkeypatch.setattr(Dataset, "save_as", without_integers)
    read = read_radiograph(float_dicom(ramp, write_dicom, 0.5))
    assert read.pixels[0, 0] == 0.5
    assert "not numbers" in str(ending(float_dicom(ramp, write_dicom, np.nan)))


def test_several_pages_are_refused(tmp_path):
    pages = [Image.effect_noise((80, 80), 60) for _ in range(3)]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
    assert "several pictures" in str(ending(tmp_path / "pages.tif"))


def test_objects_without_a_picture_are_refused(ramp, write_dicom):
    from pydicom import dcmread

    path = write_dicom(ramp, SOPClassUID=EncapsulatedPDFStorage, Modality="OT")
    dataset = dcmread(path)
    for keyword in ("PixelData", "Rows", "Columns"):
        delattr(dataset, keyword)
    dataset.save_as(path)
    assert "no picture" in str(ending(path))


@pytest.mark.parametrize("modality", ["CT", "MR", "US", "SR", "SEG", "RTPLAN", "PT", "XX"])
def test_other_modalities_are_refused(ramp, write_dicom, modality):
    assert isinstance(ending(write_dicom(ramp, Modality=modality)), RefusedError)


def test_a_deflated_bomb_is_refused(tmp_path, ramp, write_dicom):
    head = write_dicom(ramp).read_bytes()
    from pydicom import dcmread

    dataset = dcmread(BytesIO(head))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(tmp_path / "small.dcm")
    np.testing.assert_array_equal(read_radiograph(tmp_path / "small.dcm").pixels, ramp)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = bytes(16 * 1024**2)
    bomb = b"".join(packer.compress(zeros) for _ in range(20)) + packer.flush()
    start = (tmp_path / "small.dcm").read_bytes()
    meta_end = 144 + struct.unpack_from("<I", start, 140)[0]
    assert "unpacks" in str(ending(saved(tmp_path / "bomb.dcm", start[:meta_end] + bomb)))


def test_a_file_of_endless_small_elements_is_not_read_to_its_end(tmp_path, ramp, write_dicom, monkeypatch):
    monkeypatch.setattr(limits, "MAX_READS", 20_000)
    start = write_dicom(ramp).read_bytes()[:400]
    meta_end = 144 + struct.unpack_from("<I", start, 140)[0]
    element = b"\x09\x00\x01\x10LO\x00\x00"
    assert "too many parts" in str(ending(saved(tmp_path / "many.dcm", start[:meta_end] + element * 40_000)))


def test_deeply_nested_sequences_are_a_sentence(tmp_path, ramp, write_dicom):
    start = write_dicom(ramp).read_bytes()[:400]
    meta_end = 144 + struct.unpack_from("<I", start, 140)[0]
    step = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    ending(saved(tmp_path / "deep.dcm", start[:meta_end] + step * 5000))


def test_a_stream_of_another_size_than_its_header_is_not_decoded(tmp_path, ramp, write_dicom):
    from pydicom import dcmread

    dataset = dcmread(write_dicom(ramp))
    dataset.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg")
    dataset.Rows, dataset.Columns = 80, 64
    dataset.save_as(tmp_path / "other.dcm")
    assert "damaged" in str(ending(tmp_path / "other.dcm"))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.100", "1.2.3.4"])
def test_a_compression_that_no_decoder_takes_is_named(tmp_path, ramp, make_dataset, syntax):
    dataset = make_dataset(ramp, BitsStored=12)
    dataset.save_as(tmp_path / "odd.dcm", enforce_file_format=True)
    content = (tmp_path / "odd.dcm").read_bytes()
    plain = b"1.2.840.10008.1.2.1\0"
    padded = syntax.encode() + b"\0" * (len(syntax) % 2)
    grown = len(padded) - len(plain)
    at = content.index(plain)
    content = content[: at - 2] + struct.pack("<H", len(padded)) + padded + content[at + len(plain) :]
    length = struct.unpack_from("<I", content, 140)[0] + grown
    content = content[:140] + struct.pack("<I", length) + content[144:]
    assert "cannot be read" in str(ending(saved(tmp_path / "odd.dcm", content)))


def test_an_rle_bomb_is_not_unpacked(tmp_path, make_dataset):
    from pydicom.encaps import encapsulate

    header = struct.pack("<16L", 1, 64, *[0] * 14)
    dataset = make_dataset(np.zeros((2000, 2500), np.uint8))
    dataset.file_meta.TransferSyntaxUID = RLELossless
    dataset.PixelData = encapsulate([header + b"\x81\x07" * 2_500_000])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(tmp_path / "bomb.dcm")
    assert "damaged" in str(ending(tmp_path / "bomb.dcm"))


def test_a_jpeg_of_endless_scans_is_not_decoded(tmp_path):
    whole = png_of(Image.effect_noise((200, 100), 60), "JPEG", progressive=True)
    scan = whole[whole.index(b"\xff\xda") : whole.index(b"\xff\xda") + 14]
    content = whole[:-2] + scan * 1000 + whole[-2:]
    assert isinstance(ending(saved(tmp_path / "scans.jpg", content)), ReadError)


def test_no_sentence_quotes_the_patient(ramp, write_dicom):
    for tags in ({"Modality": "CT"}, {"Rows": 3}, {"NumberOfFrames": 7}):
        assert "Doe" not in str(ending(write_dicom(ramp, PatientName="Doe^Jane", PatientID="Doe7", **tags)))
