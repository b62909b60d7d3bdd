"""What a run is told, members, level 1 and protocol, in three presets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SQUARE_PX = 256
"""Side of the padded square in which the column is sought, and height of the strip that is cut out."""
STRIP_WIDTH_PX = 128
LEAST_CONTRAST = 20.0
"""Grey levels by which the column of vertebrae must stand out for the shipped model to judge a picture."""
CLASSES = ("t_above_minus_1", "t_minus_1_to_minus_2_5", "t_at_or_below_minus_2_5")
"""The three classes by T-score, in the order of the manifest's normal, osteopenia and osteoporosis."""
OSTEOPOROSIS = 2
Network = Literal["cnn", "vgg16", "resnet18", "resnet50"]


@dataclass(frozen=True)
class Member:
    """One network of level 0 and how it is trained.

    filters: width of the plain network's convolutions, or channels of the others' first stage.
    reduced: side of the squares of pixels that are averaged before the network sees them.
    normed: whether batch normalisation follows each convolution; published VGG16 has none.
    pretrained_epochs: epochs on T-scores before those on classes, where the data tell them; 0 for none.
    dropout: share of pooled features left out; l2: weight of the squared kernels in the loss.
    """

    network: Network
    filters: tuple[int, ...]
    reduced: int
    normed: bool
    pretrained_epochs: int
    epochs: int
    batch: int
    learning_rate: float
    dropout: float
    l2: float


@dataclass(frozen=True)
class Forest:
    """The random forest on ResNet's features; `hand_made` adds texture, trabecular and gradient features."""

    trees: int
    fewest_in_leaf: int
    components: int
    hand_made: bool


@dataclass(frozen=True)
class Settings:
    """One run's choices; written to its config.json and compared when it resumes.

    split: "70/10/20" of persons into train, tune and test, drawn anew; "four" keeps the manifest's parts.
    folds: parts of the training people, each answered by members that never saw it.
    patience: epochs without a smaller loss on tune before a training stops.
    trials: settings of each member that are tried before it is trained; 0 takes them as they are.
    weights: files of starting weights by member, instead of those that pre-training gives.
    limit: how many of the manifest's usable rows to take, from its start; None takes all.
    """

    preset: Literal["smoke", "edge", "paper"]
    members: dict[str, Member]
    forest: Forest
    split: Literal["70/10/20", "four"]
    folds: int
    patience: int
    denoise: bool
    augment: bool
    trials: int = 0
    seed: int = 1
    limit: int | None = None
    weights: dict[str, str] | None = None


CNN, VGG16, RESNET_FOREST = "cnn", "vgg16", "resnet_forest"
MEMBERS = (CNN, VGG16, RESNET_FOREST)


def _small(epochs: dict[str, int], pretrained: int, scale: int) -> dict[str, Member]:
    """Return the narrow members, of so many epochs each; `scale` multiplies their channels."""
    shared = {"normed": True, "pretrained_epochs": pretrained, "dropout": 0.2, "l2": 1e-4, "batch": 32}
    plain = (8 * scale, 8 * scale, 16 * scale, 16 * scale)
    return {
        CNN: Member("cnn", plain, 1, epochs=epochs[CNN], learning_rate=2e-3, **shared),
        VGG16: Member("vgg16", (2 * scale,), 2, epochs=epochs[VGG16], learning_rate=7e-4, **shared),
        RESNET_FOREST: Member(
            "resnet18", (4 * scale,), 2, epochs=epochs[RESNET_FOREST], learning_rate=7e-4, **shared
        ),
    }


PRESETS = {
    "smoke": Settings(
        preset="smoke",
        members=_small(dict.fromkeys(MEMBERS, 1), pretrained=1, scale=1),
        forest=Forest(trees=20, fewest_in_leaf=2, components=4, hand_made=True),
        split="four",
        folds=2,
        patience=2,
        denoise=False,
        augment=True,
    ),
    "edge": Settings(
        preset="edge",
        # What networks learn of phantoms later is of phantoms only, the sooner the farther a place sees.
        members=_small({CNN: 2, VGG16: 1, RESNET_FOREST: 1}, pretrained=1, scale=4),
        forest=Forest(trees=200, fewest_in_leaf=8, components=16, hand_made=True),
        split="four",
        folds=3,
        patience=2,
        denoise=False,
        augment=True,
    ),
    # The study states the members, 70/10/20, dropout, L2, early stopping, k-fold and a search over learning
    # rate, batch and epochs; no width, size or number, so these are ours.
    "paper": Settings(
        preset="paper",
        members={
            CNN: Member("cnn", (64, 64, 128, 128), 1, True, 0, 30, 32, 1e-3, 0.5, 1e-4),
            VGG16: Member("vgg16", (64,), 1, False, 10, 30, 32, 1e-4, 0.5, 1e-4),
            RESNET_FOREST: Member("resnet50", (64,), 1, True, 0, 30, 32, 1e-4, 0.5, 1e-4),
        },
        forest=Forest(trees=500, fewest_in_leaf=1, components=64, hand_made=False),
        split="70/10/20",
        folds=5,
        patience=5,
        denoise=True,
        augment=True,
        trials=8,
    ),
}
