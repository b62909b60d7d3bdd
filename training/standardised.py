"""The layer by which networks begin for which brightness and contrast of a picture say nothing."""

from __future__ import annotations

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("trabecula")
class Standardised(layers.Layer):
    """Each picture's grey less its mean, over its SD: [picture, row, column, channel] to one channel.

    Screens are scaled to their own range, and films to the eye. It computes in float32.
    """

    LEAST_SD = 5.0

    def __init__(self, **options: object) -> None:
        super().__init__(**({"dtype": "float32"} | options))

    def call(self, image: keras.KerasTensor) -> keras.KerasTensor:
        """Return the standardised grey; `LEAST_SD` grey levels keep an empty picture finite."""
        grey = image if image.shape[-1] == 1 else ops.mean(image, axis=3, keepdims=True)
        centred = grey - ops.mean(grey, axis=(1, 2), keepdims=True)
        spread = ops.sqrt(ops.mean(ops.square(centred), axis=(1, 2), keepdims=True))
        return centred / (spread + self.LEAST_SD)


keras.saving.get_custom_objects()["trabecula>GreyStandardised"] = Standardised  # its name in older runs
