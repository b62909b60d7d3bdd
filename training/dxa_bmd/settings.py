"""What a run is told: the three presets and the few things that the command line may change in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.clinical.lumbar import GROUP, VERTEBRAE


@dataclass(frozen=True)
class Settings:
    """One run's choices; written to its config.json and read back when it resumes.

    sites: what the network answers, ("L1-L4",) or L1 to L4.
    split_by: "image" is the published 75/25; "person" keeps each person in one of four parts.
    patience: epochs without a better tuning error before training stops; None never stops early.
    cosine: whether the learning rate falls along a cosine to nothing over `epochs`.
    augment: whether training pictures are changed, each epoch anew.
    precision: Keras's policy while training; what is saved is float32.
    limit: how many of the manifest's usable rows to take, from its start; None takes all.
    """

    preset: Literal["smoke", "edge", "paper"]
    network: Literal["published", "narrow"]
    filters: tuple[int, ...]
    sites: tuple[str, ...]
    split_by: Literal["image", "person"]
    epochs: int
    patience: int | None
    batch: int
    learning_rate: float
    cosine: bool
    augment: bool
    size_px: int = 256
    seed: int = 1
    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    limit: int | None = None
    weight_decay: float | None = None


PRESETS = {
    "smoke": Settings(
        preset="smoke",
        network="narrow",
        filters=(8, 16, 16, 16),
        sites=VERTEBRAE,
        split_by="person",
        epochs=2,
        patience=None,
        batch=4,
        learning_rate=1e-3,
        cosine=True,
        augment=True,
    ),
    "edge": Settings(
        preset="edge",
        network="narrow",
        filters=(32, 32, 64, 64),
        sites=VERTEBRAE,
        split_by="person",
        epochs=2,
        patience=None,
        batch=32,
        learning_rate=2e-3,
        cosine=True,
        augment=True,
        weight_decay=1e-3,
    ),
    # The study states 256 x 256 x 3, filters, kernel, ReLU, MAE, Adam, 75/25 and 15 epochs. It leaves open
    # batch and learning rate: Keras's own defaults, 32 and 0.001, are what its authors most likely ran.
    "paper": Settings(
        preset="paper",
        network="published",
        filters=(32, 64, 128),
        sites=(GROUP,),
        split_by="image",
        epochs=15,
        patience=None,
        batch=32,
        learning_rate=1e-3,
        cosine=False,
        augment=False,
    ),
}
