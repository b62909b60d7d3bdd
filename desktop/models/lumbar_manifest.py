"""What the lateral lumbar model's bundle says: a graph for vertebra corners, one for the crop L1-L3."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS
from desktop.findings.result import CLASSES
from desktop.models.chest_manifest import LandmarkMetrics, RegionInput
from desktop.models.classes import ClassConformal, ClassGolden, ClassMetrics, calibrated
from desktop.models.manifest import (
    FileName,
    JudgeManifest,
    Logistic,
    Numbers,
    Positive,
)

FAMILY = "lumbar_xray"


class LumbarGolden(ClassGolden, frozen=True):
    """What the shipped graphs said of a small picture, and the corners that they placed on it.

    expected_corners: (x, y) by name, shares of the padded square.
    """

    expected_corners: Mapping[str, tuple[float, float]]


class LumbarManifest(JudgeManifest, frozen=True):
    """What the bundle of the lateral lumbar model says.

    `corner_model` puts corners on the square that `input` tells of, and says which vertebrae are whole;
    `model` judges the crop, cut as `region` tells. probability: of osteoporosis by its log odds in the graph;
    osteopenia: of that among those without, likewise. landmark_drift_limit, most_contradiction: shares of the
    square's side; the second is how far corners may lie from those of the mirrored picture.
    """

    corner_model: FileName
    region: RegionInput
    probability: Logistic
    osteopenia: Logistic
    conformal: ClassConformal
    metrics: Mapping[Literal["framework", "float", "int8"], ClassMetrics]
    landmark_metrics: Mapping[Literal["framework", "float", "int8"], LandmarkMetrics]
    drift_limit: Positive
    landmark_drift_limit: Positive
    most_contradiction: Positive
    golden: tuple[LumbarGolden, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of both graphs' SHA-256, in hexadecimal, that of the corners first."""
        both = self.files[self.corner_model].sha256 + self.files[self.model].sha256
        return hashlib.sha256(both.encode()).hexdigest()

    @property
    def expected(self) -> Mapping[str, Numbers]:
        """Probabilities by golden file, in the order of CLASSES; a missing class is NaN."""
        return {golden.file: golden.numbers for golden in self.golden}

    @property
    def expected_corners(self) -> Mapping[str, Numbers]:
        """Shares of the square, [corner, (x, y)] in the order of CORNERS, by golden file."""
        return {
            golden.file: np.array([golden.expected_corners[name] for name in CORNERS])
            for golden in self.golden
        }

    @property
    def most_drift(self) -> tuple[float, str]:
        """The limit of a probability."""
        return self.drift_limit, "of a probability"

    def compared(self, answer: Mapping[str, NDArray[np.float32]]) -> Numbers:
        """Return the calibrated probabilities, in the order of CLASSES."""
        return class_probabilities(answer["logits"], self.probability, self.osteopenia)

    def contradictions(self) -> tuple[str, ...]:
        """Return the names of the fields that do not fit the others."""
        classes, corners = set(CLASSES), set(CORNERS)
        wrong = {
            "corner_model": self.corner_model == self.model or self.corner_model not in self.files,
            "outputs": not {"logits", "evidence"} <= set(self.outputs),
            "conformal": set(self.conformal.least_probability) != classes,
            "golden": any(
                set(golden.expected) != classes or set(golden.expected_corners) != corners
                for golden in self.golden
            ),
        }
        return (*super().contradictions(), *(name for name, is_wrong in wrong.items() if is_wrong))


def log_odds(logits: Numbers | NDArray[np.float32]) -> tuple[Numbers, Numbers]:
    """Return the log odds of osteoporosis against the others, and of osteopenia among those; each [...].

    logits: [..., class] in the order of CLASSES.
    """
    values = np.asarray(logits, np.float64)
    without = np.logaddexp(values[..., 0], values[..., 1])
    return values[..., 2] - without, values[..., 1] - values[..., 0]


def class_probabilities(
    logits: Numbers | NDArray[np.float32], osteoporosis: Logistic, osteopenia: Logistic
) -> Numbers:
    """Return calibrated probabilities, [..., class] as the logits; both curves take their log odds."""
    return calibrated(*log_odds(logits), (osteoporosis, osteopenia))
