"""The command line on a made-up model and small pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from desktop.__main__ import main
from desktop.log import stop_log


@dataclass(frozen=True)
class Ended:
    """How one run of the program ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        return json.loads(self.out)


Trabecula = Callable[..., Ended]


@pytest.fixture
def trabecula(capfdbinary: pytest.CaptureFixture[bytes]) -> Trabecula:
    """Return a function that runs the program with arguments, in this process."""

    def run(*arguments: object) -> Ended:
        status = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        stop_log()
        return Ended(status, out.decode(), err.decode())

    return run


@pytest.fixture
def with_model(models, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program find the made-up model."""
    monkeypatch.setattr("desktop.cli.screen.load_installed", lambda threads=0: models)
    monkeypatch.setattr("desktop.cli.inspect.load_installed", lambda threads=0: models)


def save_png(path: Path, level: int = 100) -> Path:
    """Write a ramp of greys around `level`."""
    ramp = np.tile(np.linspace(level - 40, level + 40, 90), (80, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(ramp.astype(np.uint8)).save(path)
    return path


@pytest.fixture
def spine(tmp_path: Path) -> Path:
    return save_png(tmp_path / "pictures" / "spine.png")


@pytest.fixture
def write_dicom_spine(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a spine DXA picture with tags and returns its path."""

    def write(**tags: str) -> Path:
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
        dataset.Modality, dataset.BodyPartExamined = "BMD", "LSPINE"
        dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 80, 90, 1
        dataset.PhotometricInterpretation = "MONOCHROME2"
        dataset.BitsAllocated = dataset.BitsStored = 8
        dataset.HighBit, dataset.PixelRepresentation = 7, 0
        dataset.PixelData = np.tile(np.arange(60, 150, dtype=np.uint8), (80, 1)).tobytes()
        for keyword, value in tags.items():
            setattr(dataset, keyword, value)
        dataset.save_as(tmp_path / "spine.dcm", enforce_file_format=True)
        return tmp_path / "spine.dcm"

    return write
