"""Tuning learning rate, batch and epochs of a member: scikit-learn's search on training people."""

from __future__ import annotations

import csv
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV, ParameterSampler

from training.stacked_ensemble.data import Data, Places
from training.stacked_ensemble.loop import Learner
from training.stacked_ensemble.settings import Member, Settings

TUNED = ("learning_rate", "batch", "epochs")
OF_FOLDS = 4
"""One fold in so many is answered by what learned from the others, so that a trial costs one training."""


class Trial(ClassifierMixin, BaseEstimator):
    """A member as scikit-learn sees it: it fits and answers places of a data folder, [place, 1].

    Each trial has its own folder, named by what it tries, so a search that was killed goes on.
    """

    def __init__(
        self,
        member: Member,
        settings: Settings,
        data: Data,
        folder: Path,
        learning_rate: float = 1e-3,
        batch: int = 32,
        epochs: int = 1,
    ) -> None:
        self.member, self.settings, self.data, self.folder = member, settings, data, folder
        self.learning_rate, self.batch, self.epochs = learning_rate, batch, epochs

    def __sklearn_clone__(self) -> Self:
        """Return another trial on the same data: a copy of all strips for each would fill the memory."""
        return type(self)(**self.get_params(deep=False))

    def fit(self, places: NDArray[np.intp], classes: NDArray[np.intp]) -> Self:
        """Train on these places."""
        tried = {name: _plain(getattr(self, name)) for name in TUNED}
        self.classes_ = np.unique(classes)
        self.learner_ = Learner(replace(self.member, **tried), self.settings)
        name = hashlib.sha256(f"{tried}{places.tobytes()}".encode()).hexdigest()[:12]
        self.learner_.fit(self.data, np.sort(places[:, 0]), self.folder / name)
        return self

    def predict_proba(self, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return probabilities [place, class]."""
        found = self.learner_.answers(self.data.strips, places[:, 0])
        return found / found.sum(axis=1, keepdims=True)  # scikit-learn minds float32's sums


def tuned(name: str, settings: Settings, data: Data, folder: Path) -> Member:
    """Return a member with the settings of the smallest log loss on held-out training people.

    Learning rates within a factor of 5 either way, batches of half to twice as many, and half to twice the
    epochs are drawn, `settings.trials` of them, and tried beside the member's own; search.csv tells all.
    """
    member, chosen = settings.members[name], folder / "chosen.json"
    if chosen.is_file():
        return msgspec.json.decode(chosen.read_bytes(), type=Member)
    train = data.parts["train"]
    split = tuple(np.searchsorted(train, places) for places in held_out(data, settings))
    own = {each: getattr(member, each) for each in TUNED}
    drawn = ParameterSampler(_choices(member), settings.trials, random_state=settings.seed)
    search = GridSearchCV(
        Trial(member, settings, data, folder),
        [{each: [value] for each, value in tried.items()} for tried in (own, *drawn)],
        scoring="neg_log_loss",
        cv=[split],
        refit=False,
        error_score="raise",
    )
    search.fit(train[:, None], data.classes[train])
    _write(folder / "search.csv", search.cv_results_)
    found = replace(member, **{each: _plain(search.best_params_[each]) for each in TUNED})
    logging.info("%s: %s", name, {each: getattr(found, each) for each in TUNED})
    chosen.write_bytes(msgspec.json.encode(asdict(found)))
    return found


def held_out(data: Data, settings: Settings) -> tuple[Places, Places]:
    """Return the training places that each trial learns from, and those that judge it."""
    return data.folds(OF_FOLDS, settings.seed)[0]


def tried_before(folder: Path) -> list[tuple[dict[str, float | int], float]]:
    """Return what a finished search tried, settings of TUNED and their log loss."""
    with (folder / "search.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return [({each: _plain(row[each]) for each in TUNED}, float(row["log_loss"])) for row in rows]


def _choices(member: Member) -> dict[str, Any]:
    return {
        "learning_rate": loguniform(member.learning_rate / 5, member.learning_rate * 5),
        "batch": [max(1, member.batch // 2), member.batch, member.batch * 2],
        "epochs": [max(1, member.epochs // 2), member.epochs, member.epochs * 2],
    }


def _write(path: Path, results: Mapping[str, Any]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([*TUNED, "log_loss"])
        for tried, score in zip(results["params"], results["mean_test_score"], strict=True):
            writer.writerow([*(_plain(tried[each]) for each in TUNED), f"{-score:.5f}"])


def _plain(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number
