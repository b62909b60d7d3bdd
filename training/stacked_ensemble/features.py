"""Gradient, texture and trabecular features of a strip, computed in the graph so that they ship with it."""

from __future__ import annotations

import math

import keras
from keras import layers, ops

DISTANCES_PX = (1, 2, 4)
"""Of the pairs of pixels that the texture features compare, along rows and along columns."""
VARIOGRAM_PX = (1, 2, 3, 4, 6, 8)
BANDS = 4
"""Octaves of detail, the finest of one pixel, whose energy is told."""
_TINY = 1e-6

GROUPS = {
    "gradient": ("across", "along", "size", "spread", "direction"),
    "texture": tuple(
        f"{name}_{way}_{step}px"
        for way in ("across", "along")
        for step in DISTANCES_PX
        for name in ("contrast", "dissimilarity", "homogeneity")
    ),
    "trabecular": (
        *(f"{name}_{way}" for way in ("across", "along") for name in ("slope", "sill")),
        *(f"detail_{2**octave}px" for octave in range(BANDS)),
    ),
}
"""Names of the features by kind, in the order of the layer's answer."""
COUNT = sum(map(len, GROUPS.values()))


@keras.saving.register_keras_serializable("trabecula.stacked_ensemble")
class HandMadeFeatures(layers.Layer):
    """Answers [strip, COUNT] from standardised strips [strip, row, column, 1]; the middle half is judged.

    gradient: mean size of the steps across and along the spine, of both, its SD, and log across / along.
    texture: contrast, dissimilarity and homogeneity of the co-occurrence matrix (Haralick, 1973), which are
    means over pairs of pixels, so that no matrix is needed. trabecular: slope and height of the variogram
    on logarithmic axes, as in the trabecular bone score (Pothuaud, 2008), and the log energy of each octave.
    """

    def call(self, strips: keras.KerasTensor) -> keras.KerasTensor:
        """Return the features, in the order of GROUPS."""
        quarter = strips.shape[2] // 4
        bone = strips[:, :, quarter:-quarter, :]
        return ops.stack([*_gradients(bone), *_textures(bone), *_trabecular(bone)], axis=1)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the answer."""
        return (shape[0], COUNT)


Tensor = keras.KerasTensor


def _gradients(bone: Tensor) -> list[Tensor]:
    across, along = _step(bone, 1, "across")[:, :-1], _step(bone, 1, "along")[:, :, :-1]
    size = ops.sqrt(ops.square(across) + ops.square(along) + _TINY)
    means = [_mean(ops.abs(across)), _mean(ops.abs(along)), _mean(size)]
    spread = ops.sqrt(ops.maximum(_mean(ops.square(size)) - ops.square(means[2]), _TINY))
    return [*means, spread, ops.log(means[0] + _TINY) - ops.log(means[1] + _TINY)]


def _textures(bone: Tensor) -> list[Tensor]:
    found = []
    for way in ("across", "along"):
        for distance in DISTANCES_PX:
            step = _step(bone, distance, way)
            square = ops.square(step)
            found += [_mean(square), _mean(ops.abs(step)), _mean(1.0 / (1.0 + square))]
    return found


def _trabecular(bone: Tensor) -> list[Tensor]:
    found = []
    for way in ("across", "along"):
        heights = [ops.log(_mean(ops.square(_step(bone, k, way))) + _TINY) for k in VARIOGRAM_PX]
        found += _line([math.log(k) for k in VARIOGRAM_PX], heights)
    coarse = bone
    for _ in range(BANDS):
        coarse, energy = _halved(coarse)
        found.append(ops.log(ops.maximum(energy, _TINY)))
    return found


def _halved(fine: Tensor) -> tuple[Tensor, Tensor]:
    """Return the means of squares of 2 x 2 pixels, and the energy [strip] that is lost by them.

    By Haar's three details, since the difference of two energies that are nearly the same keeps few digits.
    """
    upper, lower = fine[:, ::2], fine[:, 1::2]
    sums, steps = upper + lower, upper - lower
    left, right = sums[:, :, ::2], sums[:, :, 1::2]
    details = (left - right, steps[:, :, ::2] + steps[:, :, 1::2], steps[:, :, ::2] - steps[:, :, 1::2])
    return (left + right) / 4, sum(_mean(ops.square(each / 4)) for each in details)


def _line(at: list[float], heights: list[Tensor]) -> list[Tensor]:
    """Return slope and mean height of the least-squares line through [strip] heights."""
    middle = sum(at) / len(at)
    weight = sum((x - middle) ** 2 for x in at)
    slope = sum((x - middle) / weight * height for x, height in zip(at, heights, strict=True))
    return [slope, sum(heights) / len(heights)]


def _step(bone: Tensor, distance: int, way: str) -> Tensor:
    if way == "across":
        return bone[:, :, distance:] - bone[:, :, :-distance]
    return bone[:, distance:] - bone[:, :-distance]


def mean_over_places(maps: Tensor) -> Tensor:
    """Return [strip, 1, 1, channel], the mean of [strip, row, column, channel], row by row.

    In one step ONNX Runtime adds up all floats one after the other, and four digits are lost.
    """
    return ops.mean(ops.mean(maps, axis=2, keepdims=True), axis=1, keepdims=True)


def _mean(values: Tensor) -> Tensor:
    return mean_over_places(values)[:, 0, 0, 0]
