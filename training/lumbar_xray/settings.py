"""What a run is told: the presets of its stages, and what the command line may change in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Backbone = Literal["vgg16", "vgg19", "resnet50", "xception"]
Precision = Literal["float32", "mixed_bfloat16"]
BACKBONES: tuple[Backbone, ...] = ("vgg16", "vgg19", "resnet50", "xception")
CONTINUED_EPOCHS, CONTINUED_MODES = 8, 10
"""At most, of a corner network that begins with another run's: a shorter course and a stiffer spine."""
PRETRAINING_RATES: Mapping[Backbone, float] = {"vgg19": 0.3}
"""Shares of the pre-training's rate: at the whole, VGG19 told the mean after 7 epochs as after the first."""


@dataclass(frozen=True)
class Course:
    """How a network is trained, by AdamW.

    patience: epochs without a smaller watched error before training stops, the best epoch's weights are then
    the result; None never stops and takes the last. cosine: the rate rises over the first 3 % of all steps
    and falls along a cosine to nothing; else it is held. batch: cases a step.
    """

    epochs: int
    patience: int | None
    batch: int
    learning_rate: float
    weight_decay: float
    cosine: bool
    seed: int = 1


@dataclass(frozen=True)
class CornerSettings:
    """The network that places the vertebra corners.

    size_px: side of its square input; widths: channels at each halving; modes: in how many ways the shape of
    the spine may differ from the mean before each corner is moved on its own.
    """

    size_px: int
    widths: tuple[int, ...]
    modes: int
    course: Course

    @property
    def continued(self) -> CornerSettings:
        """The same for a network that begins with another's."""
        course = replace(self.course, epochs=min(self.course.epochs, CONTINUED_EPOCHS))
        return replace(self, modes=min(self.modes, CONTINUED_MODES), course=course)


@dataclass(frozen=True)
class EncoderSettings:
    """One backbone. width: factor of its published channels; at 1 a file of ImageNet weights fits.

    grey: "imagenet" is grey repeated three times on the scale of the backbone's ImageNet weights; "own" one
    channel, each crop less its mean over its SD. size_px: side of the square crop.
    """

    backbone: Backbone
    width: float
    grey: Literal["imagenet", "own"]
    size_px: int


@dataclass(frozen=True)
class ClassSettings:
    """The classifier on a backbone: `head` trains on frozen features, then `fine` the last blocks too.

    classes: 2 (T <= -2.5 or not) or 3. copies: of each training crop that the frozen backbone sees, all but
    the first changed. parts: "published" draws 213/18/23 by class, else the manifest's four. seed: of the
    draw and of both courses.
    """

    encoder: EncoderSettings
    classes: Literal[2, 3]
    copies: int
    head: Course
    fine: Course | None
    parts: Literal["published", "person"]
    seed: int = 1


@dataclass(frozen=True)
class Settings:
    """One run's choices; `limit` takes only so many of the manifest's usable rows, from its start.

    pretraining: of a backbone without a file of weights, on the BMD of L1 to L4. precision: Keras's policy
    while corners and BMD are learned, which AMX makes fast; what is saved is float32.
    """

    preset: Literal["smoke", "edge", "paper"]
    corners: CornerSettings
    pretraining: Course
    classes: ClassSettings
    limit: int | None = None
    precision: Precision = "float32"


# The study names neither input, optimizer, rate, batch nor epochs: 224 x 224 is what ImageNet's weights saw,
# the others are what transfer learning mostly takes.
PRESETS = {
    "smoke": Settings(
        "smoke",
        CornerSettings(32, (4, 8, 8), 6, Course(2, None, 4, 2e-3, 1e-3, cosine=True)),
        Course(1, None, 12, 1e-3, 1e-3, cosine=True),
        ClassSettings(
            EncoderSettings("vgg16", 1 / 16, "own", 32),
            classes=2,
            copies=2,
            head=Course(2, None, 12, 1e-2, 1e-3, cosine=False),
            fine=Course(1, None, 12, 1e-3, 1e-3, cosine=False),
            parts="person",
        ),
    ),
    "edge": Settings(
        "edge",
        CornerSettings(192, (16, 32, 48, 64, 96), 24, Course(14, None, 16, 2e-3, 1e-3, cosine=True)),
        Course(30, 8, 32, 1e-3, 1e-2, cosine=True),
        ClassSettings(
            EncoderSettings("vgg16", 1 / 4, "own", 96),
            classes=2,
            copies=4,
            head=Course(40, 8, 64, 3e-3, 1e-3, cosine=False),
            fine=Course(6, 3, 32, 2e-4, 1e-2, cosine=True),
            parts="person",
        ),
    ),
    "paper": Settings(
        "paper",
        CornerSettings(256, (32, 64, 128, 256, 512), 24, Course(60, None, 16, 1e-3, 1e-4, cosine=True)),
        Course(50, 8, 32, 1e-4, 1e-4, cosine=True),
        ClassSettings(
            EncoderSettings("resnet50", 1.0, "imagenet", 224),
            classes=2,
            copies=4,
            head=Course(50, 10, 32, 1e-3, 0.0, cosine=False),
            fine=Course(30, 10, 32, 1e-5, 0.0, cosine=False),
            parts="published",
        ),
    ),
}
