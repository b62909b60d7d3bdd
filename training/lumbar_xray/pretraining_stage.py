"""The second stage, where no file of weights is named: a backbone learns BMD from the crops."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from training.data.manifest import DataError
from training.lumbar_xray.class_network import build_bmd
from training.lumbar_xray.crop_changes import changed
from training.lumbar_xray.crop_data import CropData, read_crop_data
from training.lumbar_xray.encoders import load_weights, save_weights
from training.lumbar_xray.loop import Batch, fit
from training.lumbar_xray.run_folder import begin, finished
from training.lumbar_xray.settings import PRETRAINING_RATES, Settings
from training.runs.folder import write_json
from training.runs.keras_training import answers, trained_in

FOLDER = "pretraining"
WEIGHTS = "encoder.weights.h5"
LEAST_SD_G_CM2 = 0.01


@dataclass(eq=False)
class BmdTask:
    """The backbone, the training part's rows of known BMD, and its error on the tuning part."""

    data: CropData
    learner: keras.Model
    places: NDArray[np.intp] = field(init=False)
    loss: str = "mae"

    def __post_init__(self) -> None:
        self.places = self._known("train")
        bmd = self.data.bmd_g_cm2[self.places]
        self.mean, self.sd = bmd.mean(axis=0), np.maximum(bmd.std(axis=0), LEAST_SD_G_CM2)

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return changed crops and their standardised BMD [n, 4]."""
        return changed(self.data.crops[places], random), (self.data.bmd_g_cm2[places] - self.mean) / self.sd

    def watched(self) -> float:
        """Return the tuning part's mean absolute error in g/cm2."""
        return self.error_g_cm2("tune")

    def error_g_cm2(self, part: str) -> float:
        """Return the mean absolute error over a part and all four vertebrae."""
        places = self._known(part)
        found = answers(self.learner, self.data.crops[..., None], places) * self.sd + self.mean
        return float(np.abs(found - self.data.bmd_g_cm2[places]).mean())

    def _known(self, part: str) -> NDArray[np.intp]:
        places = self.data.parts[part]
        known = places[np.isfinite(self.data.bmd_g_cm2[places]).all(axis=1)]
        if not len(known):
            raise DataError(f"No picture to {part} tells the BMD of {' '.join(VERTEBRAE)}; name --weights.")
        return known


def make_pretraining(settings: Settings, folder: Path, run: Path, start: Path | None = None) -> Path:
    """Pre-train the backbone in `run`/pretraining/BACKBONE; returns the file of its weights.

    start: a file of weights to begin with, such as those of a pre-training on other pictures. Goes on where a
    killed run stood. Writes config.json, curves.csv, encoder.weights.h5 with SHA256SUMS, and metrics.json; a
    finished one is left as it is.
    """
    told_encoder = settings.classes.encoder
    share = PRETRAINING_RATES.get(told_encoder.backbone, 1.0)
    course = replace(settings.pretraining, learning_rate=share * settings.pretraining.learning_rate)
    place = run / FOLDER / told_encoder.backbone
    told = {
        "stage": FOLDER,
        "encoder": asdict(told_encoder),
        "course": asdict(course),
        "limit": settings.limit,
        "precision": settings.precision,
    }
    keras.utils.set_random_seed(course.seed)
    with trained_in(settings.precision):
        network = build_bmd(told_encoder, len(VERTEBRAE))
    if start is not None:
        told["start_sha256"] = load_weights(network.get_layer("encoder"), start)
    if finished(place, told, folder):
        return place / WEIGHTS
    data = read_crop_data(folder, run, told_encoder.size_px, settings.limit)
    begin(place, told, folder, data.rows, data.parts, data.left_out)
    task = BmdTask(data, network)
    fit(task, course, place)
    save_weights(task.learner.get_layer("encoder"), place / WEIGHTS)
    write_json(
        place / "metrics.json", {part: {"mae_g_cm2": task.error_g_cm2(part)} for part in ("tune", "test")}
    )
    return place / WEIGHTS
