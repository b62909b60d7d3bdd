"""Backbones are those of keras.applications, and a file of weights goes in whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from training.data.manifest import DataError
from training.lumbar_xray.encoders import encoder, load_weights, save_weights, unfreeze
from training.lumbar_xray.settings import BACKBONES, Backbone, EncoderSettings

pytestmark = pytest.mark.training
NARROW = EncoderSettings("vgg16", 1 / 16, "own", 72)
PARAMETERS = {"vgg16": 14_714_688, "vgg19": 20_024_384, "resnet50": 23_587_712, "xception": 20_861_480}
"""Without the top, as Keras's own pages state them."""


def test_at_a_width_of_1_a_file_of_keras_applications_fits_and_answers_alike(tmp_path: Path) -> None:
    settings = EncoderSettings("resnet50", 1.0, "imagenet", 32)
    keras.utils.set_random_seed(3)
    source = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(32, 32, 3))
    path = tmp_path / "resnet50.weights.h5"
    save_weights(source, path)
    keras.utils.set_random_seed(4)
    network = encoder(settings)
    assert network.count_params() == PARAMETERS["resnet50"]
    picture = np.random.default_rng(1).normal(0, 50, (1, 32, 32, 3)).astype(np.float32)
    wanted = np.asarray(source(picture))
    assert not np.allclose(np.asarray(network(picture)), wanted, atol=1e-3)
    load_weights(network, path)
    assert np.allclose(np.asarray(network(picture)), wanted, atol=1e-5)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_narrow_ones_are_the_same_graph_with_fewer_channels(backbone: Backbone) -> None:
    network = encoder(replace(NARROW, backbone=backbone))
    assert network.input_shape == (None, 72, 72, 1)
    assert network.count_params() < PARAMETERS[backbone] / 50
    assert network.output_shape[1:3] == ((3, 3) if backbone in ("resnet50", "xception") else (2, 2))


@pytest.mark.parametrize("backbone", BACKBONES)
def test_only_the_last_blocks_learn_and_their_norms_stay(backbone: Backbone) -> None:
    network = encoder(replace(NARROW, backbone=backbone))
    unfreeze(network, backbone)
    learning = {layer.name for layer in network.layers if layer.trainable and layer.weights}
    first = {"vgg16": "block5", "vgg19": "block5", "resnet50": "conv5", "xception": "block1"}[backbone]
    assert learning
    assert all(name.startswith(first) for name in learning)
    assert not any(name.endswith("_bn") for name in learning)


def test_a_file_of_another_width_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.weights.h5"
    save_weights(encoder(replace(NARROW, width=1 / 8)), path)
    with pytest.raises(DataError, match="does not fit this backbone"):
        load_weights(encoder(NARROW), path)


def test_a_file_of_another_backbone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.weights.h5"
    save_weights(encoder(replace(NARROW, backbone="vgg19")), path)
    with pytest.raises(DataError, match="does not fit this backbone"):
        load_weights(encoder(NARROW), path)


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.weights.h5"
    save_weights(encoder(NARROW), path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(DataError, match="is not the file that SHA256SUMS"):
        load_weights(encoder(NARROW), path)


def test_no_weights_at_all_are_one_sentence(tmp_path: Path) -> None:
    network = encoder(NARROW)
    with pytest.raises(DataError, match="is no file of weights"):
        load_weights(network, tmp_path / "none.weights.h5")
    path = tmp_path / "own.weights.h5"
    save_weights(network, path)
    (tmp_path / "SHA256SUMS").unlink()
    with pytest.raises(DataError, match="has no SHA256SUMS"):
        load_weights(network, path)
    path.write_bytes(b"no HDF5")
    save = "b1b0a5"
    (tmp_path / "SHA256SUMS").write_text(f"{save}  own.weights.h5\n")
    with pytest.raises(DataError, match="is not the file"):
        load_weights(network, path)
