from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.data.manifest import DataError
from training.runs import keras_training
from training.runs.keras_training import read_state
from training.stacked_ensemble.data import Data, read_data
from training.stacked_ensemble.loop import Epoch, Learner
from training.stacked_ensemble.search import tuned
from training.stacked_ensemble.settings import Settings

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def data(make_data: Callable[..., Path], small: Settings) -> Data:
    return read_data(make_data(30), small)


@pytest.fixture(scope="module")
def longer(small: Settings) -> Settings:
    """Two epochs on T-scores and four on classes, none of them left out."""
    member = replace(small.members["cnn"], pretrained_epochs=2, epochs=4, learning_rate=1e-2)
    return replace(small, members={**small.members, "cnn": member}, patience=9)


class Killed(Exception):
    pass


def test_a_killed_training_goes_on_to_the_same_end(
    tmp_path: Path, data: Data, longer: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, test = data.parts["train"], data.parts["test"]
    learner = Learner(longer.members["cnn"], longer)
    learner.fit(data, train, tmp_path / "whole")
    wanted = learner.answers(data.strips, test)

    written = keras_training.write_curves
    stops = iter([False, True, False, False, True])

    def write_or_die(epochs: tuple[Epoch, ...], path: Path) -> None:
        if next(stops, False):
            raise Killed
        written(epochs, path)

    monkeypatch.setattr(keras_training, "write_curves", write_or_die)
    deaths = 0
    while deaths < 5:
        learner.model.set_weights([np.zeros_like(each) for each in learner.model.get_weights()])
        try:
            learner.fit(data, train, tmp_path / "killed")
            break
        except Killed:
            deaths += 1
    assert deaths == 2
    assert learner.answers(data.strips, test) == pytest.approx(wanted, abs=1e-4)
    for stage, epochs in (("pretraining", 2), (".", 4)):
        assert len(read_state(tmp_path / "killed" / stage, Epoch).epochs) == epochs


def test_a_training_lowers_its_loss_and_writes_both_curves(
    tmp_path: Path, data: Data, longer: Settings
) -> None:
    member = replace(longer.members["cnn"], pretrained_epochs=1, epochs=20, dropout=0.0, learning_rate=0.03)
    learner = Learner(member, replace(longer, patience=20, augment=False))
    learner.fit(data, data.parts["train"], tmp_path)
    with (tmp_path / "curves.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    losses = [float(row["train_loss"]) for row in rows]
    assert losses[-1] < 0.5 * losses[0]
    ninths = 9 * 2 * np.array([float(row["train_accuracy"]) for row in rows])  # two batches of nine
    assert ninths == pytest.approx(np.rint(ninths), abs=1e-3)
    assert (np.rint(ninths) % 2 == 1).any()  # so both batches count
    assert all(0 <= float(row["tune_accuracy"]) <= 1 for row in rows)
    with (tmp_path / "pretraining" / "curves.csv").open(newline="") as stream:
        assert all(row["train_accuracy"] == "" for row in csv.DictReader(stream))


def test_patience_ends_a_training_and_keeps_its_best_epoch(
    tmp_path: Path, data: Data, longer: Settings
) -> None:
    settings = replace(longer, patience=2)
    member = replace(longer.members["cnn"], pretrained_epochs=0, epochs=40, learning_rate=0.3)
    learner = Learner(member, settings)
    learner.fit(data, data.parts["train"], tmp_path)
    state = read_state(tmp_path, Epoch)
    assert len(state.epochs) == state.best + 2 < 40
    tune = data.parts["tune"]
    given = learner.answers(data.strips, tune)[np.arange(len(tune)), data.classes[tune]]
    assert -np.log(np.maximum(given, 1e-7)).mean() == pytest.approx(
        state.epochs[state.best - 1].tune_loss, rel=1e-3
    )


def test_pretraining_without_t_scores_is_one_sentence(tmp_path: Path, data: Data, longer: Settings) -> None:
    unknown = replace(data, t_scores=np.full(len(data.rows), np.nan, np.float32))
    with pytest.raises(DataError, match="Pre-training needs T-scores"):
        Learner(longer.members["cnn"], longer).fit(unknown, data.parts["train"], tmp_path)


def test_a_search_tries_settings_and_keeps_the_best(tmp_path: Path, data: Data, small: Settings) -> None:
    settings = replace(small, trials=2)
    found = tuned("cnn", settings, data, tmp_path)
    with (tmp_path / "search.csv").open(newline="") as stream:
        tried = list(csv.DictReader(stream))
    assert len(tried) == 3
    first = settings.members["cnn"]  # its own settings are tried too
    assert (float(tried[0]["learning_rate"]), int(tried[0]["batch"])) == (first.learning_rate, first.batch)
    best = min(tried, key=lambda row: float(row["log_loss"]))
    assert found.learning_rate == pytest.approx(float(best["learning_rate"]))
    assert (found.batch, found.epochs) == (int(best["batch"]), int(best["epochs"]))
    asked = settings.members["cnn"]
    assert asked.learning_rate / 5 <= found.learning_rate <= asked.learning_rate * 5
    assert tuned("cnn", settings, data, tmp_path) == found
