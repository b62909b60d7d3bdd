"""The lateral lumbar networks as the desktop runs them, in Keras and as ONNX."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

BATCH = 32


@keras.saving.register_keras_serializable("trabecula")
class LessAverage(keras.layers.Layer):
    """Evidence [n, row, column] less its mean over pictures to train on: zero is as on average."""

    def __init__(self, **options: object) -> None:
        super().__init__(**({"dtype": "float32"} | options))

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make room for the average."""
        self.average = self.add_weight(shape=shape[1:], initializer="zeros", trainable=False, name="average")

    def call(self, evidence: keras.KerasTensor) -> keras.KerasTensor:
        """Return what is more than average."""
        return evidence - self.average


def centred(network: keras.Model, crops: NDArray[np.uint8]) -> keras.Model:
    """Return the classifier with evidence whose mean over crops, uint8 [n, row, column], is zero."""
    evidence = keras.Model(network.input, network.output["evidence"])
    filled = np.resize(np.arange(len(crops)), -(-len(crops) // BATCH) * BATCH)
    found = [
        np.asarray(evidence.predict_on_batch(crops[part][..., None].astype(np.float32)))
        for part in np.split(filled, len(filled) // BATCH)
    ]
    layer = LessAverage(name="evidence_centred")
    outputs = {"logits": network.output["logits"], "evidence": layer(network.output["evidence"])}
    layer.average.assign(np.concatenate(found)[: len(crops)].mean(axis=0))
    return keras.Model(network.input, outputs, name=network.name)
