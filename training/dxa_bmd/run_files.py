"""Reading a finished run's folder, which is all that the study's tables and figures are drawn from."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.dxa_bmd.evaluate import Evaluation
from training.dxa_bmd.loop import Epoch
from training.dxa_bmd.metrics import Values
from training.dxa_bmd.network import Targets
from training.dxa_bmd.settings import Settings
from training.runs.curves import read_curves


class Configuration(msgspec.Struct, frozen=True):
    """What config.json says and the study tells: settings, targets, and how many pictures and people."""

    settings: Settings
    targets: Targets
    evidence: str
    pictures: dict[str, int]
    people: dict[str, int]
    left_out: dict[str, int]


@dataclass(frozen=True)
class FinishedRun:
    """One run as its folder tells it."""

    folder: Path
    configuration: Configuration
    evaluations: Mapping[str, Evaluation]
    epochs: tuple[Epoch, ...]

    @property
    def settings(self) -> Settings:
        """What the run was told."""
        return self.configuration.settings

    @property
    def test(self) -> Evaluation:
        """The figures on people, or in the published protocol pictures, that training left aside."""
        return self.evaluations["test"]

    def test_values(self) -> tuple[Values, Values]:
        """Return true and predicted L1-L4 of the test part, g/cm2 [picture]."""
        with (self.folder / "predictions_test.csv").open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        true, predicted = (
            np.array([float(row[f"{kind}_l1_l4_g_cm2"]) for row in rows]) for kind in ("true", "predicted")
        )
        return true, predicted

    def example(self) -> NDArray[np.uint8]:
        """Return the test picture that the run kept, uint8 [row, column, RGB]."""
        return np.asarray(Image.open(self.folder / "example.png").convert("RGB"))

    def model(self) -> keras.Model:
        """Return the trained network."""
        return keras.models.load_model(self.folder / "model.keras")


def read_run(folder: Path) -> FinishedRun | None:
    """Return a finished run, None where the folder holds none."""
    if not (folder / "metrics.json").is_file():
        return None
    return FinishedRun(
        folder=folder,
        configuration=msgspec.json.decode((folder / "config.json").read_bytes(), type=Configuration),
        evaluations=msgspec.json.decode((folder / "metrics.json").read_bytes(), type=dict[str, Evaluation]),
        epochs=read_curves(folder / "curves.csv", Epoch),
    )
