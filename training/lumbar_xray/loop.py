"""The training loop of every stage: seeded, with checkpoints from which a killed run goes on."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.manifest import DataError
from training.lumbar_xray.run_folder import write_json
from training.lumbar_xray.settings import Course, Precision

RISING = 0.03
Batch = tuple[Any, Any]
"""What the learner sees and what it should answer."""


class Task(Protocol):
    """What is learned: a network, its cases, its loss, and the error that is watched."""

    learner: keras.Model
    places: NDArray[np.intp]
    loss: Any

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return the cases at `places`, changed as `random` says."""

    def watched(self) -> float:
        """Return the error on the part that is watched; smaller is better."""


@dataclass(frozen=True)
class Epoch:
    """One line of curves.csv."""

    epoch: int
    train_loss: float
    watched: float
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class State:
    """How far a training is: its epochs and the file of its last weights, optimizer included."""

    epochs: tuple[Epoch, ...] = ()
    weights: str | None = None

    @property
    def best(self) -> int:
        """The number of the epoch with the smallest watched error, 0 before the first."""
        return 1 + int(np.argmin([each.watched for each in self.epochs])) if self.epochs else 0

    def finished(self, course: Course) -> bool:
        """Whether all epochs are done, or none was better for `patience` of them."""
        waited = len(self.epochs) - self.best
        return len(self.epochs) >= course.epochs or (
            course.patience is not None and waited >= course.patience
        )


def fit(task: Task, course: Course, run: Path) -> None:
    """Train `task.learner`, or go on training it, in the folder `run`, and leave it with its final weights.

    Batches and their changes depend on seed and epoch alone, so that a run that was killed and started again
    passes through the same steps as one that was not. DataError where the loss is no number.
    """
    folder = run / "checkpoint"
    folder.mkdir(parents=True, exist_ok=True)
    steps = -(-len(task.places) // course.batch)
    rate = _Rate(course.learning_rate, steps * course.epochs) if course.cosine else course.learning_rate
    task.learner.compile(
        keras.optimizers.AdamW(rate, weight_decay=course.weight_decay), loss=task.loss, jit_compile=False
    )
    task.learner.optimizer.build(task.learner.trainable_variables)
    state = _read_state(folder)
    if state.weights is not None:
        task.learner.load_weights(folder / state.weights)
    while not state.finished(course):
        state = _saved(task.learner, folder, state, _one_epoch(task, course, len(state.epochs) + 1))
        write_curves(state.epochs, run / "curves.csv")
    if course.patience is not None:
        task.learner.load_weights(folder / "best.weights.h5")


@contextmanager
def trained_in(precision: Precision) -> Iterator[None]:
    """Let networks that are made in here compute in another precision; their weights are float32."""
    before = keras.config.dtype_policy().name
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def write_curves(epochs: tuple[Epoch, ...], path: Path) -> None:
    """Write one line an epoch, whole or not at all."""
    new = path.with_suffix(".new")
    with new.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, [field.name for field in fields(Epoch)], lineterminator="\n")
        table.writeheader()
        table.writerows({name: f"{value:.6g}" for name, value in asdict(each).items()} for each in epochs)
    new.replace(path)


@keras.saving.register_keras_serializable("trabecula")
class _Rate(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that rises over the first 3 % of all steps and falls along a cosine to nothing."""

    def __init__(self, highest: float, steps: int) -> None:
        self.highest, self.steps = highest, steps

    def __call__(self, step: Any) -> Any:
        done = keras.ops.cast(step, "float32") / self.steps
        rising = keras.ops.minimum(1.0, (done + 1 / self.steps) / RISING)
        return self.highest * rising * 0.5 * (1.0 + keras.ops.cos(math.pi * keras.ops.minimum(done, 1.0)))

    def get_config(self) -> dict[str, object]:
        return {"highest": self.highest, "steps": self.steps}


def _one_epoch(task: Task, course: Course, number: int) -> Epoch:
    started = time.monotonic()
    keras.utils.set_random_seed(course.seed * 100_003 + number)
    order = np.random.default_rng((course.seed, number)).permutation(task.places)
    steps = -(-len(order) // course.batch)
    order = np.resize(order, steps * course.batch)  # the last batch is filled up: one size, traced once
    parts = np.split(order, steps)
    total = 0.0
    with tqdm(_ahead(task, parts, (course.seed, number)), total=len(parts), leave=False) as bar:
        bar.set_description(f"epoch {number}/{course.epochs}")
        for seen, wanted, count in bar:
            task.learner.reset_metrics()
            total += float(task.learner.train_on_batch(seen, wanted, return_dict=True)["loss"]) * count
            bar.set_postfix(loss=f"{total / len(order):.4f}", refresh=False)
    watched = task.watched()
    if not math.isfinite(total + watched):
        raise DataError("Training ran away: start a new run with a smaller learning rate.")
    rate = float(task.learner.optimizer.learning_rate)
    return Epoch(number, total / len(order), watched, rate, time.monotonic() - started)


def _ahead(task: Task, parts: list[NDArray[np.intp]], key: tuple[int, int]) -> Iterator[tuple[Any, Any, int]]:
    """Return the batches, each made on another thread while the one before it is learned."""
    with ThreadPoolExecutor(1) as pool:
        waiting = None
        for k, part in enumerate(parts):
            made = pool.submit(task.batch, part, np.random.default_rng((*key, k)))
            if waiting is not None:
                yield (*waiting[0].result(), waiting[1])
            waiting = made, len(part)
        if waiting is not None:
            yield (*waiting[0].result(), waiting[1])


def _read_state(folder: Path) -> State:
    path = folder / "state.json"
    return msgspec.json.decode(path.read_bytes(), type=State) if path.is_file() else State()


def _saved(learner: keras.Model, folder: Path, state: State, epoch: Epoch) -> State:
    """Write the weights under a name of this epoch, then the state that points to them, then drop the old."""
    name = f"epoch_{epoch.epoch:03d}.weights.h5"
    learner.save_weights(folder / name)
    new = State((*state.epochs, epoch), name)
    if new.best == epoch.epoch:
        learner.save_weights(folder / "new.weights.h5")
        (folder / "new.weights.h5").replace(folder / "best.weights.h5")
    write_json(folder / "state.json", new)
    if state.weights is not None:
        (folder / state.weights).unlink(missing_ok=True)
    return new
