"""Small DICOM files made on the spot."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian, generate_uid

WriteDicom = Callable[..., Path]


@pytest.fixture
def ramp() -> np.ndarray:
    """Return uint16 [64, 80] with every value from 0 to 5119 once."""
    return np.arange(64 * 80, dtype=np.uint16).reshape(64, 80)


def dataset_of(pixels: np.ndarray, **tags: object) -> Dataset:
    """Return a computed radiograph that holds `pixels` as they are; `tags` go by DICOM keyword."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = ComputedRadiographyImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["trabecula test"])
    dataset.SOPClassUID = ComputedRadiographyImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    dataset.Modality = "CR"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    dataset.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    if pixels.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = pixels.dtype.itemsize * 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    dataset["PixelData"].VR = "OW" if dataset.BitsAllocated > 8 else "OB"
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    if "BitsStored" in tags:
        dataset.HighBit = dataset.BitsStored - 1
    return dataset


@pytest.fixture(scope="session")
def make_dataset() -> Callable[..., Dataset]:
    """Return the function that makes a computed radiograph of an array and tags."""
    return dataset_of


@pytest.fixture
def write_dicom(tmp_path: Path) -> WriteDicom:
    """Return a function that writes an array and tags as a DICOM file and returns its path."""

    def write(pixels: np.ndarray, name: str = "picture.dcm", **tags: object) -> Path:
        path = tmp_path / name
        dataset_of(pixels, **tags).save_as(path, enforce_file_format=True)
        return path

    return write
