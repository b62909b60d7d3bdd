"""The lateral lumbar classifier as the desktop runs it: logits, and a map of the evidence on a fine grid."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

BATCH = 32
FINE = 5
"""Evidence is read from the last maps whose side is at least such a part of the crop's: VGG16's 24 of 96."""
RIDGE = 1.0
LEAST_SD = 1e-6
Values = NDArray[np.float32]


@keras.saving.register_keras_serializable("trabecula")
class FineEvidence(keras.layers.Layer):
    """Maps [n, row, column, channel] weighed, and moved so that they sum to the log odds [n, 1].

    They are told less their mean over pictures to train on: zero is as on average.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(**({"dtype": "float32"} | options))

    def build(self, maps_shape: tuple[int, ...], odds_shape: tuple[int, ...]) -> None:
        """Make room for the weights and the average."""
        del odds_shape
        self.kernel = self.add_weight(
            shape=(maps_shape[-1], 1), initializer="zeros", trainable=False, name="kernel"
        )
        self.average = self.add_weight(
            shape=maps_shape[1:3], initializer="zeros", trainable=False, name="average"
        )
        self.places = maps_shape[1] * maps_shape[2]

    def call(self, maps: keras.KerasTensor, odds: keras.KerasTensor) -> keras.KerasTensor:
        """Return evidence [n, row, column]."""
        weighed = ops.squeeze(ops.matmul(maps, self.kernel), axis=-1) / self.places
        apart = weighed - ops.mean(weighed, axis=(1, 2), keepdims=True)
        return apart + ops.expand_dims(odds / self.places, -1) - self.average


def with_evidence(network: keras.Model, crops: NDArray[np.uint8]) -> keras.Model:
    """Return the classifier with a second answer, `evidence`: what each place of the crop adds.

    It is the sum of channels of an early, fine stage, weighed so that their means tell the classifier's own
    log odds of osteoporosis as well as a line can, over crops, uint8 [n, row, column]. What they miss of the
    log odds is spread evenly.
    """
    maps, logits = _stage(network), network.output["logits"]
    against = np.full((logits.shape[-1], 1), -1.0 / (logits.shape[-1] - 1), np.float32)
    against[-1] = 1.0
    odds = ops.matmul(logits, against)
    layer = FineEvidence(name="fine_evidence")
    answer = keras.Model(network.input, {"logits": logits, "evidence": layer(maps, odds)}, name=network.name)
    means = keras.layers.GlobalAveragePooling2D()(maps)
    told = answers(keras.Model(network.input, {"means": means, "odds": odds}), crops)
    layer.kernel.assign(_weights(told["means"], told["odds"][:, 0]))
    layer.average.assign(answers(answer, crops)["evidence"].mean(axis=0))
    return answer


def _stage(network: keras.Model) -> keras.KerasTensor:
    """Return the fine maps that the classifier passes through."""
    encoder = network.get_layer("encoder")
    side = network.input_shape[1]
    fine = [
        each for each in encoder.layers if len(each.output.shape) == 4 and each.output.shape[1] >= side / FINE
    ]
    before = network.layers[network.layers.index(encoder) - 1].output
    return keras.Model(encoder.input, fine[-1].output)(before)


def _weights(means: Values, odds: Values) -> Values:
    """Return weights [channel, 1]: ridge regression of log odds [n] on channels' means [n, channel]."""
    sd = np.maximum(means.std(axis=0), LEAST_SD)
    apart = (means - means.mean(axis=0)) / sd
    penalty = RIDGE * np.eye(apart.shape[1])
    weights = np.linalg.solve(apart.T @ apart + penalty, apart.T @ (odds - odds.mean()))
    return (weights / sd)[:, None].astype(np.float32)


def answers(model: keras.Model, crops: NDArray[np.generic]) -> dict[str, Values]:
    """Return a model's answers by name for crops [n, row, column], always in batches of one size."""
    filled = np.resize(np.arange(len(crops)), -(-len(crops) // BATCH) * BATCH)
    parts = np.split(filled, len(filled) // BATCH)
    found = [model.predict_on_batch(crops[part][..., None].astype(np.float32)) for part in parts]
    return {
        name: np.concatenate([np.asarray(each[name]) for each in found])[: len(crops)] for name in found[0]
    }
