"""What a run is told: the presets of its two stages, and what the command line may change in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LandmarkMethod = Literal["graph", "heatmap"]


@dataclass(frozen=True)
class Course:
    """How a network is trained.

    patience: epochs without a smaller watched error before training stops, the best epoch's weights are
    then the result (with as many as `epochs` it never stops); None takes the last. cosine: the rate
    rises over the first 3 % of all steps and falls along a cosine to nothing; else it is held. batch:
    cases a step. precision: of the convolutions in training; mixed_bfloat16 pays on processors and GPUs
    that multiply in it. Weights, the answers that are kept and all figures are float32.
    """

    optimizer: Literal["sgd", "adamw"]
    epochs: int
    patience: int | None
    batch: int
    learning_rate: float
    weight_decay: float
    cosine: bool
    seed: int = 1
    precision: Literal["float32", "mixed_bfloat16"] = "float32"


@dataclass(frozen=True)
class LandmarkSettings:
    """The landmark network: `method` graph is topology-adapting graph learning, heatmap the plain comparison.

    size_px: side of its square input; widths: channels at each halving; graph_width: of the graph networks;
    graph_steps: how many local ones refine.
    """

    method: LandmarkMethod
    size_px: int
    widths: tuple[int, ...]
    graph_width: int
    graph_steps: int
    course: Course


@dataclass(frozen=True)
class BmdSettings:
    """The network on the regions.

    regions: "multi" is the published model of seven, else one of the five single-region models.
    width: factor of the encoder's published channels. normed: batch normalisation in a VGG.
    grey: "imagenet" is grey repeated three times with ImageNet's mean and SD; "own" one channel, each region
    less its mean over its SD. parts: "published" 1,087/265/329, by person, "tenfold" ten times as many, else
    the manifest's four.
    decoder: channels of the maps at an eighth of the side, in which a ResNet's last three stages are brought
    together; 0 takes the last stage alone. mineral: weight, beside the error of BMD, of that of the mineral
    that the maps tell place by place, for data that know it; 0 does not learn it. as_cut_epochs: so many more
    after `course`, at a third of its rate, in which regions come as they are cut, but for mirroring: turned
    and moved ones are interpolated, which smooths their noise, and a clinic's are not.
    """

    encoder: Literal["vgg11", "vgg16", "resnet18", "resnet34", "resnet50"]
    width: float
    normed: bool
    grey: Literal["imagenet", "own"]
    regions: Literal["multi", "cervical", "clavicle", "lumbar", "ribcage", "chest"]
    size_px: int
    parts: Literal["published", "tenfold", "person"]
    course: Course
    decoder: int = 0
    mineral: float = 0.0
    as_cut_epochs: int = 0


@dataclass(frozen=True)
class Settings:
    """One run's choices; `limit` takes only so many of the manifest's usable rows, from its start."""

    preset: Literal["smoke", "edge", "paper"]
    landmarks: LandmarkSettings
    bmd: BmdSettings
    limit: int | None = None


# The study leaves momentum open: 0.9, without which 1,700 steps from scratch learn nothing. Of its landmarks
# it names the method only; in HRNet-W18's place stand an encoder and a decoder of plain convolutions.
PRESETS = {
    "smoke": Settings(
        "smoke",
        LandmarkSettings("graph", 32, (4, 8, 8), 8, 1, Course("adamw", 2, None, 4, 2e-3, 1e-3, cosine=True)),
        BmdSettings(
            encoder="resnet18",
            width=1 / 16,
            normed=True,
            grey="own",
            regions="multi",
            size_px=32,
            parts="person",
            course=Course("adamw", 2, None, 4, 1e-3, 1e-3, cosine=True),
            decoder=8,
            mineral=1.0,
            as_cut_epochs=1,
        ),
    ),
    "edge": Settings(
        "edge",
        LandmarkSettings(
            "graph", 192, (16, 32, 48, 64, 96), 64, 3, Course("adamw", 9, None, 24, 3e-3, 1e-3, cosine=True)
        ),
        BmdSettings(
            encoder="resnet18",
            width=1 / 4,
            normed=True,
            grey="own",
            regions="multi",
            size_px=112,
            parts="person",
            course=Course("adamw", 16, 16, 32, 3e-3, 1e-2, cosine=True),
            decoder=96,
            mineral=1.0,
            as_cut_epochs=2,
        ),
    ),
    "paper": Settings(
        "paper",
        LandmarkSettings(
            "graph",
            256,
            (32, 64, 128, 256, 512),
            128,
            3,
            Course("adamw", 100, None, 16, 1e-4, 1e-4, cosine=False),
        ),
        BmdSettings(
            encoder="vgg16",
            width=1.0,
            normed=False,
            grey="imagenet",
            regions="multi",
            size_px=256,
            parts="published",
            course=Course("sgd", 100, None, 64, 1e-4, 4e-4, cosine=False),
        ),
    ),
}
