from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.data import pictures
from training.data.manifest import DataError, Row
from training.data.pictures import tensors

pytestmark = pytest.mark.training


def write_dicom(path: Path, pixels: np.ndarray) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = Dataset()
    data.file_meta = meta
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    data.Modality, data.PhotometricInterpretation = "OT", "MONOCHROME1"
    data.Rows, data.Columns = pixels.shape
    data.SamplesPerPixel, data.BitsAllocated, data.BitsStored, data.HighBit = 1, 16, 12, 11
    data.PixelRepresentation = 0
    data.PixelData = pixels.astype("<u2").tobytes()
    data.save_as(path, enforce_file_format=True)


def write_pictures(folder: Path, count: int = 3) -> None:
    random = np.random.default_rng(1)
    Image.fromarray(random.integers(0, 256, (800, 800, 3), dtype=np.uint8)).save(folder / "0.png")
    write_dicom(folder / "1.dcm", random.integers(0, 4096, (300, 200)))
    for k in range(2, count):
        Image.fromarray(random.integers(0, 256, (90, 70), dtype=np.uint8)).save(folder / f"{k}.png")


def rows_of(make_rows: Callable[..., list[Row]], count: int) -> list[Row]:
    return make_rows(*((f"{k}.dcm" if k == 1 else f"{k}.png", str(k), "") for k in range(count)))


def test_training_sees_what_the_desktop_sees_bit_for_bit(
    tmp_path: Path, make_rows: Callable[..., list[Row]]
) -> None:
    write_pictures(tmp_path)
    rows = rows_of(make_rows, 3)
    found = tensors(rows, tmp_path, 256)
    assert found.dtype == np.uint8
    assert found.shape == (3, 256, 256, 3)
    for row, tensor in zip(rows, found, strict=True):
        assert np.array_equal(tensor, square_tensor(read_radiograph(tmp_path / row.file), 256))


def test_workers_change_nothing(tmp_path: Path, make_rows: Callable[..., list[Row]], monkeypatch) -> None:
    write_pictures(tmp_path, 5)
    rows = rows_of(make_rows, 5)
    monkeypatch.setattr(pictures, "CHUNK", 2)
    alone = tensors(rows, tmp_path, 32, cache=tmp_path / "alone", workers=1)
    together = tensors(rows, tmp_path, 32, cache=tmp_path / "together", workers=2)
    assert np.array_equal(alone, together)


def test_a_killed_reading_goes_on_where_it_stood(
    tmp_path: Path, make_rows: Callable[..., list[Row]], monkeypatch
) -> None:
    write_pictures(tmp_path, 6)
    rows = rows_of(make_rows, 6)
    monkeypatch.setattr(pictures, "CHUNK", 2)
    read: list[str] = []

    def reads(path: Path):
        if path.name == "4.png" and len(read) < 5:
            raise KeyboardInterrupt
        read.append(path.name)
        return read_radiograph(path)

    monkeypatch.setattr(pictures, "read_radiograph", reads)
    with pytest.raises(KeyboardInterrupt):
        tensors(rows, tmp_path, 32, workers=1)
    assert read == ["0.png", "1.dcm", "2.png", "3.png"]
    read.append("again")
    found = tensors(rows, tmp_path, 32, workers=1)
    assert read[5:] == ["4.png", "5.png"]
    assert found.any(axis=(1, 2, 3)).all()
    tensors(rows, tmp_path, 32, workers=1)
    assert len(read) == 7


def test_a_changed_picture_is_read_anew(tmp_path: Path, make_rows: Callable[..., list[Row]]) -> None:
    write_pictures(tmp_path)
    rows = rows_of(make_rows, 3)
    before = tensors(rows, tmp_path, 32)[2].copy()
    Image.fromarray(np.eye(90, 70, dtype=np.uint8) * 200).save(tmp_path / "2.png")
    os.utime(tmp_path / "2.png", ns=(1, 1))
    assert not np.array_equal(tensors(rows, tmp_path, 32)[2], before)


def test_what_another_preprocessing_left_is_dropped(
    tmp_path: Path, make_rows: Callable[..., list[Row]], monkeypatch
) -> None:
    write_pictures(tmp_path)
    rows = rows_of(make_rows, 3)
    tensors(rows, tmp_path, 32)
    tensors(rows, tmp_path, 16)
    assert len(list((tmp_path / ".cache").iterdir())) == 4
    monkeypatch.setattr(pictures, "preprocessing_version", lambda: "another")
    tensors(rows, tmp_path, 32)
    assert all(path.name.startswith("another_32") for path in (tmp_path / ".cache").iterdir())


def test_an_unusable_picture_is_named_by_its_line(
    tmp_path: Path, make_rows: Callable[..., list[Row]]
) -> None:
    write_pictures(tmp_path)
    rows = rows_of(make_rows, 3)
    (tmp_path / "2.png").write_text("no picture", encoding="utf-8")
    with pytest.raises(DataError, match="Line 4 of the manifest"):
        tensors(rows, tmp_path, 32)
    (tmp_path / "2.png").unlink()
    with pytest.raises(DataError, match="Line 4 of the manifest names 2.png, which is not in"):
        tensors(rows, tmp_path, 32)
