"""The four backbones without their classifier, as published or narrowed, and files of their weights.

They are those of `keras.applications`, so that a file of its ImageNet weights fits at a width of 1; a narrow
one is the same graph with fewer channels.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import keras

from training.data.manifest import DataError
from training.lumbar_xray.settings import Backbone, EncoderSettings
from training.runs.folder import file_sha256

SUMS = "SHA256SUMS"
"""Beside a file of weights: what `sha256sum *.weights.h5` printed where the file comes from."""
_BUILDERS = {
    "vgg16": keras.applications.VGG16,
    "vgg19": keras.applications.VGG19,
    "resnet50": keras.applications.ResNet50,
    "xception": keras.applications.Xception,
}
_LAST_BLOCKS: dict[Backbone, tuple[str, ...]] = {
    "vgg16": ("block5",),
    "vgg19": ("block5",),
    "resnet50": ("conv5",),
    "xception": ("block13", "block14"),
}
LEAST_CHANNELS = 4
MOMENTUM = 0.95
"""Of a narrow backbone's batch normalisation: Keras's own, 0.99, is for far longer trainings."""


def encoder(settings: EncoderSettings) -> keras.Model:
    """Return the backbone, [n, row, column, channel] to its last maps, with new weights from Keras's seed."""
    side, channels = settings.size_px, 3 if settings.grey == "imagenet" else 1
    whole = _BUILDERS[settings.backbone](include_top=False, weights=None, input_shape=(side, side, channels))
    if settings.width == 1:
        return keras.Model(whole.input, whole.output, name="encoder")
    narrow = keras.models.clone_model(whole, clone_function=lambda layer: _narrowed(layer, settings.width))
    return keras.Model(narrow.input, narrow.output, name="encoder")


def load_weights(network: keras.Model, path: Path) -> str:
    """Put a file of weights into a backbone; returns its SHA-256, which SHA256SUMS beside it must name.

    DataError where the file is not the one that was summed, or does not hold each weight in its shape.
    """
    found = _checked_sha256(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one line a layer that does not fit; the error names the first
            network.load_weights(path)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise DataError(
            f"{path.name} does not fit this backbone at this width; save the weights of the same network of "
            "keras.applications without its top, and train with a width of 1."
        ) from error
    return found


def save_weights(network: keras.Model, path: Path) -> None:
    """Write a backbone's weights, and their SHA-256 beside them."""
    network.save_weights(path)
    (path.parent / SUMS).write_text(f"{file_sha256(path)}  {path.name}\n", encoding="utf-8")


def unfreeze(network: keras.Model, backbone: Backbone) -> None:
    """Let the backbone's last blocks learn, but for batch normalisation, which keeps what it measured."""
    network.trainable = True
    for layer in network.layers:
        last = layer.name.startswith(_LAST_BLOCKS[backbone])
        layer.trainable = last and not isinstance(layer, keras.layers.BatchNormalization)


def _narrowed(layer: keras.layers.Layer, width: float) -> keras.layers.Layer:
    options = layer.get_config()
    if options.get("filters"):
        options["filters"] = max(LEAST_CHANNELS, round(options["filters"] * width))
    if "kernel_initializer" in options:
        options["kernel_initializer"] = "he_normal"
    if isinstance(layer, keras.layers.BatchNormalization):
        options["momentum"] = MOMENTUM
    return layer.__class__.from_config(options)


def _checked_sha256(path: Path) -> str:
    if not path.is_file() or not path.name.endswith(".weights.h5"):
        raise DataError(f"{path} is no file of weights; name one that ends in .weights.h5 with --weights.")
    sums = path.parent / SUMS
    if not sums.is_file():
        raise DataError(
            f"{path.parent} has no {SUMS}; where the file comes from, write it with "
            f"`sha256sum {path.name} > {SUMS}` and copy both."
        )
    lines = [line.split() for line in sums.read_text(encoding="utf-8").splitlines()]
    stated = {line[1].lstrip("*"): line[0].lower() for line in lines if len(line) == 2}
    found = file_sha256(path)
    if stated.get(path.name) != found:
        raise DataError(f"{path.name} is not the file that {SUMS} beside it names; copy it again.")
    return found
