"""Changing crops as published: Keras's own layers, in the place of its ImageDataGenerator."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

TURN, SHIFT, ZOOM, CONTRAST, BRIGHTNESS = 10 / 360, 0.06, 0.1, 0.25, 0.12
"""The study does not say how much; turns are shares of a full circle, shifts and zoom of the side."""


def changed(crops: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.float32]:
    """Return crops [n, row, column], each changed in its own way, float32 [n, row, column, 1], 0 to 255.

    They are turned, moved, zoomed, and of other contrast and brightness. None is mirrored: the cut already
    has every patient face left.
    """
    values = crops[..., None].astype(np.float32)
    for layer in _layers([int(seed) for seed in random.integers(1, 2**31, 5)]):
        values = layer(values, training=True)
    return np.asarray(keras.ops.convert_to_numpy(values), np.float32)


def _layers(seeds: list[int]) -> list[layers.Layer]:
    """Return the layers; a layer's draws follow from its seed alone, so they are made anew for each batch."""
    return [
        layers.RandomRotation(TURN, fill_mode="reflect", seed=seeds[0]),
        layers.RandomTranslation(SHIFT, SHIFT, fill_mode="reflect", seed=seeds[1]),
        layers.RandomZoom(ZOOM, ZOOM, fill_mode="reflect", seed=seeds[2]),
        layers.RandomContrast(CONTRAST, value_range=(0, 255), seed=seeds[3]),
        layers.RandomBrightness(BRIGHTNESS, value_range=(0, 255), seed=seeds[4]),
    ]
