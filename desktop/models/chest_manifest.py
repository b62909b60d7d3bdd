"""What the bundle of the chest model says: one graph for the landmarks, one for the regions around them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import numpy as np

from desktop.clinical.chest import LANDMARKS
from desktop.models.manifest import (
    Count,
    FileName,
    Golden,
    Manifest,
    Numbers,
    Positive,
    Strict,
)

FAMILY = "chest_multi_roi"


class RegionInput(Strict, frozen=True):
    """How a picture becomes the second graph's input: its seven regions, each cut upright and square."""

    name: str
    size_px: Annotated[int, msgspec.Meta(ge=16, le=512)]
    cut: Literal["upright_square_bilinear"]
    intensity: Literal["0_to_255"]
    polarity: Literal["bone_bright"]


class LandmarkMetrics(Strict, frozen=True):
    """How far one form of the model is off on the test split; mean_change_mm: off the framework's."""

    pictures: Count
    mean_mm: float | None
    p95_mm: float | None
    mean_change_mm: float | None = None


class ChestGolden(Golden, frozen=True):
    """Beside BMD, where the shipped graph put the landmarks, (x, y) as shares of the padded square."""

    expected_landmarks: Mapping[str, tuple[float, float]]


class ChestManifest(Manifest, frozen=True):
    """What the bundle of the chest model says.

    `landmark_model` puts landmarks on the square that `input` tells of; `model` judges the regions that
    follow from them, cut as `regions` tells. landmark_drift_limit, most_contradiction: shares of the
    square's side; the second is how far landmarks may lie from their spots, the median.
    """

    landmark_model: FileName
    regions: RegionInput
    landmark_metrics: Mapping[Literal["framework", "float", "int8"], LandmarkMetrics]
    landmark_drift_limit: Positive
    most_contradiction: Positive
    golden: tuple[ChestGolden, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of both graphs' SHA-256, in hexadecimal, that of the landmarks first."""
        both = self.files[self.landmark_model].sha256 + self.files[self.model].sha256
        return hashlib.sha256(both.encode()).hexdigest()

    @property
    def expected_landmarks(self) -> Mapping[str, Numbers]:
        """Shares of the square, [landmark, (x, y)] in the order of LANDMARKS, by golden file."""
        return {
            golden.file: np.array([golden.expected_landmarks[name] for name in LANDMARKS])
            for golden in self.golden
        }

    def contradictions(self) -> tuple[str, ...]:
        """Return the names of the fields that do not fit the others."""
        wrong = {
            "landmark_model": self.landmark_model == self.model or self.landmark_model not in self.files,
            "evidence": "evidence" not in self.outputs,
            "golden": any(set(golden.expected_landmarks) != set(LANDMARKS) for golden in self.golden),
        }
        return (*super().contradictions(), *(name for name, is_wrong in wrong.items() if is_wrong))
