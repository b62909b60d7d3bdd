"""Reading a finished run's folder: what pages are drawn from, and the whole ensemble, ready to answer."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.manifest import DataError
from training.runs.curves import read_curves
from training.stacked_ensemble.evaluate import Evaluation
from training.stacked_ensemble.forest import FeatureForest, read_forest
from training.stacked_ensemble.forest_evidence import ForestEvidence, ForestMap
from training.stacked_ensemble.level0 import EXAMPLE_FILE, FEATURES_FILE
from training.stacked_ensemble.level1 import Ridge, Stack, Values, inputs
from training.stacked_ensemble.loop import Epoch, answered
from training.stacked_ensemble.metrics import Figure
from training.stacked_ensemble.outliers import Limits
from training.stacked_ensemble.settings import CLASSES, MEMBERS, RESNET_FOREST, Member, Settings
from training.stacked_ensemble.shapley_study import ShapleyStudy

Kind = TypeVar("Kind")


class Configuration(msgspec.Struct, frozen=True):
    """What config.json says and a page tells."""

    settings: Settings
    evidence: str
    pictures: dict[str, int]
    people: dict[str, int]
    left_out: dict[str, int]
    outliers: dict[str, int]
    limits: Limits


@dataclass(frozen=True)
class FinishedRun:
    """One run as its folder tells it.

    epochs: of each member on the whole training part; ridge: strengths that were tried; forests: AUC of each
    kind of features; evidence: of the forest; chosen: what a search found, by member.
    """

    folder: Path
    configuration: Configuration
    evaluations: Mapping[str, Evaluation]
    epochs: Mapping[str, tuple[Epoch, ...]]
    stack: Stack
    ridge: tuple[Ridge, ...]
    shapley: ShapleyStudy
    forests: Mapping[str, Figure]
    evidence: ForestEvidence
    chosen: Mapping[str, Member]

    @property
    def settings(self) -> Settings:
        """What the run was told."""
        return self.configuration.settings

    def example(self) -> NDArray[np.uint8]:
        """Return the test strip of the stack's highest answer, uint8 [row, column]."""
        return np.asarray(Image.open(self.folder / EXAMPLE_FILE))

    def decided(self, part: str, model: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return true and likeliest classes of a part, [picture]."""
        rows = self._rows(part)
        told = np.array([[float(row[f"{model}_{name}"]) for name in CLASSES] for row in rows])
        return _classes(rows), told.argmax(axis=1)

    def answers(self, part: str) -> tuple[NDArray[np.intp], dict[str, Values]]:
        """Return classes [picture] and each model's probabilities of osteoporosis, [picture], of a part."""
        rows = self._rows(part)
        told = {
            model: np.array([float(row[f"{model}_osteoporosis"]) for row in rows])
            for model in self.evaluations[part].two
        }
        return _classes(rows), told

    def _rows(self, part: str) -> list[dict[str, str]]:
        with (self.folder / f"answers_{part}.csv").open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The trained networks by member, the forest with its map, and the stack."""

    networks: Mapping[str, keras.Model]
    forest: FeatureForest
    forest_map: ForestMap
    stack: Stack

    def members(self, strips: NDArray[np.uint8]) -> dict[str, Values]:
        """Return each member's probabilities [strip, class] of strips uint8 [strip, row, column]."""
        found = self._answers(strips, "probabilities", of_last="features")
        return found | {RESNET_FOREST: self.forest(found[RESNET_FOREST])}

    def evidence(self, strips: NDArray[np.uint8]) -> dict[str, Values]:
        """Return each member's map [strip, row, column], each of its own size, of strips uint8."""
        found = self._answers(strips, "evidence", of_last="finer")
        return found | {RESNET_FOREST: self.forest_map(found[RESNET_FOREST])}

    def probability(self, strips: NDArray[np.uint8]) -> Values:
        """Return the stack's probability of osteoporosis, [strip]."""
        return self.stack.two.probabilities(inputs(self.members(strips)))

    def _answers(self, strips: NDArray[np.uint8], output: str, of_last: str) -> dict[str, Values]:
        asked = {name: of_last if name == RESNET_FOREST else output for name in self.networks}
        answerers = {
            name: keras.Model(network.input, network.output[asked[name]])
            for name, network in self.networks.items()
        }
        return {name: answered(each, strips, np.arange(len(strips))) for name, each in answerers.items()}


def read_run(folder: Path) -> FinishedRun | None:
    """Return a finished run, None where the folder holds none."""
    if not (folder / "metrics.json").is_file():
        return None
    return FinishedRun(
        folder=folder,
        configuration=_read(folder / "config.json", Configuration),
        evaluations=_read(folder / "metrics.json", dict[str, Evaluation]),
        epochs={name: read_curves(folder / "members" / name / "curves.csv", Epoch) for name in MEMBERS},
        stack=_read(folder / "stack.json", Stack),
        ridge=_read(folder / "ridge.json", tuple[Ridge, ...]),
        shapley=_read(folder / "shapley.json", ShapleyStudy),
        forests=_read(folder / "forest.json", dict[str, Figure]),
        evidence=_read(folder / "forest_evidence.json", ForestEvidence),
        chosen={
            path.parent.name: _read(path, Member) for path in sorted(folder.glob("search/*/chosen.json"))
        },
    )


def read_ensemble(folder: Path) -> Ensemble:
    """Return the ensemble of a finished run; DataError where the folder holds none."""
    run = read_run(folder)
    if run is None:
        raise DataError(f"{folder} holds no finished run: train there first.")
    networks = {
        name: keras.saving.load_model(folder / "members" / name / "model.keras", compile=False)
        for name in MEMBERS
    }
    kept = folder / "members" / RESNET_FOREST / FEATURES_FILE
    forest = read_forest(kept, run.settings.forest, run.settings.seed)
    return Ensemble(networks, forest, run.evidence.map, run.stack)


def _classes(rows: Sequence[Mapping[str, str]]) -> NDArray[np.intp]:
    return np.array([CLASSES.index(row["class"]) for row in rows])


def _read(path: Path, kind: type[Kind]) -> Kind:
    return msgspec.json.decode(path.read_bytes(), type=kind)
