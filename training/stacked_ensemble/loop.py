"""Training one network in stages: seeded, stopped early, with a checkpoint after each epoch to go on from."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.manifest import DataError
from training.stacked_ensemble.batches import Batches
from training.stacked_ensemble.data import Data, Places
from training.stacked_ensemble.network import build, load_trunk
from training.stacked_ensemble.settings import Member, Settings

BATCH_TO_ANSWER = 64
Stage = Literal["t_score", "probabilities"]
"""What is learned: T-scores, to pre-train, or classes. It is also the network's output that is used."""
LOSSES = {"t_score": "mae", "probabilities": "sparse_categorical_crossentropy"}


@dataclass(frozen=True)
class Epoch:
    """One line of curves.csv: losses without the weight of L2, accuracies of the stage on classes only."""

    epoch: int
    train_loss: float
    train_accuracy: float | None
    tune_loss: float
    tune_accuracy: float | None
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class State:
    """How far a stage is: its epochs, the file of its last weights, and which epoch was the best."""

    epochs: tuple[Epoch, ...] = ()
    best_epoch: int = 0
    best_loss: float = math.inf
    weights: str | None = None

    def finished(self, epochs: int, patience: int) -> bool:
        """Whether all epochs are done, or none was better for `patience` of them."""
        return len(self.epochs) >= epochs or len(self.epochs) - self.best_epoch >= patience


class Learner:
    """A member's network, compiled once and trained as often as there are folds, each time from the start."""

    def __init__(self, member: Member, settings: Settings, weights: Path | None = None) -> None:
        keras.utils.set_random_seed(settings.seed)
        self.member, self.settings = member, settings
        self.model = build(member)
        self.pretrained_epochs = member.pretrained_epochs
        if weights is not None:
            load_trunk(self.model, weights)
            self.pretrained_epochs = 0
        for layer in self.model.get_layer("trunk").layers:
            if isinstance(layer, keras.layers.Conv2D):
                layer.kernel.regularizer = keras.regularizers.L2(member.l2)
        self._stages: dict[str, keras.Model] = {}
        self._start = self.model.get_weights()

    def fit(self, data: Data, places: Places, folder: Path) -> None:
        """Train on the strips at `places`, or go on in `folder`; keeps the weights that are best on tune."""
        self.model.set_weights(self._start)
        if self.pretrained_epochs:
            known = places[~np.isnan(data.t_scores[places])]
            tune = data.parts["tune"]
            watched = tune[~np.isnan(data.t_scores[tune])]
            if not len(known) or not len(watched):
                raise DataError(
                    "Pre-training needs T-scores in train and tune: add them, or name weights to start from."
                )
            self._run("t_score", data, known, watched, folder / "pretraining")
        self._run("probabilities", data, places, data.parts["tune"], folder)

    def answers(self, strips: NDArray[np.uint8], places: Places, output: str = "probabilities") -> NDArray:
        """Return float64 [place, ...]: one output of the network for the strips at `places`."""
        return answered(self._stage(output), strips, places)

    def save(self, path: Path) -> None:
        """Write the network as a Keras file, whole or not at all."""
        new = path.with_name("new." + path.name)
        self.model.save(new)
        new.replace(path)

    def _run(self, stage: Stage, data: Data, places: Places, watched: Places, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        learner, state = self._stage(stage), read_state(folder)
        for variable in learner.optimizer.variables:
            variable.assign(np.zeros(variable.shape))
        if state.weights is not None:
            learner.load_weights(folder / state.weights)
        epochs = self.pretrained_epochs if stage == "t_score" else self.member.epochs
        while not state.finished(epochs, self.settings.patience):
            state = self._advance(stage, data, places, watched, folder, state, epochs)
            write_curves(folder, state)
        learner.load_weights(folder / "best.weights.h5")

    def _advance(
        self,
        stage: Stage,
        data: Data,
        places: Places,
        watched: Places,
        folder: Path,
        state: State,
        epochs: int,
    ) -> State:
        started, number = time.monotonic(), len(state.epochs) + 1
        learner = self._stage(stage)
        rate = self.member.learning_rate * 0.5 * (1.0 + math.cos(math.pi * (number - 1) / epochs))
        learner.optimizer.learning_rate.assign(rate)
        if self.member.dropout:
            self.model.get_layer("dropout").seed_generator.state.assign([self.settings.seed, number])
        targets = data.t_scores if stage == "t_score" else data.classes
        settings = self.settings
        batches = Batches(
            data.strips, places, targets[places], self.member.batch, settings.augment, settings.seed
        )
        logs = []
        for strips, wanted in tqdm(batches.epoch(number), f"epoch {number}", batches.count, leave=False):
            learner.reset_metrics()
            logs.append(learner.train_on_batch(strips, wanted, return_dict=True))
        loss, accuracy = _judged(stage, self.answers(data.strips, watched, stage), targets[watched])
        epoch = Epoch(
            epoch=number,
            train_loss=_mean(logs, LOSSES[stage]),
            train_accuracy=_mean(logs, "accuracy") if stage == "probabilities" else None,
            tune_loss=loss,
            tune_accuracy=accuracy,
            learning_rate=rate,
            seconds=time.monotonic() - started,
        )
        return _saved(learner, folder, state, epoch)

    def _stage(self, output: str) -> keras.Model:
        """Return the network with one of its outputs, compiled for it where that is learned."""
        if output not in self._stages:
            network = keras.Model(self.model.input, self.model.output[output], name=f"learn_{output}")
            if output in LOSSES:
                metrics = [LOSSES[output]] + (["accuracy"] if output == "probabilities" else [])
                network.compile(keras.optimizers.Adam(), LOSSES[output], metrics=metrics, jit_compile=False)
                network.optimizer.build(network.trainable_variables)
            self._stages[output] = network
        return self._stages[output]


def answered(network: keras.Model, strips: NDArray[np.uint8], places: Places) -> NDArray[np.float64]:
    """Return [place, ...], the one output of a network for the strips at `places`.

    Batches are of one size, the last one filled up with black (`Batches.epoch` says why).
    """
    parts = [places[k : k + BATCH_TO_ANSWER] for k in range(0, len(places), BATCH_TO_ANSWER)]
    found = []
    for part in parts:
        batch = np.zeros((BATCH_TO_ANSWER, *strips.shape[1:], 1), np.uint8)
        batch[: len(part)] = strips[part][..., None]
        found.append(np.asarray(network.predict_on_batch(batch))[: len(part)])
    return np.concatenate(found).astype(float)


def read_state(folder: Path) -> State:
    """Return how far the stage with this folder is."""
    path = folder / "state.json"
    return msgspec.json.decode(path.read_bytes(), type=State) if path.is_file() else State()


def write_curves(folder: Path, state: State) -> None:
    """Write curves.csv and log.jsonl anew from the state, so that a killed run leaves no line twice."""
    lines = [",".join(asdict(state.epochs[0]))]
    for epoch in state.epochs:
        lines.append(",".join("" if value is None else f"{value:.6g}" for value in asdict(epoch).values()))
    _replace(folder / "curves.csv", "\n".join(lines) + "\n")
    events = [json.dumps({"event": "epoch"} | asdict(epoch)) for epoch in state.epochs]
    _replace(folder / "log.jsonl", "\n".join(events) + "\n")


def _mean(logs: Sequence[Mapping[str, float]], name: str) -> float:
    """Return the mean of one figure over an epoch's batches, which are of one size."""
    return float(np.mean([float(each[name]) for each in logs]))


def _judged(stage: Stage, answers: NDArray, wanted: NDArray) -> tuple[float, float | None]:
    if not np.isfinite(answers).all():
        raise DataError("Training ran away: start a new run with a smaller --learning-rate.")
    if stage == "t_score":
        return float(np.abs(answers[:, 0] - wanted).mean()), None
    given = np.maximum(answers[np.arange(len(wanted)), wanted], 1e-7)
    return float(-np.log(given).mean()), float((answers.argmax(axis=1) == wanted).mean())


def _saved(learner: keras.Model, folder: Path, state: State, epoch: Epoch) -> State:
    """Write the weights under a name of this epoch, then the state that points to them, then drop the old."""
    name = f"epoch_{epoch.epoch:03d}.weights.h5"
    learner.save_weights(folder / name)
    better = epoch.tune_loss < state.best_loss
    if better:
        new = folder / "new.weights.h5"
        new.write_bytes((folder / name).read_bytes())
        new.replace(folder / "best.weights.h5")
    after = State(
        epochs=(*state.epochs, epoch),
        best_epoch=epoch.epoch if better else state.best_epoch,
        best_loss=min(epoch.tune_loss, state.best_loss),
        weights=name,
    )
    _replace(folder / "state.json", msgspec.json.format(msgspec.json.encode(after)).decode())
    if state.weights is not None:
        (folder / state.weights).unlink(missing_ok=True)
    return after


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(path.suffix + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
