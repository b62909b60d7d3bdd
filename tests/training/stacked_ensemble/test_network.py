from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from training.data.manifest import DataError
from training.stacked_ensemble.features import COUNT, GROUPS, HandMadeFeatures
from training.stacked_ensemble.network import TRUNK, Standardised, build, load_trunk
from training.stacked_ensemble.settings import PRESETS, Member

pytestmark = pytest.mark.training
VGG16 = replace(PRESETS["smoke"].members["vgg16"], filters=(2,), reduced=1)
SHAPE = (64, 32)


def strips(count: int = 3, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, *SHAPE, 1)).astype(np.float32)


def answers(model: keras.Model, of: np.ndarray) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in model(of, training=False).items()}


@pytest.fixture(scope="module")
def member() -> Member:
    return replace(PRESETS["smoke"].members["cnn"], filters=(4, 4, 8, 8))


def test_evidence_sums_to_the_log_odds_of_osteoporosis(member: Member) -> None:
    found = answers(build(member, SHAPE), strips())
    logs = np.log(found["probabilities"])
    wanted = logs[:, 2] - logs[:, :2].mean(axis=1)
    assert found["evidence"].sum(axis=(1, 2)) == pytest.approx(wanted, abs=1e-4)
    assert found["probabilities"].sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert found["features"].shape == (3, 8 + COUNT)


def test_brightness_and_contrast_of_a_screen_say_nothing() -> None:
    layer = Standardised()
    flat = np.asarray(layer(0.5 * strips() + 40.0))
    assert flat == pytest.approx(np.asarray(layer(strips())), abs=0.15)
    assert np.isfinite(np.asarray(layer(np.zeros((1, *SHAPE, 1), np.float32)))).all()


def test_published_vgg16_is_as_printed() -> None:
    trunk = build(PRESETS["paper"].members["vgg16"]).get_layer(TRUNK)
    convolutions = [layer for layer in trunk.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [64] * 2 + [128] * 2 + [256] * 3 + [512] * 6
    published = 14_714_688  # Keras's own VGG16 without its top
    assert trunk.count_params() == published
    assert trunk.input.shape[-1] == 3


def test_weights_named_by_the_user_are_loaded_and_others_refused(tmp_path: Path, member: Member) -> None:
    keras.utils.set_random_seed(1)
    first = build(VGG16, SHAPE)
    first.get_layer(TRUNK).save_weights(tmp_path / "vgg16.weights.h5")
    keras.utils.set_random_seed(2)
    second = build(VGG16, SHAPE)
    load_trunk(second, tmp_path / "vgg16.weights.h5")
    for one, other in zip(first.get_layer(TRUNK).weights, second.get_layer(TRUNK).weights, strict=True):
        assert np.array_equal(np.asarray(one), np.asarray(other))
    with pytest.raises(DataError, match="holds no weights for stacked_ensemble_cnn"):
        load_trunk(build(member, SHAPE), tmp_path / "vgg16.weights.h5")
    (tmp_path / "none.weights.h5").write_bytes(b"nothing")
    with pytest.raises(DataError, match="holds no weights"):
        load_trunk(second, tmp_path / "none.weights.h5")


def hand_made(of: np.ndarray) -> dict[str, float]:
    names = [name for group in GROUPS.values() for name in group]
    values = np.asarray(HandMadeFeatures()(of[None, :, :, None].astype(np.float32)))[0]
    return dict(zip(names, values.tolist(), strict=True))


def test_texture_features_are_those_of_the_co_occurrence_matrix() -> None:
    strip = np.random.default_rng(3).integers(0, 4, SHAPE).astype(float)
    bone = strip[:, 8:-8].astype(int)
    matrix = np.zeros((4, 4))
    for left, right in zip(bone[:, :-2].ravel(), bone[:, 2:].ravel(), strict=True):
        matrix[left, right] += 1
    matrix /= matrix.sum()
    step = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    found = hand_made(strip)
    assert found["contrast_across_2px"] == pytest.approx((matrix * step**2).sum(), rel=1e-5)
    assert found["dissimilarity_across_2px"] == pytest.approx((matrix * step).sum(), rel=1e-5)
    assert found["homogeneity_across_2px"] == pytest.approx((matrix / (1 + step**2)).sum(), rel=1e-5)


def test_the_variogram_of_a_slope_rises_by_the_square_of_the_distance() -> None:
    found = hand_made(np.repeat(np.arange(64.0)[:, None] * 0.1, 32, axis=1))
    assert found["slope_along"] == pytest.approx(2.0, abs=1e-3)
    assert found["along"] == pytest.approx(0.1, rel=1e-4)
    assert found["across"] == pytest.approx(0.0, abs=1e-6)


def test_stripes_show_in_their_own_octave() -> None:
    stripes = np.repeat((np.arange(64) // 4 % 2 * 2.0 - 1.0)[:, None], 32, axis=1)
    found = hand_made(stripes)
    detail = {octave: found[f"detail_{octave}px"] for octave in (1, 2, 4)}
    assert detail[4] == pytest.approx(0.0, abs=1e-4)
    assert max(detail[1], detail[2]) < -10
