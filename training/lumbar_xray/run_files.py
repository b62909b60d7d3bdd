"""Reading finished stages' folders, which are all that the study's tables and figures are drawn from."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.data.manifest import CATEGORIES
from training.lumbar_xray.class_stage import FINE, HEAD, MORE, predictions_file
from training.lumbar_xray.corner_judging import Judged
from training.lumbar_xray.corner_more import FILE as MORE_CORNERS
from training.lumbar_xray.corner_stage import FOLDER as CORNERS
from training.lumbar_xray.metrics import Scores, scores
from training.runs.curves import Epoch, read_curves

Values = NDArray[np.float64]


class Configuration(msgspec.Struct, frozen=True):
    """What config.json says and the study tells: counts, what was left out, and what the result rests on."""

    told: dict[str, object]
    evidence: str
    usable: int
    pictures: dict[str, int]
    people: dict[str, int]
    left_out: dict[str, int]


class Told(msgspec.Struct, frozen=True):
    """One line of predictions_PART.csv: who, what is known of them, and the class."""

    file: str
    person: str
    sex: str | None
    age_years: float | None
    weight_kg: float | None
    height_cm: float | None
    t_score: float | None
    category: str = msgspec.field(name="class")

    @property
    def has_osteoporosis(self) -> bool:
        """Whether the class is the last one."""
        return self.category == CATEGORIES[-1]


@dataclass(frozen=True, eq=False)
class Predictions:
    """A part's people, and the probability of each class, [picture, class], osteoporosis last."""

    people: tuple[Told, ...]
    found: Values

    @property
    def positive(self) -> NDArray[np.bool_]:
        """Who has osteoporosis."""
        return np.array([each.has_osteoporosis for each in self.people])

    @property
    def classes(self) -> NDArray[np.intp]:
        """The true classes as the network numbers them."""
        if self.found.shape[1] == 2:
            return self.positive.astype(np.intp)
        return np.array([CATEGORIES.index(each.category) for each in self.people], np.intp)


@dataclass(frozen=True)
class Pretraining:
    """A backbone's pre-training on BMD: its epochs, of `most`, and its errors by part."""

    epochs: int
    most: int
    error_g_cm2: Mapping[str, float]


@dataclass(frozen=True)
class ClassRun:
    """A finished classifier as its folder tells it."""

    folder: Path
    configuration: Configuration
    scores: Mapping[str, Scores]

    def predictions(self, part: str) -> Predictions:
        """Return what was told of a part, of the test part with the pictures that were added to it."""
        own, more = self.own_predictions(part), self.folder / predictions_file(MORE)
        if part != "test" or not more.is_file():
            return own
        added = _predictions(more)
        return Predictions(own.people + added.people, np.concatenate([own.found, added.found]))

    def own_predictions(self, part: str) -> Predictions:
        """Return what was told of a part of the run's own data."""
        return _predictions(self.folder / predictions_file(part))

    def curves(self) -> dict[str, tuple[Epoch, ...]]:
        """Return the epochs of the head, and of the fine-tuning where there was one."""
        places = {name: self.folder / name / "curves.csv" for name in (HEAD, FINE)}
        return {name: read_curves(path, Epoch) for name, path in places.items() if path.is_file()}


def read_class_run(folder: Path) -> ClassRun | None:
    """Return a finished classifier, None where the folder holds none."""
    if not (folder / "metrics.json").is_file():
        return None
    configuration = msgspec.json.decode((folder / "config.json").read_bytes(), type=Configuration)
    found = msgspec.json.decode((folder / "metrics.json").read_bytes(), type=dict[str, Scores])
    run = ClassRun(folder, configuration, found)
    if (folder / predictions_file(MORE)).is_file():
        found["test"] = scores_of(run.predictions("test"))
    return run


def scores_of(told: Predictions) -> Scores:
    """Return the figures of predictions."""
    return scores(told.classes, told.found, [each.person for each in told.people])


def read_corner_figures(runs: Path) -> dict[str, Judged] | None:
    """Return the corner network's figures by part, None where it is not finished.

    Those of the test part are with the pictures that were added to it.
    """
    found: dict[str, Judged] = {}
    for name in ("metrics.json", MORE_CORNERS):
        path = runs / CORNERS / name
        if path.is_file():
            found |= msgspec.json.decode(path.read_bytes(), type=dict[str, Judged])
    return found or None


def read_pretraining(folder: Path) -> Pretraining | None:
    """Return a finished pre-training, None where the folder holds none."""
    if not (folder / "metrics.json").is_file():
        return None
    told = msgspec.json.decode((folder / "config.json").read_bytes())["told"]
    found = msgspec.json.decode((folder / "metrics.json").read_bytes(), type=dict[str, dict[str, float]])
    return Pretraining(
        epochs=len(read_curves(folder / "curves.csv", Epoch)),
        most=told["course"]["epochs"],
        error_g_cm2={part: errors["mae_g_cm2"] for part, errors in found.items()},
    )


def _predictions(path: Path) -> Predictions:
    with path.open(newline="", encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    empty = [{name: value or None for name, value in line.items()} for line in lines]
    people = tuple(msgspec.convert(line, Told, strict=False) for line in empty)
    names = [name for name in lines[0] if name.startswith("p_")]
    return Predictions(people, np.array([[float(line[name]) for name in names] for line in lines]))
