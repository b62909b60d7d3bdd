"""Training one network in stages: seeded, stopped early, with a checkpoint after each epoch to go on from."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.manifest import DataError
from training.runs.batches import Batches
from training.runs.keras_training import answers, go_on, save_model
from training.stacked_ensemble.augmentation import augmented
from training.stacked_ensemble.data import Data, Places
from training.stacked_ensemble.network import build, load_trunk
from training.stacked_ensemble.settings import Member, Settings

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

    @property
    def watched(self) -> float:
        """The loss by which epochs are compared."""
        return self.tune_loss


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
        save_model(self.model, path)

    def _run(self, stage: Stage, data: Data, places: Places, watched: Places, folder: Path) -> None:
        learner = self._stage(stage)
        for variable in learner.optimizer.variables:
            variable.assign(np.zeros(variable.shape))
        go_on(
            learner,
            folder,
            folder / "curves.csv",
            Epoch,
            self._epochs(stage),
            self.settings.patience,
            lambda number: self._one_epoch(stage, data, places, watched, number),
        )

    def _epochs(self, stage: Stage) -> int:
        return self.pretrained_epochs if stage == "t_score" else self.member.epochs

    def _one_epoch(self, stage: Stage, data: Data, places: Places, watched: Places, number: int) -> Epoch:
        started, learner, settings = time.monotonic(), self._stage(stage), self.settings
        fallen = 0.5 * (1.0 + math.cos(math.pi * (number - 1) / self._epochs(stage)))
        rate = self.member.learning_rate * fallen
        learner.optimizer.learning_rate.assign(rate)
        if self.member.dropout:
            self.model.get_layer("dropout").seed_generator.state.assign([settings.seed, number])
        targets = data.t_scores if stage == "t_score" else data.classes
        change = augmented if settings.augment else None
        batches = Batches(data.strips, places, targets[places], self.member.batch, change, settings.seed)
        logs = []
        for strips, wanted in tqdm(batches.epoch(number), f"epoch {number}", batches.count, leave=False):
            learner.reset_metrics()
            logs.append(learner.train_on_batch(strips[..., None], wanted, return_dict=True))
        loss, accuracy = _judged(stage, self.answers(data.strips, watched, stage), targets[watched])
        return Epoch(
            epoch=number,
            train_loss=_mean(logs, LOSSES[stage]),
            train_accuracy=_mean(logs, "accuracy") if stage == "probabilities" else None,
            tune_loss=loss,
            tune_accuracy=accuracy,
            learning_rate=rate,
            seconds=time.monotonic() - started,
        )

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
    """Return [place, ...], the one output of a network for the strips at `places`."""
    return answers(network, strips[..., None], places).astype(float)


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
