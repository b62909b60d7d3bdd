"""What the bundle of the stacked ensemble says: one graph for all members, the forest and the stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop.findings.result import CLASSES
from desktop.models.classes import ClassConformal, ClassGolden, ClassMetrics, calibrated
from desktop.models.manifest import (
    JudgeManifest,
    Logistic,
    Numbers,
    Positive,
    Strict,
    Thresholds,
)

FAMILY = "stacked_ensemble"
MEMBERS = ("cnn", "vgg16", "resnet_forest")
"""In the order of the graph's answers."""
OUTPUTS = ("logits", "shares", "evidence")
SURE = 1e-6
"""Least probability before a calibration: a forest's trees may all agree."""


class StripInput(Strict, frozen=True):
    """The strip that is cut from the square of `input`: the column of vertebrae, upright and of one width."""

    rows_px: Annotated[int, msgspec.Meta(ge=16, le=512)]
    columns_px: Annotated[int, msgspec.Meta(ge=16, le=512)]
    cut: Literal["column_of_one_width"]


class Calibration(Strict, frozen=True):
    """From one row of the graph's `logits` to probabilities, and where they flag.

    probability: of osteoporosis, by its log odds; osteopenia: of that among those without, likewise.
    """

    probability: Logistic
    osteopenia: Logistic
    thresholds: Thresholds


class EnsembleManifest(JudgeManifest, frozen=True):
    """What the bundle of the stacked ensemble says.

    The graph answers `logits` [member or stack, (log odds of osteoporosis, of osteopenia among those
    without)], members first, `shares` [member], what each adds to the stack's log odds, and `evidence`
    [member, row, column]. least_contrast: grey levels by which a column stands out.
    """

    strip: StripInput
    stack: Calibration
    members: Mapping[str, Calibration]
    conformal: ClassConformal
    least_contrast: Positive
    metrics: Mapping[Literal["framework", "float", "int8"], ClassMetrics]
    drift_limit: Positive
    golden: tuple[ClassGolden, ...]

    @property
    def expected(self) -> Mapping[str, Numbers]:
        """Probabilities by golden file, in the order of CLASSES; a missing class is NaN."""
        return {golden.file: golden.numbers for golden in self.golden}

    @property
    def most_drift(self) -> tuple[float, str]:
        """The limit of a probability."""
        return self.drift_limit, "of a probability"

    def compared(self, answer: Mapping[str, NDArray[np.float32]]) -> Numbers:
        """Return the stack's calibrated probabilities, in the order of CLASSES."""
        return probabilities(answer["logits"][-1], self.stack)

    def contradictions(self) -> tuple[str, ...]:
        """Return the names of the fields that do not fit the others."""
        classes = set(CLASSES)
        wrong = {
            "outputs": not set(OUTPUTS) <= set(self.outputs),
            "members": set(self.members) != set(MEMBERS),
            "stack": self.stack.thresholds != self.thresholds,
            "conformal": set(self.conformal.least_probability) != classes,
            "golden": any(set(golden.expected) != classes for golden in self.golden),
        }
        return (*super().contradictions(), *(name for name, is_wrong in wrong.items() if is_wrong))


def probabilities(logits: NDArray[np.floating], calibration: Calibration) -> Numbers:
    """Return calibrated probabilities, [..., class] in the order of CLASSES, of `logits` [..., 2]."""
    curves = (calibration.probability, calibration.osteopenia)
    return calibrated(logits[..., 0], logits[..., 1], curves)
