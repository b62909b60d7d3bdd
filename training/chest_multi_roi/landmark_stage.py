"""The first stage: trains a run's landmark network, judges it in mm, and puts landmarks on any picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from desktop.clinical.chest import LANDMARKS
from training.chest_multi_roi.landmark_network import GraphNetwork, LandmarkNetwork, build
from training.chest_multi_roi.loop import DEVICE, Batch, fit
from training.chest_multi_roi.run_folder import begin, finished
from training.chest_multi_roi.settings import LandmarkSettings, Settings
from training.data.manifest import DataError, Row
from training.landmarks.changes import changed
from training.landmarks.data import (
    LandmarkData,
    Points,
    in_pixels,
    read_landmark_data,
    read_squares,
)
from training.runs.folder import write_json

FOLDER = "landmarks"
BATCH_TO_ANSWER = 64


@dataclass(frozen=True)
class Errors:
    """How far landmarks lie from the truth, in mm, and in percent of the side of the square around a picture.

    count: how many of known place; figures are None where there are none, or no picture tells its spacing.
    """

    count: int
    mean_mm: float | None
    p95_mm: float | None
    mean_percent: float | None
    p95_percent: float | None


@dataclass(eq=False)
class LandmarkTask:
    """The landmark network, its training part, and its error on the tuning part."""

    data: LandmarkData
    network: LandmarkNetwork
    places: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        self.places = self.data.parts["train"]

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return changed pictures [n, 1, size, size] and their points."""
        cases = [changed(self.data.squares.grey[k], self.data.points[k], random) for k in places]
        pictures = np.array([each[0] for each in cases], np.float32)[:, None]
        return torch.from_numpy(pictures), torch.from_numpy(np.array([each[1] for each in cases], np.float32))

    def loss(self, batch: Batch) -> Tensor:
        """Return the network's own loss."""
        return self.network.loss(*batch)

    def watched(self) -> float:
        """Return the mean distance on the tuning part, as a share of the side."""
        places = self.data.parts["tune"]
        found = placed(self.network, self.data.squares.grey[places])
        return float(np.nanmean(np.linalg.norm(found - self.data.points[places], axis=2)))


def make_landmarks(settings: Settings, folder: Path, run: Path, start: Path | None = None) -> None:
    """Train and judge the landmark network in `run`/landmarks; goes on where a killed run stood.

    `start` is another run whose landmark network it begins with, as for phantoms that were mended or a
    hospital's own pictures; DataError where that one is of another form. Writes config.json, curves.csv,
    network.pt and metrics.json; a finished one is left as it is.
    """
    place = run / FOLDER
    if finished(place, settings.landmarks, settings.limit, folder):
        return
    data = read_landmark_data(folder, LANDMARKS, settings.landmarks.size_px, settings.limit)
    torch.manual_seed(settings.landmarks.course.seed)
    mean_shape = torch.from_numpy(mean_points(data)).to(torch.float32)
    network = build(settings.landmarks, mean_shape) if start is None else _started(start, settings.landmarks)
    begin(place, settings.landmarks, settings.limit, folder, data.rows, data.parts, data.left_out, start)
    fit(LandmarkTask(data, network), settings.landmarks.course, place)
    torch.save(network.cpu().state_dict(), place / "network.pt")
    judged = {part: judge(network, data, part) for part in data.parts if part != "train"}
    write_json(place / "metrics.json", judged)


def _started(start: Path, settings: LandmarkSettings) -> LandmarkNetwork:
    """Return the landmark network of another run of the same form."""
    if replace(read_settings(start), course=settings.course) != settings:
        raise DataError(
            f"{start} has landmarks of another form; start from a run of the same preset and method."
        )
    return read_network(start)


def judge(network: LandmarkNetwork, data: LandmarkData, part: str) -> dict[str, Errors]:
    """Return the errors of a part by landmark, and of `all`."""
    places = data.parts[part]
    shares = np.linalg.norm(placed(network, data.squares.grey[places]) - data.points[places], axis=2)
    side_mm = data.side_mm[places]
    by_name = {name: errors(shares[:, [k]], side_mm) for k, name in enumerate(LANDMARKS)}
    return {"all": errors(shares, side_mm)} | by_name


def errors(shares: NDArray[np.float64], side_mm: NDArray[np.float64]) -> Errors:
    """Return the errors of distances [n, landmark], shares of the side, which is [n] mm; NaN is unknown."""
    known = shares[np.isfinite(shares)]
    return Errors(len(known), *_mean_and_p95(shares * side_mm[:, None]), *_mean_and_p95(100 * shares))


def mean_points(data: LandmarkData) -> Points:
    """Return the training part's mean shape, [landmark, (x, y)]; DataError where one is never known."""
    points = data.points[data.parts["train"]]
    missing = [
        name for name, known in zip(LANDMARKS, np.isfinite(points).any(axis=(0, 2)), strict=True) if not known
    ]
    if missing:
        raise DataError(f"No picture to train on tells {' or '.join(missing)}; add such to the manifest.")
    return np.nanmean(points, axis=0)


def _mean_and_p95(values: NDArray[np.float64]) -> tuple[float | None, float | None]:
    known = values[np.isfinite(values)]
    return (float(known.mean()), float(np.percentile(known, 95))) if known.size else (None, None)


def placed(network: LandmarkNetwork, grey: NDArray[np.uint8]) -> Points:
    """Return landmarks [n, landmark, (x, y)], shares of the side, on squares uint8 [n, row, column]."""
    return _asked(network, network, grey)


def spotted(network: GraphNetwork, grey: NDArray[np.uint8]) -> Points:
    """Return where each landmark's own map shows it, as `placed` does."""
    return _asked(network, lambda pictures: network.seen(pictures)[1], grey)


def _asked(network: nn.Module, ask: Callable[[Tensor], Tensor], grey: NDArray[np.uint8]) -> Points:
    network.to(DEVICE).eval()
    parts = [grey[start : start + BATCH_TO_ANSWER] for start in range(0, len(grey), BATCH_TO_ANSWER)]
    with torch.inference_mode():
        found = [ask(torch.from_numpy(part[:, None] / np.float32(255)).to(DEVICE)).cpu() for part in parts]
    return torch.cat(found).float().numpy().astype(np.float64)


def landmarks_of(rows: list[Row], folder: Path, run: Path) -> list[dict[str, tuple[float, float]]]:
    """Return the landmarks that the network of `run` puts on each row's picture, (x, y) in its pixels."""
    settings = read_settings(run)
    squares = read_squares(rows, folder, settings.size_px)
    found = placed(read_network(run), np.asarray(squares.grey))
    return in_pixels(LANDMARKS, found, squares.shapes)


def read_settings(run: Path) -> LandmarkSettings:
    """Return what the landmark network of a run was told; DataError where the run has no finished one."""
    if not (run / FOLDER / "metrics.json").is_file():
        raise DataError(f"{run} has no finished landmarks; train them with --stage landmarks.")
    config = msgspec.json.decode((run / FOLDER / "config.json").read_bytes())
    return msgspec.convert(config["settings"], LandmarkSettings)


def read_network(run: Path) -> LandmarkNetwork:
    """Return the landmark network of a finished run, on the CPU."""
    network = build(read_settings(run), torch.zeros(len(LANDMARKS), 2))
    network.load_state_dict(torch.load(run / FOLDER / "network.pt", weights_only=True))
    return network.eval()
