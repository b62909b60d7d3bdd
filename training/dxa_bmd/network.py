"""The two networks: the published one, to the letter, and the narrow one that ships.

Both take `image`, float32 [picture, row, column, RGB] of 0 to 255, scale it in the graph, and answer `bmd`,
g/cm2 [picture, site], and `evidence`, g/cm2 [picture, row, column]: what each place of the last feature map
adds to L1-L4. Only backend-free Keras is used, so they run on TensorFlow, torch and JAX alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import keras
from keras import layers, ops

from training.dxa_bmd.settings import Settings
from training.standardised import Standardised


@dataclass(frozen=True)
class Targets:
    """What is learned, measured on the training pictures: mean, SD and weight in L1-L4 of each site."""

    mean_g_cm2: tuple[float, ...]
    sd_g_cm2: tuple[float, ...]
    area_shares: tuple[float, ...]


def build(settings: Settings, targets: Targets) -> keras.Model:
    """Return the network of `settings` with new weights, drawn from Keras's global seed."""
    image = keras.Input((settings.size_px, settings.size_px, 3), name="image")
    if settings.network == "published":
        features = _published(layers.Rescaling(1 / 255)(image), settings.filters)
        head = PooledHead(targets.area_shares)
    else:
        features = _narrow(Standardised(name="standardised")(image), settings.filters)
        head = PooledHead(targets.area_shares, targets.mean_g_cm2, targets.sd_g_cm2)
    bmd, evidence = head(features)
    outputs = {
        "bmd": layers.Identity(name="bmd", dtype="float32")(bmd),
        "evidence": layers.Identity(name="evidence", dtype="float32")(evidence),
    }
    return keras.Model(image, outputs, name=f"dxa_bmd_{settings.network}")


def _published(image: keras.KerasTensor, filters: Sequence[int]) -> keras.KerasTensor:
    """Convolutions of 5 x 5 with ReLU and max-pooling between them; 64 x 64 places from 256 x 256.

    Padding is not stated: the edges are kept. Keras's own starting weights (Glorot).
    """
    for depth, width in enumerate(filters):
        if depth > 0:
            image = layers.MaxPooling2D(2, name=f"pool{depth}")(image)
        image = layers.Conv2D(width, 5, padding="same", activation="relu", name=f"conv{depth + 1}")(image)
    return image


CONVOLUTIONS = ((8, 4), (3, 1), (3, 2), (1, 1))
"""Kernel and stride of each; one place of the last map sees 24 x 24 pixels, less than a vertebra."""
HIGHEST = 6.0
"""Where each answer of a convolution ends: int8 keeps fine steps, and bright frames weigh little."""


def _narrow(image: keras.KerasTensor, filters: Sequence[int]) -> keras.KerasTensor:
    """Plain convolutions with ReLU, few and wide, so fastest in int8, down to 32 x 32 places.

    They see grain, edges and struts and not the skeleton's shape: what tells BMD so holds on real screens,
    while shapes learned from phantoms do not (docs/dxa_bmd.md has both).
    """
    for depth, (width, (kernel, stride)) in enumerate(zip(filters, CONVOLUTIONS, strict=False)):
        convolution = layers.Conv2D(
            width,
            kernel,
            strides=stride,
            padding="same",
            use_bias=False,
            kernel_initializer="he_normal",
            name=f"conv{depth + 1}",
        )
        image = layers.BatchNormalization(momentum=0.95, name=f"norm{depth + 1}")(convolution(image))
        image = layers.ReLU(HIGHEST, name=f"relu{depth + 1}")(image)
    return image


@keras.saving.register_keras_serializable("trabecula")
class PooledHead(layers.Layer):
    """Global average pooling, one linear layer, and the map of what each place adds to L1-L4.

    Input: features [picture, row, column, channel]. Output: BMD [picture, site] in g/cm2, which is
    centre + scale x (linear answer), and the map [picture, row, column], whose sum over places is L1-L4 less
    a constant, L1-L4 being the area-weighted mean of the sites.
    """

    def __init__(
        self,
        area_shares: Sequence[float],
        centre: Sequence[float] | None = None,
        scale: Sequence[float] | None = None,
        **options: object,
    ) -> None:
        super().__init__(**({"name": "head", "dtype": "float32"} | options))
        self.area_shares = tuple(area_shares)
        self.centre = tuple(centre or (0.0,) * len(self.area_shares))
        self.scale = tuple(scale or (1.0,) * len(self.area_shares))

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make a weight for each channel and site."""
        sites = len(self.area_shares)
        self.kernel = self.add_weight(shape=(shape[-1], sites), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(sites,), initializer="zeros", name="bias")
        self.places = shape[1] * shape[2]

    def call(self, features: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return BMD by site, and each place's part in L1-L4."""
        scale = ops.convert_to_tensor(self.scale, dtype="float32")
        weights = self.kernel * scale
        constant = ops.convert_to_tensor(self.centre, dtype="float32") + self.bias * scale
        bmd = ops.matmul(ops.mean(features, axis=(1, 2)), weights) + constant
        shares = ops.convert_to_tensor(self.area_shares, dtype="float32")
        of_group = ops.matmul(weights, ops.expand_dims(shares, 1)) / self.places
        return bmd, ops.squeeze(ops.matmul(features, of_group), axis=-1)

    def get_config(self) -> dict[str, object]:
        """Return what makes this layer again."""
        own = {"area_shares": self.area_shares, "centre": self.centre, "scale": self.scale}
        return super().get_config() | own
