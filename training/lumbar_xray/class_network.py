"""The classifier of crops: a backbone, global average pooling, one linear layer, and a map of the evidence.

It takes `image`, float32 [n, row, column, 1] of 0 to 255, and answers `logits`, [n, class], and `evidence`,
[n, row, column]: what each place adds to the logit of osteoporosis less the mean of the others'.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from training.lumbar_xray.corner_network import Identity32
from training.lumbar_xray.encoders import encoder
from training.lumbar_xray.settings import EncoderSettings
from training.standardised import Standardised

OSTEOPOROSIS = -1
"""Place of osteoporosis among the classes: the last of two as of three."""


def build(settings: EncoderSettings, classes: int) -> keras.Model:
    """Return the classifier with new weights, drawn from Keras's global seed."""
    image = keras.Input((settings.size_px, settings.size_px, 1), name="image")
    maps = encoder(settings)(prepared(image, settings))
    logits, evidence = ClassHead(classes)(maps)
    outputs = {
        "logits": Identity32(name="logits")(logits),
        "evidence": Identity32(name="evidence")(evidence),
    }
    return keras.Model(image, outputs, name=f"lumbar_xray_{settings.backbone}")


def build_bmd(settings: EncoderSettings, sites: int) -> keras.Model:
    """Return the backbone with a linear layer that answers standardised BMD, [n, site], for pre-training."""
    image = keras.Input((settings.size_px, settings.size_px, 1), name="image")
    pooled = layers.GlobalAveragePooling2D(name="pooled")(encoder(settings)(prepared(image, settings)))
    return keras.Model(image, layers.Dense(sites, dtype="float32", name="bmd")(pooled), name="pretraining")


def pooled_features(network: keras.Model) -> keras.Model:
    """Return the part of a classifier that answers its pooled features, [n, channel]."""
    maps = network.get_layer("head").input
    return keras.Model(network.input, layers.GlobalAveragePooling2D()(maps), name="features")


def prepared(image: keras.KerasTensor, settings: EncoderSettings) -> keras.KerasTensor:
    """Return the crop on the scale that the backbone learned on."""
    if settings.grey == "own":
        return Standardised(name="standardised")(image)
    return ImageNetScaled(settings.backbone, name="scaled")(image)


@keras.saving.register_keras_serializable("trabecula")
class ImageNetScaled(layers.Layer):
    """Grey 0 to 255, [n, row, column, 1], three times, on the scale of a backbone's ImageNet weights."""

    BLUE_GREEN_RED = np.array([103.939, 116.779, 123.68], np.float32)
    """Means of ImageNet, in the order in which all of these networks but Xception take their channels."""

    def __init__(self, backbone: str, **options: object) -> None:
        super().__init__(**({"dtype": "float32"} | options))
        self.backbone = backbone

    def call(self, grey: keras.KerasTensor) -> keras.KerasTensor:
        """Return three channels."""
        three = ops.repeat(grey, 3, axis=3)
        return three / 127.5 - 1.0 if self.backbone == "xception" else three - self.BLUE_GREEN_RED

    def get_config(self) -> dict[str, object]:
        """Return what makes this layer again."""
        return super().get_config() | {"backbone": self.backbone}


@keras.saving.register_keras_serializable("trabecula")
class ClassHead(layers.Layer):
    """Global average pooling and one linear layer: maps [n, row, column, channel] to logits and evidence.

    The evidence's sum over places is the logit of osteoporosis less the mean of the others, but for a
    constant.
    """

    def __init__(self, classes: int, **options: object) -> None:
        super().__init__(**({"name": "head", "dtype": "float32"} | options))
        self.classes = classes

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make a weight for each channel and class."""
        self.kernel = self.add_weight(
            shape=(shape[-1], self.classes), initializer="glorot_uniform", name="kernel"
        )
        self.bias = self.add_weight(shape=(self.classes,), initializer="zeros", name="bias")
        self.places = shape[1] * shape[2]

    def call(self, maps: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return logits [n, class] and evidence [n, row, column]."""
        logits = ops.matmul(ops.mean(maps, axis=(1, 2)), self.kernel) + self.bias
        against = np.full((self.classes, 1), -1.0 / (self.classes - 1), np.float32)
        against[OSTEOPOROSIS] = 1.0
        direction = ops.matmul(self.kernel, against) / self.places
        return logits, ops.squeeze(ops.matmul(maps, direction), axis=-1)

    def set_head(self, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        """Take weights [channel, class] and [class]."""
        self.kernel.assign(kernel)
        self.bias.assign(bias)

    def get_config(self) -> dict[str, object]:
        """Return what makes this layer again."""
        return super().get_config() | {"classes": self.classes}
