"""The training of a network: seeded, so that a run that was killed goes on to the same end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.manifest import DataError
from training.dxa_bmd.augmentation import augmented
from training.dxa_bmd.data import Data
from training.dxa_bmd.network import build
from training.dxa_bmd.settings import Settings
from training.runs.batches import Batches
from training.runs.keras_training import answers, go_on, trained_in

FEWEST_TO_STRETCH = 100
"""Tuning pictures from which the slope of truth over answers is known well enough to use."""


@dataclass(frozen=True)
class Epoch:
    """One line of curves.csv; `watched` is the tuning part, or the published protocol's test part."""

    epoch: int
    train_loss_g_cm2: float
    train_percent: float
    watched_mae_g_cm2: float
    watched_percent: float
    learning_rate: float
    seconds: float

    @property
    def watched(self) -> float:
        """The error by which epochs are compared."""
        return self.watched_mae_g_cm2


def train(settings: Settings, data: Data, run: Path) -> keras.Model:
    """Train, or go on training, in the folder `run`; returns the float32 network with its final weights.

    With patience these are the weights of the best epoch on the watched part, else those of the last one.
    Batches, their changes and the starting weights depend on the seed alone, so a run that was killed and
    started again passes through the same steps as one that was not.
    """
    with trained_in(settings.precision):
        keras.utils.set_random_seed(settings.seed)
        learner = _learner(settings, data)
        go_on(
            learner,
            run / "checkpoint",
            run / "curves.csv",
            Epoch,
            settings.epochs,
            settings.patience,
            lambda number: _one_epoch(learner, settings, data, number),
        )
    final = build(settings, data.targets)
    answerer = bmd_only(final)
    answerer.set_weights(learner.get_weights())
    if len(data.parts.get("tune", ())) >= FEWEST_TO_STRETCH:
        straighten(final, answers(answerer, data.pictures, data.parts["tune"]), data)
    return final


def straighten(model: keras.Model, answered: NDArray[np.float32], data: Data) -> None:
    """Stretch the answers in the last layer so that on the tuning part truth follows them with slope 1.

    answered: g/cm2 [tuning picture, site]. A short training leaves them too close to their mean. One line is
    fitted for all sites together; left alone where answers and truths do not rise together.
    """
    truth = data.bmd_g_cm2[data.parts["tune"]]
    slope = float(np.polyfit(answered.mean(axis=1), truth.mean(axis=1), 1)[0])
    if slope <= 0.0:
        return
    head = model.get_layer("head")
    scale, centre = np.array(head.scale), np.array(head.centre)
    shift = truth.mean(axis=0) - slope * answered.mean(axis=0) + (slope - 1.0) * centre
    head.kernel.assign(head.kernel * slope)
    head.bias.assign(head.bias * slope + shift / scale)


def bmd_only(model: keras.Model) -> keras.Model:
    """Return the same network, same weights, with BMD as its only answer."""
    return keras.Model(model.input, model.output["bmd"], name="bmd_only")


def _learner(settings: Settings, data: Data) -> keras.Model:
    model = bmd_only(build(settings, data.targets))
    rate: float | keras.optimizers.schedules.CosineDecay = settings.learning_rate
    if settings.cosine:
        steps = -(-len(data.parts["train"]) // settings.batch) * settings.epochs
        rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    optimizer = keras.optimizers.Adam(rate, weight_decay=settings.weight_decay)
    model.compile(optimizer, loss="mae", metrics=["mape"])
    model.optimizer.build(model.trainable_variables)
    return model


def _one_epoch(learner: keras.Model, settings: Settings, data: Data, number: int) -> Epoch:
    started = time.monotonic()
    loss, percent = _learned(learner, settings, data, number)
    truth = data.group_g_cm2(data.watched)
    answer = answers(learner, data.pictures, data.parts[data.watched]) @ np.array(data.targets.area_shares)
    error = np.abs(answer - truth)
    if not np.isfinite(error).all():
        raise DataError("Training ran away: start a new run with a smaller --learning-rate.")
    return Epoch(
        epoch=number,
        train_loss_g_cm2=loss,
        train_percent=percent,
        watched_mae_g_cm2=float(error.mean()),
        watched_percent=float(100 * (error / truth).mean()),
        learning_rate=float(learner.optimizer.learning_rate),
        seconds=time.monotonic() - started,
    )


def _learned(learner: keras.Model, settings: Settings, data: Data, number: int) -> tuple[float, float]:
    """Learn from each training picture once; return the mean loss, g/cm2, and error in per cent."""
    train = data.parts["train"]
    change = augmented if settings.augment else None
    batches = Batches(data.pictures, train, data.bmd_g_cm2[train], settings.batch, change, settings.seed)
    seen = np.zeros(2)
    with tqdm(total=batches.count, desc=f"epoch {number}/{settings.epochs}", leave=False) as bar:
        for pictures, bmd in batches.epoch(number):
            learner.reset_metrics()
            logs = learner.train_on_batch(pictures, bmd, return_dict=True)
            seen += float(logs["loss"]), float(logs["mape"])
            bar.set_postfix(loss=f"{float(logs['loss']):.4f}", refresh=False)
            bar.update()
    loss, percent = seen / batches.count
    return float(loss), float(percent)
