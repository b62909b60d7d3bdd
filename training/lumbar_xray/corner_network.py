"""The network that places the vertebra corners: first the spine as a whole, then each corner near there.

It takes `image`, float32 [picture, row, column, RGB] of 0 to 255, and answers `corners`, shares of the side
[picture, corner, (x, y)], and the logits `shown`, [picture, level]: whether a level lies in it whole. Coarse
maps give a first estimate, which a linear model of the spine's shape sets right, so that one vertebra is not
taken for its neighbour; maps of a quarter of the side are read near it. Only backend-free Keras is used.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS, LEVELS
from training.lumbar_xray.settings import CornerSettings
from training.standardised import Standardised

Points = NDArray[np.float64]
FIRST_SPREAD = 0.05
"""Share of the side within which a corner is looked for around its first estimate, as training begins."""


def build(settings: CornerSettings, mean: Points, modes: Points) -> tuple[keras.Model, keras.Model]:
    """Return the network, and the same as it learns: with its first estimate, `first`, as one more output.

    mean: [corner, (x, y)], shares; modes: orthonormal [mode, corner, (x, y)], see `shape_modes`. New weights
    come from Keras's global seed.
    """
    image = keras.Input((settings.size_px, settings.size_px, 3), name="image")
    maps, deepest = _pyramid(Standardised(name="standardised")(image), settings.widths)
    shape = ShapeModel(len(modes), name="shape")
    first = shape(
        Centres(name="first_centres")(
            layers.Conv2D(len(CORNERS), 1, dtype="float32", name="first_maps")(maps[0])
        )
    )
    shape.set_shape(mean, modes)
    fine = layers.Conv2D(len(CORNERS), 1, dtype="float32", name="maps")(maps[-1])
    pooled = layers.GlobalAveragePooling2D(name="pooled")(deepest)
    outputs = {
        "corners": Identity32(name="corners")(CentresNear(name="centres")([fine, first])),
        "shown": layers.Dense(len(LEVELS), dtype="float32", name="shown")(pooled),
    }
    learning = outputs | {"first": Identity32(name="first")(first)}
    return keras.Model(image, outputs, name="corners"), keras.Model(image, learning, name="corners_learning")


def asked_both_ways(network: keras.Model) -> keras.Model:
    """Return the network asked about a picture and its mirror image: `corners` and `shown` are means of both.

    `contradiction` [picture]: how far both lie apart, a mean over corners, share of the side. The front stays
    the front when mirrored, so a network that sees a spine says the same of both.
    """
    image = keras.Input(network.input_shape[1:], name="image")
    told = network(ops.concatenate([image, image[:, :, ::-1]], axis=0))
    own, of_mirrored = ops.split(told["corners"], 2, axis=0)
    turned_back = ops.stack([1.0 - of_mirrored[..., 0], of_mirrored[..., 1]], axis=-1)
    apart = ops.sqrt(ops.sum(ops.square(own - turned_back), axis=-1))
    outputs = {
        "corners": (own + turned_back) / 2.0,
        "shown": sum(ops.split(told["shown"], 2, axis=0)) / 2.0,
        "contradiction": ops.mean(apart, axis=-1),
    }
    return keras.Model(image, outputs, name="corners_both_ways")


def shape_modes(points: Points, count: int) -> tuple[Points, Points]:
    """Return mean [corner, (x, y)] and the main ways in which shapes differ from it, [mode, corner, (x, y)].

    points: [n, corner, (x, y)] without NaN.
    """
    mean = points.mean(axis=0)
    flat = (points - mean).reshape(len(points), -1)
    axes = np.linalg.svd(flat, full_matrices=False)[2][:count]
    return mean, axes.reshape(-1, *mean.shape)


def known_error(true: keras.KerasTensor, predicted: keras.KerasTensor) -> keras.KerasTensor:
    """Return the mean distance along x and y of a picture's points; those that are NaN do not count."""
    known = ops.isfinite(true)
    apart = ops.abs(ops.where(known, true, 0.0) - predicted)
    counted = ops.maximum(ops.sum(ops.cast(known, "float32"), axis=(1, 2)), 1.0)
    return ops.sum(ops.where(known, apart, 0.0), axis=(1, 2)) / counted


def _pyramid(
    grey: keras.KerasTensor, widths: tuple[int, ...]
) -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
    """Return the decoder's maps, from the smallest to those of a quarter of the side, and the deepest."""
    kept, features = [], grey
    for depth, width in enumerate(widths, start=1):
        features = _block(features, width, 2, f"down{depth}a")
        features = _block(features, width, 1, f"down{depth}b") if depth > 1 else features
        kept.append(features)
    found, deepest = [], features
    for depth in range(len(widths) - 2, 0, -1):
        larger = layers.UpSampling2D(2, name=f"larger{depth}")(features)
        both = layers.Concatenate(name=f"both{depth}")([larger, kept[depth]])
        features = _block(both, widths[depth], 1, f"up{depth}")
        found.append(features)
    return found, deepest


def _block(features: keras.KerasTensor, width: int, stride: int, name: str) -> keras.KerasTensor:
    features = layers.Conv2D(
        width, 3, stride, padding="same", use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv"
    )(features)
    features = layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(features)
    return layers.ReLU(name=f"{name}_relu")(features)


@keras.saving.register_keras_serializable("trabecula")
class Identity32(layers.Layer):
    """The same in float32, under a name of its own."""

    def __init__(self, **options: object) -> None:
        super().__init__(**({"dtype": "float32"} | options))

    def call(self, values: keras.KerasTensor) -> keras.KerasTensor:
        """Return them."""
        return values


@keras.saving.register_keras_serializable("trabecula")
class Centres(layers.Layer):
    """The centre of mass of each map's soft maximum: [n, row, column, corner] to [n, corner, (x, y)]."""

    def __init__(self, **options: object) -> None:
        super().__init__(**({"dtype": "float32"} | options))

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Keep where each place of the maps lies."""
        rows, columns = shape[1], shape[2]
        y, x = np.meshgrid(
            (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns, indexing="ij"
        )
        self.places = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)

    def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """Return the centres."""
        logits = ops.transpose(ops.reshape(maps, (-1, len(self.places), maps.shape[-1])), (0, 2, 1))
        return ops.matmul(ops.softmax(logits, axis=-1), self.places)


@keras.saving.register_keras_serializable("trabecula")
class CentresNear(Centres):
    """The same, but places count less the further they lie from a first estimate; the spread is learned.

    Input: maps [n, row, column, corner] and points [n, corner, (x, y)].
    """

    def build(self, shape: list[tuple[int | None, ...]]) -> None:
        """Keep the places; make the spread."""
        super().build(shape[0])
        start = keras.initializers.Constant(float(np.log(FIRST_SPREAD)))
        self.log_spread = self.add_weight(shape=(), initializer=start, name="log_spread")

    def call(self, maps_and_points: list[keras.KerasTensor]) -> keras.KerasTensor:
        """Return the centres."""
        maps, points = maps_and_points
        logits = ops.transpose(ops.reshape(maps, (-1, len(self.places), maps.shape[-1])), (0, 2, 1))
        away = ops.expand_dims(points, 2) - self.places
        squared = ops.sum(ops.square(away), axis=-1)
        logits = logits - 0.5 * squared * ops.exp(-2.0 * self.log_spread)
        return ops.matmul(ops.softmax(logits, axis=-1), self.places)


@keras.saving.register_keras_serializable("trabecula")
class ShapeModel(layers.Layer):
    """The nearest shape that the modes allow, [n, corner, (x, y)]; mean and modes are not learned."""

    def __init__(self, modes: int, **options: object) -> None:
        super().__init__(**({"dtype": "float32"} | options))
        self.modes = modes

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make room for mean and modes."""
        length = shape[1] * shape[2]
        self.mean = self.add_weight(shape=(length,), initializer="zeros", trainable=False, name="mean")
        self.axes = self.add_weight(
            shape=(self.modes, length), initializer="zeros", trainable=False, name="axes"
        )

    def set_shape(self, mean: Points, modes: Points) -> None:
        """Take mean [corner, (x, y)] and modes [mode, corner, (x, y)]."""
        self.mean.assign(mean.reshape(-1))
        self.axes.assign(modes.reshape(len(modes), -1))

    def call(self, points: keras.KerasTensor) -> keras.KerasTensor:
        """Return the shapes."""
        flat = ops.reshape(points, (-1, self.mean.shape[0])) - self.mean
        nearest = self.mean + ops.matmul(ops.matmul(flat, ops.transpose(self.axes)), self.axes)
        return ops.reshape(nearest, (-1, points.shape[1], 2))

    def get_config(self) -> dict[str, object]:
        """Return what makes this layer again."""
        return super().get_config() | {"modes": self.modes}
