"""The networks of level 0: a plain one, VGG16 and ResNet, of any width, with one kind of head.

Each takes `image`, float32 [strip, row, column, 1] of 0 to 255, standardises it in the graph, and answers
`probabilities` [strip, class], `t_score` [strip, 1] for pre-training, `features` [strip, feature] for the
forest, `evidence` [strip, row, column]: what each place of the last maps adds to the log odds of
osteoporosis, and `finer` [strip, row, column, channel], in which the forest's evidence is found. Only
backend-free Keras is used.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import keras
from keras import layers, ops

from training.data.manifest import DataError
from training.stacked_ensemble.features import HandMadeFeatures, mean_over_places
from training.stacked_ensemble.settings import CLASSES, OSTEOPOROSIS, SQUARE_PX, STRIP_WIDTH_PX, Member

TRUNK = "trunk"
PUBLISHED = ("vgg16", "resnet50")
"""Networks whose weights, learned elsewhere, Keras offers as files."""
IMAGENET_SD = 57.0
"""Grey levels' SD of the pictures that published weights learned from: VGG16 and ResNet50 expect it."""
PLAIN = ((8, 4), (3, 1), (3, 2), (1, 1))
"""Kernel and stride of the plain network: a place of its last maps sees 24 pixels, less than a vertebra."""
HIGHEST = 6.0
"""Where each answer of the plain network's convolutions ends: int8 keeps fine steps."""
VGG_STACKS = ((1, 2), (2, 2), (4, 3), (8, 3), (8, 3))
"""VGG16: channels over those of the first stack, and convolutions (Simonyan and Zisserman, 2015)."""
RESNET_STAGES = (2, 2, 2, 2)
"""ResNet18: blocks of each stage (He et al., 2016)."""
FINER = {
    "cnn": "relu3",
    "vgg16": "block4_relu3",
    "resnet18": "stage3_block2_relu2",
    "resnet50": "conv4_block6_out",
}
"""The layer that answers `finer`, of a ResNet one halving before the last."""


def build(member: Member, shape: tuple[int, int] = (SQUARE_PX, STRIP_WIDTH_PX)) -> keras.Model:
    """Return the network of a member with new weights, drawn from Keras's global seed."""
    image = keras.Input((*shape, 1), name="image")
    strip = Standardised(name="standardised")(image)
    seen = layers.AveragePooling2D(member.reduced, name="reduced")(strip)
    if member.network in PUBLISHED:
        seen = _as_published(seen)
    maps, finer = _trunk(member, seen.shape[1:])(seen)
    pooled = layers.GlobalAveragePooling2D(name="pooled")(maps)
    head = layers.Dense(len(CLASSES), name="head")
    kept = layers.Dropout(member.dropout, name="dropout")(pooled)
    by_place = layers.Identity(name="logits_by_place")(head(maps))
    others = [k for k in range(len(CLASSES)) if k != OSTEOPOROSIS]
    rest = sum(by_place[..., k] for k in others) / len(others)
    outputs = {
        "probabilities": layers.Softmax(name="probabilities")(head(kept)),
        "t_score": layers.Dense(1, name="t_score")(kept),
        "features": layers.Concatenate(name="features")([pooled, HandMadeFeatures(name="hand_made")(strip)]),
        "evidence": (by_place[..., OSTEOPOROSIS] - rest) / (by_place.shape[1] * by_place.shape[2]),
        "finer": finer,
    }
    return keras.Model(image, outputs, name=f"stacked_ensemble_{member.network}")


@keras.saving.register_keras_serializable("trabecula.stacked_ensemble")
class Standardised(layers.Layer):
    """Each strip's grey less its mean, over its SD, [strip, row, column, 1]: the normalisation.

    Screens are scaled to their own range, so absolute brightness and contrast say nothing.
    """

    LEAST_SD = 5.0

    def call(self, image: keras.KerasTensor) -> keras.KerasTensor:
        """Return the standardised grey; `LEAST_SD` grey levels keep an empty strip finite."""
        centred = image - mean_over_places(image)
        spread = ops.sqrt(mean_over_places(ops.square(centred)))
        return centred / (spread + self.LEAST_SD)


def load_trunk(model: keras.Model, path: Path) -> None:
    """Put weights from a `.weights.h5` or Keras's own `_notop.h5` file into the trunk of a network.

    DataError where the file does not fit: it must be of the same network, as wide, without its top.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # so Keras tells what it found no weights for
            model.get_layer(TRUNK).load_weights(path)
    except (OSError, ValueError, KeyError, UserWarning) as error:
        raise DataError(
            f"{path} holds no weights for {model.name}: name a Keras file of this network without its top."
        ) from error


def _trunk(member: Member, shape: tuple[int, ...]) -> keras.Model:
    """Return the convolutions of a member: of maps of `shape` (row, column, channel) its last, and FINER."""
    if member.network == "resnet50":
        body = keras.applications.ResNet50(include_top=False, weights=None, input_shape=shape)
    else:
        source = keras.Input(shape)
        bodies = {"cnn": _plain, "vgg16": _vgg16, "resnet18": _resnet18}
        body = keras.Model(source, bodies[member.network](source, member))
    return keras.Model(body.input, [body.output, body.get_layer(FINER[member.network]).output], name=TRUNK)


def _as_published(strip: keras.KerasTensor) -> keras.KerasTensor:
    """Return a standardised strip as ImageNet's networks saw theirs: three channels around 0."""
    return layers.Concatenate(name="three_channels")([layers.Rescaling(IMAGENET_SD, name="grey")(strip)] * 3)


def _plain(maps: keras.KerasTensor, member: Member) -> keras.KerasTensor:
    """Few and wide convolutions that see grain, edges and struts, and not the skeleton's shape."""
    for k, (channels, (kernel, stride)) in enumerate(zip(member.filters, PLAIN, strict=True), start=1):
        maps = _convolution(maps, channels, kernel, f"conv{k}", stride, member.normed)
        maps = layers.ReLU(HIGHEST, name=f"relu{k}")(maps)
    return maps


def _vgg16(maps: keras.KerasTensor, member: Member) -> keras.KerasTensor:
    """VGG16 without its top and its last halving, layers named and ordered as in Keras's own."""
    (first,) = member.filters
    for stack, (times, count) in enumerate(VGG_STACKS, start=1):
        if stack > 1:
            maps = layers.MaxPooling2D(2, name=f"block{stack - 1}_pool")(maps)
        for k in range(1, count + 1):
            name = f"block{stack}_conv{k}"
            start = IMAGENET_SD if name == "block1_conv1" else 1.0
            maps = _convolution(maps, first * times, 3, name, normed=member.normed, of_size=start)
            maps = layers.ReLU(name=f"block{stack}_relu{k}")(maps)
    return maps


def _resnet18(maps: keras.KerasTensor, member: Member) -> keras.KerasTensor:
    (channels,) = member.filters
    maps = layers.ReLU(name="relu1")(_convolution(maps, channels, 7, "conv1", 2))
    maps = layers.MaxPooling2D(3, 2, padding="same", name="pool1")(maps)
    for stage, blocks in enumerate(RESNET_STAGES, start=1):
        for block in range(1, blocks + 1):
            stride = 2 if stage > 1 and block == 1 else 1
            maps = _block(maps, channels * 2 ** (stage - 1), stride, f"stage{stage}_block{block}")
    return maps


def _block(maps: keras.KerasTensor, channels: int, stride: int, name: str) -> keras.KerasTensor:
    inner = layers.ReLU(name=f"{name}_relu1")(_convolution(maps, channels, 3, f"{name}_conv1", stride))
    found = _convolution(inner, channels, 3, f"{name}_conv2")
    if stride > 1 or maps.shape[-1] != channels:
        maps = _convolution(maps, channels, 1, f"{name}_shortcut", stride)
    return layers.ReLU(name=f"{name}_relu2")(layers.Add(name=f"{name}_add")([found, maps]))


def _convolution(
    maps: keras.KerasTensor,
    channels: int,
    kernel: int,
    name: str,
    stride: int = 1,
    normed: bool = True,
    of_size: float = 1.0,
) -> keras.KerasTensor:
    """Convolve, and normalise unless told not to; `of_size` is the SD of what comes in."""
    started = keras.initializers.VarianceScaling(2.0 / of_size**2, "fan_in", "truncated_normal")
    convolution = layers.Conv2D(
        channels, kernel, stride, "same", use_bias=not normed, kernel_initializer=started, name=name
    )
    found = convolution(maps)
    return layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(found) if normed else found
