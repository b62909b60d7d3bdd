"""The training loop: seeded, with a checkpoint after each epoch from which a killed run goes on."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.manifest import DataError
from training.dxa_bmd.batches import Batches
from training.dxa_bmd.data import Data
from training.dxa_bmd.network import build
from training.dxa_bmd.settings import Settings

BATCH_TO_ANSWER = 64
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


@dataclass(frozen=True)
class State:
    """How far a run is: its epochs, the files of its last weights, and which epoch's weights are the best."""

    epochs: tuple[Epoch, ...] = ()
    best_epoch: int = 0
    best_mae_g_cm2: float = math.inf
    weights: str | None = None

    def finished(self, settings: Settings) -> bool:
        """Whether all epochs are done, or none was better for `patience` of them."""
        waited = len(self.epochs) - self.best_epoch
        return len(self.epochs) >= settings.epochs or (
            settings.patience is not None and waited >= settings.patience
        )


def train(settings: Settings, data: Data, run: Path) -> keras.Model:
    """Train, or go on training, in the folder `run`; returns the float32 network with its final weights.

    With patience these are the weights of the best epoch on the watched part, else those of the last one.
    Batches, their changes and the starting weights depend on the seed alone, so a run that was killed and
    started again passes through the same steps as one that was not.
    """
    folder = run / "checkpoint"
    folder.mkdir(parents=True, exist_ok=True)
    state = read_state(folder)
    with _precision(settings.precision):
        keras.utils.set_random_seed(settings.seed)
        learner = _learner(settings, data)
        if state.weights is not None:
            learner.load_weights(folder / state.weights)
        while not state.finished(settings):
            state = _advance(learner, settings, data, folder, state)
            write_curves(run, state)
    final = build(settings, data.targets)
    answerer = bmd_only(final)
    answerer.load_weights(folder / ("best.weights.h5" if settings.patience else str(state.weights)))
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


def answers(model: keras.Model, pictures: NDArray[np.uint8], places: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return BMD, g/cm2 [place, site], of the pictures at `places`; `model` answers BMD only."""
    parts = [places[start : start + BATCH_TO_ANSWER] for start in range(0, len(places), BATCH_TO_ANSWER)]
    return np.concatenate([np.asarray(model.predict_on_batch(np.asarray(pictures[part]))) for part in parts])


def read_state(folder: Path) -> State:
    """Return how far the run with this checkpoint folder is."""
    path = folder / "state.json"
    return msgspec.json.decode(path.read_bytes(), type=State) if path.is_file() else State()


def write_curves(run: Path, state: State) -> None:
    """Write curves.csv and log.jsonl anew from the state, so that a killed run leaves no line twice."""
    names = list(asdict(state.epochs[0]))
    lines = [",".join(names)]
    lines += [",".join(f"{value:.6g}" for value in asdict(epoch).values()) for epoch in state.epochs]
    _replace(run / "curves.csv", "\n".join(lines) + "\n")
    events = [json.dumps({"event": "epoch"} | asdict(epoch)) for epoch in state.epochs]
    _replace(run / "log.jsonl", "\n".join(events) + "\n")


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


def _advance(learner: keras.Model, settings: Settings, data: Data, folder: Path, state: State) -> State:
    started, number = time.monotonic(), len(state.epochs) + 1
    loss, percent = _one_epoch(learner, settings, data, number)
    truth = data.group_g_cm2(data.watched)
    answer = answers(learner, data.pictures, data.parts[data.watched]) @ np.array(data.targets.area_shares)
    error = np.abs(answer - truth)
    if not np.isfinite(error).all():
        raise DataError("Training ran away: start a new run with a smaller --learning-rate.")
    epoch = Epoch(
        epoch=number,
        train_loss_g_cm2=loss,
        train_percent=percent,
        watched_mae_g_cm2=float(error.mean()),
        watched_percent=float(100 * (error / truth).mean()),
        learning_rate=float(learner.optimizer.learning_rate),
        seconds=time.monotonic() - started,
    )
    return _saved(learner, folder, state, epoch)


def _one_epoch(learner: keras.Model, settings: Settings, data: Data, number: int) -> tuple[float, float]:
    train = data.parts["train"]
    batches = Batches(
        data.pictures, train, data.bmd_g_cm2[train], settings.batch, settings.augment, settings.seed
    )
    seen = np.zeros(2)
    with tqdm(total=batches.count, desc=f"epoch {number}/{settings.epochs}", leave=False) as bar:
        for pictures, bmd in batches.epoch(number):
            learner.reset_metrics()
            logs = learner.train_on_batch(pictures, bmd, return_dict=True)
            seen += np.array([float(logs["loss"]), float(logs["mape"])]) * len(bmd)
            bar.set_postfix(loss=f"{float(logs['loss']):.4f}", refresh=False)
            bar.update()
    loss, percent = seen / len(train)
    return float(loss), float(percent)


def _saved(learner: keras.Model, folder: Path, state: State, epoch: Epoch) -> State:
    """Write the weights under a name of this epoch, then the state that points to them, then drop the old."""
    better = epoch.watched_mae_g_cm2 < state.best_mae_g_cm2
    name = f"epoch_{epoch.epoch:03d}.weights.h5"
    learner.save_weights(folder / name)
    if better:
        learner.save_weights(folder / "new.weights.h5")
        (folder / "new.weights.h5").replace(folder / "best.weights.h5")
    new = State(
        epochs=(*state.epochs, epoch),
        best_epoch=epoch.epoch if better else state.best_epoch,
        best_mae_g_cm2=min(epoch.watched_mae_g_cm2, state.best_mae_g_cm2),
        weights=name,
    )
    _replace(folder / "state.json", msgspec.json.format(msgspec.json.encode(new)).decode())
    if state.weights is not None:
        (folder / state.weights).unlink(missing_ok=True)
    return new


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(path.suffix + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@contextmanager
def _precision(policy: str) -> Iterator[None]:
    before = keras.config.dtype_policy().name
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
