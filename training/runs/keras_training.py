"""Training a Keras network epoch by epoch, with checkpoints from which a killed run goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray

from training.runs.curves import write_curves
from training.runs.folder import write_json

BATCH_TO_ANSWER = 64
BEST = "best.weights.h5"


class Watched(Protocol):
    """An epoch: a line of curves.csv."""

    @property
    def watched(self) -> float:
        """The error on the part that is watched; smaller is better."""


Epoch = TypeVar("Epoch", bound=Watched)


@dataclass(frozen=True)
class State(Generic[Epoch]):
    """How far a training is: its epochs and the file of its last weights, optimizer included."""

    epochs: tuple[Epoch, ...] = ()
    weights: str | None = None

    @property
    def best(self) -> int:
        """The number of the epoch with the smallest watched error, 0 before the first."""
        return 1 + int(np.argmin([each.watched for each in self.epochs])) if self.epochs else 0

    def finished(self, epochs: int, patience: int | None) -> bool:
        """Whether all epochs are done, or none was better for `patience` of them."""
        waited = len(self.epochs) - self.best
        return len(self.epochs) >= epochs or (patience is not None and waited >= patience)


def go_on(
    learner: keras.Model,
    checkpoint: Path,
    curves: Path,
    kind: type[Epoch],
    epochs: int,
    patience: int | None,
    one_epoch: Callable[[int], Epoch],
) -> None:
    """Train a compiled network from its last checkpoint, or from the start, and leave its final weights.

    With patience these are the weights of the best epoch, else those of the last one. checkpoint: a folder;
    curves: curves.csv; one_epoch: trains epoch 1, 2, ... and judges it, as a `kind`.
    """
    checkpoint.mkdir(parents=True, exist_ok=True)
    state = read_state(checkpoint, kind)
    if state.weights is not None:
        learner.load_weights(checkpoint / state.weights)
    while not state.finished(epochs, patience):
        state = _saved(learner, checkpoint, state, one_epoch(len(state.epochs) + 1))
        write_curves(state.epochs, curves)
    if patience is not None:
        learner.load_weights(checkpoint / BEST)


def read_state(checkpoint: Path, kind: type[Epoch]) -> State[Epoch]:
    """Return how far the training with this folder of checkpoints is."""
    path = checkpoint / "state.json"
    return msgspec.json.decode(path.read_bytes(), type=State[kind]) if path.is_file() else State()


def answers(network: keras.Model, pictures: NDArray[np.uint8], places: NDArray[np.intp]) -> NDArray[Any]:
    """Return [place, ...]: the one output of a network for the pictures [picture, row, column, channel].

    Batches are of one size, the last one filled up with black (`Batches.epoch` says why).
    """
    found = []
    for start in range(0, len(places), BATCH_TO_ANSWER):
        part = places[start : start + BATCH_TO_ANSWER]
        batch = np.zeros((BATCH_TO_ANSWER, *pictures.shape[1:]), pictures.dtype)
        batch[: len(part)] = pictures[part]
        found.append(np.asarray(network.predict_on_batch(batch))[: len(part)])
    return np.concatenate(found)


def versions() -> dict[str, str]:
    """Return what config.json tells of Keras."""
    return {"keras": version("keras"), "backend": keras.backend.backend()}


def save_model(model: keras.Model, path: Path) -> None:
    """Write a Keras file whole or not at all."""
    new = path.with_name("new." + path.name)
    model.save(new)
    new.replace(path)


@contextmanager
def trained_in(precision: str) -> Iterator[None]:
    """Let networks that are made in here compute in another precision; their weights are float32."""
    before = keras.config.dtype_policy().name
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _saved(learner: keras.Model, folder: Path, state: State[Epoch], epoch: Epoch) -> State[Epoch]:
    """Write the weights under a name of this epoch, then the state that points to them, then drop the old."""
    after = State((*state.epochs, epoch), f"epoch_{len(state.epochs) + 1:03d}.weights.h5")
    learner.save_weights(folder / after.weights)
    if after.best == len(after.epochs):
        shutil.copyfile(folder / after.weights, folder / "new.weights.h5")
        (folder / "new.weights.h5").replace(folder / BEST)
    write_json(folder / "state.json", after)
    if state.weights is not None:
        (folder / state.weights).unlink(missing_ok=True)
    return after
