"""The training of every stage: seeded, so that a run that was killed goes on to the same end."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.manifest import DataError
from training.lumbar_xray.settings import Course
from training.runs.batches import ahead
from training.runs.curves import Epoch
from training.runs.keras_training import go_on

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


def fit(task: Task, course: Course, run: Path) -> None:
    """Train `task.learner`, or go on training it, in the folder `run`, and leave it with its final weights.

    Batches and their changes depend on seed and epoch alone, so that a run that was killed and started again
    passes through the same steps as one that was not. DataError where the loss is no number.
    """
    steps = -(-len(task.places) // course.batch)
    rate = _Rate(course.learning_rate, steps * course.epochs) if course.cosine else course.learning_rate
    task.learner.compile(
        keras.optimizers.AdamW(rate, weight_decay=course.weight_decay), loss=task.loss, jit_compile=False
    )
    task.learner.optimizer.build(task.learner.trainable_variables)
    go_on(
        task.learner,
        run / "checkpoint",
        run / "curves.csv",
        Epoch,
        course.epochs,
        course.patience,
        lambda number: _one_epoch(task, course, number),
    )


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
    made = ahead(
        lambda k: task.batch(parts[k], np.random.default_rng((course.seed, number, k))), range(steps)
    )
    with tqdm(made, f"epoch {number}/{course.epochs}", steps, leave=False) as bar:
        for seen, wanted in bar:
            task.learner.reset_metrics()
            total += float(task.learner.train_on_batch(seen, wanted, return_dict=True)["loss"])
            bar.set_postfix(loss=f"{total / steps:.4f}", refresh=False)
    watched = task.watched()
    if not math.isfinite(total + watched):
        raise DataError("Training ran away: start a new run with a smaller learning rate.")
    rate = float(task.learner.optimizer.learning_rate)
    return Epoch(number, total / steps, watched, rate, time.monotonic() - started)
