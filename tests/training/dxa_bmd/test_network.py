from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

from training.dxa_bmd.data import Data
from training.dxa_bmd.loop import bmd_only, straighten
from training.dxa_bmd.network import Targets, build
from training.dxa_bmd.settings import PRESETS
from training.runs.keras_training import answers

pytestmark = pytest.mark.training
ONE = Targets(mean_g_cm2=(0.95,), sd_g_cm2=(0.15,), area_shares=(1.0,))
FOUR = Targets((0.9, 0.95, 1.0, 1.0), (0.13, 0.14, 0.15, 0.17), (0.21, 0.23, 0.26, 0.30))


@pytest.fixture(scope="module")
def published() -> keras.Model:
    return build(PRESETS["paper"], ONE)


def test_the_published_network_is_as_printed(published: keras.Model) -> None:
    convolutions = [layer for layer in published.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [32, 64, 128]
    assert all(layer.kernel_size == (5, 5) and layer.activation.__name__ == "relu" for layer in convolutions)
    assert [layer.count_params() for layer in convolutions] == [2432, 51_264, 204_928]
    assert published.count_params() == 2432 + 51_264 + 204_928 + 129
    assert published.input.shape == (None, 256, 256, 3)
    assert [layer.output.shape[1:] for layer in convolutions] == [
        (256, 256, 32),
        (128, 128, 64),
        (64, 64, 128),
    ]
    assert published.output["bmd"].shape == (None, 1)
    assert published.output["evidence"].shape == (None, 64, 64)


def test_the_published_protocol_is_as_printed() -> None:
    paper = PRESETS["paper"]
    assert (paper.split_by, paper.epochs, paper.patience, paper.size_px) == ("image", 15, None, 256)
    assert (paper.sites, paper.augment, paper.cosine, paper.precision) == (
        ("L1-L4",),
        False,
        False,
        "float32",
    )


def test_the_narrow_network_is_small_and_looks_at_32_by_32_places() -> None:
    model = build(PRESETS["edge"], FOUR)
    assert model.output["bmd"].shape == (None, 4)
    assert model.output["evidence"].shape == (None, 32, 32)
    assert model.count_params() < 300_000


@pytest.mark.parametrize("preset", ["smoke", "paper"])
def test_evidence_sums_to_the_predicted_group_less_a_constant(preset: str) -> None:
    settings = replace(PRESETS[preset], size_px=64)
    targets = FOUR if len(settings.sites) == 4 else ONE
    keras.utils.set_random_seed(3)
    model = build(settings, targets)
    pictures = np.random.default_rng(1).integers(0, 256, (5, 64, 64, 3)).astype(np.float32)
    answer = {name: np.asarray(value) for name, value in model.predict_on_batch(pictures).items()}
    group = answer["bmd"] @ np.array(targets.area_shares)
    rest = group - answer["evidence"].sum(axis=(1, 2))
    expected = np.dot(targets.mean_g_cm2, targets.area_shares) if preset == "smoke" else 0.0
    assert rest == pytest.approx(expected, abs=1e-4)
    assert np.ptp(group) > 1e-4


def test_a_new_network_answers_near_the_training_mean() -> None:
    keras.utils.set_random_seed(1)
    model = build(PRESETS["smoke"], FOUR)
    grey = np.full((1, 256, 256, 3), 90, dtype=np.float32)
    assert np.asarray(model.predict_on_batch(grey)["bmd"])[0] == pytest.approx(FOUR.mean_g_cm2, abs=0.3)


def test_saved_and_loaded_it_answers_the_same(tmp_path) -> None:
    model = build(replace(PRESETS["smoke"], size_px=64), FOUR)
    pictures = np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3)).astype(np.float32)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    for name in ("bmd", "evidence"):
        first, second = (np.asarray(m.predict_on_batch(pictures)[name]) for m in (model, again))
        assert np.array_equal(first, second)


def test_stretched_answers_lie_on_the_truth_they_were_too_close_to_the_mean_of() -> None:
    random = np.random.default_rng(2)
    pictures = random.integers(0, 256, (120, 64, 64, 3)).astype(np.uint8)
    pictures[:, :, :32] = random.integers(0, 200, (120, 1, 1, 1))
    model = build(replace(PRESETS["smoke"], size_px=64), FOUR)
    places = np.arange(120)
    before = answers(bmd_only(model), pictures, places)
    wanted = 1.6 * before - 0.4
    data = Data((), pictures, wanted, {"tune": places}, FOUR, {})
    straighten(model, before, data)
    assert answers(bmd_only(model), pictures, places) == pytest.approx(wanted, abs=2e-3)
