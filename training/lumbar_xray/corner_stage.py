"""The first stage: trains a run's corner network, judges it, and puts vertebra corners on any picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS
from training.data.manifest import DataError
from training.landmarks.data import LandmarkData, Points, read_landmark_data
from training.lumbar_xray.corner_changes import changed, placement
from training.lumbar_xray.corner_data import shown_levels
from training.lumbar_xray.corner_judging import judged
from training.lumbar_xray.corner_network import (
    ShapeModel,
    asked_both_ways,
    build,
    known_error,
    shape_modes,
)
from training.lumbar_xray.loop import Batch, fit
from training.lumbar_xray.run_folder import begin, finished
from training.lumbar_xray.settings import Settings
from training.runs.folder import file_sha256, write_json
from training.runs.keras_training import save_model, trained_in

FOLDER = "corners"
BATCH_TO_ANSWER = 64
SHAPES = 4000
"""Moved shapes of the training part that the shape model is fitted on."""
SHOWN_WEIGHT = 0.05


@dataclass(frozen=True, eq=False)
class Placed:
    """What the network says: points [n, corner, (x, y)], shares of the side; `shown` bool [n, level]."""

    points: Points
    shown: NDArray[np.bool_]


@dataclass(eq=False)
class CornerTask:
    """The corner network, its training part, and its error on the tuning part."""

    data: LandmarkData
    network: keras.Model
    learner: keras.Model
    both_ways: keras.Model = field(init=False)
    places: NDArray[np.intp] = field(init=False)
    loss: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.both_ways = asked_both_ways(self.network)
        self.places = self.data.parts["train"]
        self.loss = {"corners": known_error, "first": known_error, "shown": shown_error}

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return changed pictures [n, row, column, RGB], their points, and which levels they show."""
        cases = [changed(self.data.squares.grey[k], self.data.points[k], random) for k in places]
        points = np.array([each[1] for each in cases])
        at = points.astype(np.float32)
        wanted = {"corners": at, "first": at, "shown": shown_levels(points).astype(np.float32)}
        return as_input(np.array([each[0] for each in cases])), wanted

    def watched(self) -> float:
        """Return the mean distance on the tuning part, as a share of the side."""
        places = self.data.parts["tune"]
        found = placed(self.both_ways, self.data.squares.grey[places])
        return float(np.nanmean(np.linalg.norm(found.points - self.data.points[places], axis=2)))


def shown_error(true: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return the cross-entropy of which levels are shown, weighed against distances."""
    return SHOWN_WEIGHT * keras.losses.binary_crossentropy(true, logits, from_logits=True)


def make_corners(settings: Settings, folder: Path, run: Path, start: Path | None = None) -> None:
    """Train and judge the corner network in `run`/corners; goes on where a killed run stood.

    start: a run whose finished corner network this one begins with. Writes config.json, curves.csv,
    model.keras and metrics.json; a finished one is left as it is.
    """
    place = run / FOLDER
    chosen = settings.corners if start is None else settings.corners.continued
    told = {
        "stage": FOLDER,
        "settings": asdict(chosen),
        "limit": settings.limit,
        "precision": settings.precision,
    }
    if start is not None:
        told["start_sha256"] = file_sha256(_finished_model(start))
    if finished(place, told, folder):
        return
    data = read_landmark_data(folder, CORNERS, chosen.size_px, settings.limit)
    begin(place, told, folder, data.rows, data.parts, data.left_out)
    keras.utils.set_random_seed(chosen.course.seed)
    mean, modes = shape_modes(whole_shapes(data), chosen.modes)
    with trained_in(settings.precision):
        trained, learner = build(chosen, mean, modes)
    if start is not None:
        _begin_with(trained, start)
    fit(CornerTask(data, trained, learner), chosen.course, place)
    network, _ = build(chosen, mean, modes)
    network.set_weights(trained.get_weights())
    save_model(network, place / "model.keras")
    parts = {part: places for part, places in data.parts.items() if part != "train"}
    both_ways = asked_both_ways(network)
    found = {part: placed(both_ways, data.squares.grey[places]) for part, places in parts.items()}
    figures = {part: judged(data, part, each.points, each.shown) for part, each in found.items()}
    write_json(place / "metrics.json", figures)


def whole_shapes(data: LandmarkData) -> Points:
    """Return shapes of the training part, moved as its pictures are, [n, corner, (x, y)]; see DataError."""
    points = data.points[data.parts["train"]]
    whole = points[np.isfinite(points).all(axis=(1, 2))]
    if not len(whole):
        raise DataError("No picture to train on tells all corners of T12 to S1; add such to the manifest.")
    random = np.random.default_rng(1)
    shapes = []
    for k in random.integers(0, len(whole), SHAPES):
        matrix, shift = placement(1.0, random)
        shapes.append(whole[k] @ matrix.T + shift)
    return np.array(shapes)


def placed(network: keras.Model, grey: NDArray[np.uint8]) -> Placed:
    """Return what the network says of squares uint8 [n, row, column]."""
    points, shown = [], []
    for start in range(0, len(grey), BATCH_TO_ANSWER):
        part = grey[start : start + BATCH_TO_ANSWER]
        batch = np.zeros((BATCH_TO_ANSWER, *grey.shape[1:]), np.uint8)  # one size always: see Batches.epoch
        batch[: len(part)] = part
        answer = network.predict_on_batch(as_input(batch))
        points.append(np.asarray(answer["corners"], np.float64)[: len(part)])
        shown.append(np.asarray(answer["shown"])[: len(part)] > 0.0)
    return Placed(np.concatenate(points), np.concatenate(shown))


def as_input(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return float32 [n, row, column, RGB] of uint8 [n, row, column]."""
    return np.repeat(grey[..., None], 3, axis=3).astype(np.float32)


def read_network(run: Path) -> keras.Model:
    """Return the corner network of a finished run, asked both ways; DataError where there is none."""
    return asked_both_ways(keras.models.load_model(_finished_model(run)))


def _finished_model(run: Path) -> Path:
    place = run / FOLDER
    if not (place / "metrics.json").is_file():
        raise DataError(f"{run} has no finished corner network; train one with --stage corners.")
    return place / "model.keras"


def _begin_with(network: keras.Model, start: Path) -> None:
    """Take the weights of a finished run's network, but for the shape, which follows from the pictures."""
    try:
        begun = keras.models.load_model(_finished_model(start))
        for layer, before in zip(network.layers, begun.layers, strict=True):
            if not isinstance(layer, ShapeModel):
                layer.set_weights(before.get_weights())
    except ValueError as error:
        raise DataError(
            f"The corner network of {start} has other layers; begin with a run of the same preset."
        ) from error
