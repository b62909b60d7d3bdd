from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from training.runs.curves import Epoch, read_curves
from training.runs.keras_training import BATCH_TO_ANSWER, answers, go_on, read_state, save_model, trained_in
from training.standardised import Standardised

pytestmark = pytest.mark.training
ERRORS = (0.5, 0.2, 0.3, 0.4, 0.1)


@pytest.fixture
def learner() -> keras.Model:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    return model


def trained(learner: keras.Model, folder: Path, epochs: int, patience: int | None) -> float:
    """Train so that the weight is the number of the last epoch; return the weight that is left."""

    def one_epoch(number: int) -> Epoch:
        learner.layers[0].kernel.assign([[number]])
        return Epoch(number, 0.0, ERRORS[number - 1], 1e-3, 0.0)

    go_on(learner, folder / "checkpoint", folder / "curves.csv", Epoch, epochs, patience, one_epoch)
    return float(np.array(learner.layers[0].kernel)[0, 0])


def test_the_last_epoch_stays_without_patience_and_the_best_with_it(
    tmp_path: Path, learner: keras.Model
) -> None:
    assert trained(learner, tmp_path / "all", 4, None) == 4
    assert trained(learner, tmp_path / "patient", 5, 2) == 2
    assert [each.epoch for each in read_curves(tmp_path / "patient" / "curves.csv", Epoch)] == [1, 2, 3, 4]


def test_a_training_goes_on_where_it_stood(tmp_path: Path, learner: keras.Model) -> None:
    assert trained(learner, tmp_path, 2, None) == 2
    learner.layers[0].kernel.assign([[0.0]])
    assert trained(learner, tmp_path, 2, None) == 2
    assert trained(learner, tmp_path, 5, 9) == 5
    state = read_state(tmp_path / "checkpoint", Epoch)
    assert (len(state.epochs), state.best, state.weights) == (5, 5, "epoch_005.weights.h5")
    kept = {path.name for path in (tmp_path / "checkpoint").iterdir()}
    assert kept == {"state.json", "best.weights.h5", "epoch_005.weights.h5"}


def test_a_state_that_names_its_best_epoch_is_read(tmp_path: Path) -> None:
    line = {"epoch": 1, "train_loss": 0.5, "watched": 0.25, "learning_rate": 1e-3, "seconds": 1.0}
    state = {"epochs": [line], "best_epoch": 1, "best_loss": 0.25, "weights": "epoch_001.weights.h5"}
    (tmp_path / "state.json").write_text(json.dumps(state))
    assert read_state(tmp_path, Epoch).epochs == (Epoch(**line),)


def test_a_network_answers_in_batches_of_one_size(learner: keras.Model) -> None:
    sizes = []

    class Answering:
        def predict_on_batch(self, batch: np.ndarray) -> np.ndarray:
            sizes.append(len(batch))
            return batch.sum(axis=(1, 2))

    pictures = np.arange(400, dtype=np.uint8)[:, None, None]
    places = np.arange(399, 299, -1)
    assert answers(Answering(), pictures, places).tolist() == pictures[places, 0, 0].tolist()
    assert set(sizes) == {BATCH_TO_ANSWER}


def test_a_precision_ends_with_its_block() -> None:
    with trained_in("mixed_bfloat16"):
        assert keras.layers.Dense(1).compute_dtype == "bfloat16"
    assert keras.layers.Dense(1).compute_dtype == "float32"


@pytest.mark.parametrize("channels", [1, 3])
def test_brightness_and_contrast_say_nothing(channels: int) -> None:
    grey = np.random.default_rng(1).uniform(0, 120, (2, 8, 6, 1)).astype(np.float32)
    picture = np.repeat(grey, channels, axis=3)
    found = np.asarray(Standardised()(picture))
    assert found.shape == (2, 8, 6, 1)
    assert found.mean(axis=(1, 2)) == pytest.approx(0, abs=1e-5)
    spread = grey.std(axis=(1, 2))
    assert found.std(axis=(1, 2)) == pytest.approx(spread / (spread + Standardised.LEAST_SD), rel=1e-4)
    assert np.asarray(Standardised()(picture + 100)) == pytest.approx(found, abs=1e-4)
    assert not np.asarray(Standardised()(np.zeros_like(picture))).any()


def test_networks_of_older_runs_find_the_layer() -> None:
    told = keras.saving.serialize_keras_object(Standardised())
    elsewhere = {"module": "training.elsewhere", "class_name": "GreyStandardised"}
    older = told | elsewhere | {"registered_name": "trabecula>GreyStandardised"}
    assert isinstance(keras.saving.deserialize_keras_object(older), Standardised)


def test_a_saved_network_answers_as_before(tmp_path: Path) -> None:
    image = keras.Input((8, 8, 1))
    model = keras.Model(image, Standardised()(image))
    save_model(model, tmp_path / "model.keras")
    picture = np.random.default_rng(1).uniform(0, 255, (1, 8, 8, 1)).astype(np.float32)
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(again.predict_on_batch(picture), model.predict_on_batch(picture))
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
