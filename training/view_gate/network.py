"""The gate's network: plain convolutions over a standardised picture, averaged over its places.

It takes `image`, float32 [picture, row, column, RGB] of 0 to 255, and answers the logits `view`,
[picture, view], and `inverted`, [picture, 1]. Only backend-free Keras is used.
"""

from __future__ import annotations

import keras
from keras import layers

from training.standardised import Standardised
from training.view_gate.data import VIEWS
from training.view_gate.settings import Settings


def build(settings: Settings) -> keras.Model:
    """Return the network of `settings` with new weights, drawn from Keras's global seed."""
    image = keras.Input((settings.size_px, settings.size_px, 3), name="image")
    features = Standardised(name="standardised")(image)
    for depth, width in enumerate(settings.filters, start=1):
        features = _convolution(features, width, 2 if depth < 5 else 1, f"{depth}a")
        features = _convolution(features, width, 1, f"{depth}b") if depth > 1 else features
    pooled = layers.GlobalAveragePooling2D(name="pooled")(features)
    pooled = layers.Dropout(0.2, name="dropout")(pooled)
    outputs = {
        "view": layers.Dense(len(VIEWS), name="view")(pooled),
        "inverted": layers.Dense(1, name="inverted")(pooled),
    }
    return keras.Model(image, outputs, name="view_gate")


def _convolution(features: keras.KerasTensor, width: int, stride: int, name: str) -> keras.KerasTensor:
    features = layers.Conv2D(
        width,
        3,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"conv{name}",
    )(features)
    features = layers.BatchNormalization(momentum=0.95, name=f"norm{name}")(features)
    return layers.ReLU(name=f"relu{name}")(features)
