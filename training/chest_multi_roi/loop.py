"""The training loop of both stages: seeded, with a checkpoint from which a killed run goes on."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from training.chest_multi_roi.settings import Course
from training.data.manifest import DataError
from training.runs.curves import Epoch, write_curves

MOMENTUM = 0.9
RISING = 0.03
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

Batch = tuple[Tensor, ...]


class Task(Protocol):
    """What is learned: a network, its cases, its loss, and the error that is watched."""

    network: nn.Module
    places: NDArray[np.intp]

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return the cases at `places`, changed as `random` says."""

    def loss(self, batch: Batch) -> Tensor:
        """Return the mean loss of a batch on DEVICE."""

    def watched(self) -> float:
        """Return the error on the part that is watched; smaller is better."""


def fit(task: Task, course: Course, run: Path) -> None:
    """Train `task.network`, or go on training it, in the folder `run`, and leave it with its final weights.

    Batches and their changes depend on seed and epoch alone, so that a run that was killed and started again
    passes through the same steps as one that was not. DataError where the loss is no number.
    """
    run.mkdir(parents=True, exist_ok=True)
    path = run / "checkpoint.pt"
    task.network.to(DEVICE, memory_format=torch.channels_last)
    optimizer = _optimizer(task.network, course)
    epochs, best = _resumed(task.network, optimizer, path)
    while not _finished(epochs, course):
        epoch = _one_epoch(task, optimizer, course, len(epochs) + 1)
        if epoch.watched < min((each.watched for each in epochs), default=math.inf):
            best = {name: value.clone() for name, value in task.network.state_dict().items()}
        epochs.append(epoch)
        write_curves(epochs, run / "curves.csv")
        _save(task.network, optimizer, epochs, best, path)
    if course.patience is not None:
        task.network.load_state_dict(best)
    task.network.eval()


def rate_at(course: Course, step: int, steps: int) -> float:
    """Return the learning rate of step 0, 1, ... of so many."""
    if not course.cosine:
        return course.learning_rate
    rising = max(1.0, RISING * steps)
    falling = 0.5 * (1 + math.cos(math.pi * step / steps))
    return course.learning_rate * min(1.0, (step + 1) / rising) * falling


def _optimizer(network: nn.Module, course: Course) -> torch.optim.Optimizer:
    if course.optimizer == "sgd":
        return torch.optim.SGD(
            network.parameters(), course.learning_rate, MOMENTUM, weight_decay=course.weight_decay
        )
    return torch.optim.AdamW(network.parameters(), course.learning_rate, weight_decay=course.weight_decay)


def _finished(epochs: list[Epoch], course: Course) -> bool:
    if len(epochs) >= course.epochs:
        return True
    if course.patience is None or not epochs:
        return False
    return len(epochs) - 1 - int(np.argmin([each.watched for each in epochs])) >= course.patience


def _one_epoch(task: Task, optimizer: torch.optim.Optimizer, course: Course, number: int) -> Epoch:
    started = time.monotonic()
    torch.manual_seed(course.seed * 100_003 + number)
    order = np.random.default_rng((course.seed, number)).permutation(task.places)
    parts = np.array_split(order, range(course.batch, len(order), course.batch))
    task.network.train()
    total = 0.0
    with tqdm(parts, desc=f"epoch {number}/{course.epochs}", leave=False) as bar:
        for k, part in enumerate(bar):
            rate = rate_at(course, (number - 1) * len(parts) + k, course.epochs * len(parts))
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = task.batch(part, np.random.default_rng((course.seed, number, k)))
            total += _step(task, optimizer, course, batch) * len(part)
            bar.set_postfix(loss=f"{total / len(order):.4f}", refresh=False)
    task.network.eval()
    with _precision(course):
        watched = task.watched()
    if not math.isfinite(total + watched):
        raise DataError("Training ran away: start a new run with a smaller --learning-rate.")
    return Epoch(number, total / len(order), watched, rate, time.monotonic() - started)


def _step(task: Task, optimizer: torch.optim.Optimizer, course: Course, batch: Batch) -> float:
    with _precision(course):
        loss = task.loss(tuple(each.to(DEVICE) for each in batch))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def _precision(course: Course) -> torch.autocast:
    return torch.autocast(DEVICE.type, torch.bfloat16, enabled=course.precision == "mixed_bfloat16")


def _resumed(
    network: nn.Module, optimizer: torch.optim.Optimizer, path: Path
) -> tuple[list[Epoch], dict[str, Any]]:
    if not path.is_file():
        return [], {}
    kept = torch.load(path, map_location=DEVICE, weights_only=True)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    return [Epoch(**each) for each in kept["epochs"]], kept["best"]


def _save(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    epochs: list[Epoch],
    best: dict[str, Any],
    path: Path,
) -> None:
    new = path.with_suffix(".new")
    kept = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epochs": [asdict(each) for each in epochs],
        "best": best,
    }
    torch.save(kept, new)
    new.replace(path)
