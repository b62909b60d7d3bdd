"""What a training of the gate is told: its presets and what the command line may change in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """One training's choices, written to its config.json.

    size_px: side of the network's square input; source_px: of the pictures before they are changed.
    filters: width of each halving of the picture. limit: how many rows of each folder to take at most.
    patience: epochs without a smaller tuning loss before training stops.
    """

    preset: str
    size_px: int
    source_px: int
    filters: tuple[int, ...]
    epochs: int
    patience: int
    batch: int
    learning_rate: float
    weight_decay: float
    limit: int
    seed: int = 1


PRESETS = {
    "smoke": Settings("smoke", 32, 48, (8, 8, 16), 2, 2, 8, 3e-3, 0.0, 200),
    "edge": Settings("edge", 128, 192, (16, 32, 48, 64, 96), 24, 24, 64, 2e-3, 1e-3, 2500),
}
