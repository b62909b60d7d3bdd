"""What the bundle of the gate says: which view a picture shows, and whether it is a negative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.radiograph import View
from desktop.models.manifest import BundleManifest, Count, FileName, Numbers, Positive, Share, Strict

FAMILY = "view_gate"


class GateThresholds(Strict, frozen=True):
    """Probabilities at which the gate speaks up.

    named_from: of a view, to judge a picture as that without asking. contradicted_from: of another view than
    the stated one, to refuse it. doubted_below: of the stated view, to warn. inverted_from: of a negative, to
    turn it round.
    """

    named_from: Share
    contradicted_from: Share
    doubted_below: Share
    inverted_from: Share


class GateTraining(Strict, frozen=True):
    """What the gate learned from."""

    data: str
    pictures: Count
    people: Count


class GateMetrics(Strict, frozen=True):
    """How often one form of the model names the view of test pictures, and sees negatives."""

    pictures: Count
    balanced_accuracy: Share
    accuracy: Mapping[View, Share]
    inverted_accuracy: Share
    mean_change: float | None = None


class GateGolden(Strict, frozen=True):
    """A small 8-bit picture in the bundle and the probabilities that the shipped graph gave it."""

    file: FileName
    expected: Mapping[View, Share]
    expected_inverted: Share


class ViewManifest(BundleManifest, frozen=True):
    """What the gate's bundle says; `temperature` divides each output's logits."""

    views: tuple[View, ...]
    temperature: Mapping[Literal["view", "inverted"], Positive]
    thresholds: GateThresholds
    training: GateTraining
    metrics: Mapping[Literal["framework", "float", "int8"], GateMetrics]
    drift_limit: Positive
    golden: tuple[GateGolden, ...]

    @property
    def expected(self) -> Mapping[str, Numbers]:
        """Probabilities by golden file: of each of `views`, then of a negative."""
        return {
            golden.file: np.array(
                [*(golden.expected.get(view, np.nan) for view in self.views), golden.expected_inverted]
            )
            for golden in self.golden
        }

    @property
    def most_drift(self) -> tuple[float, str]:
        """The limit of a probability."""
        return self.drift_limit, "of a probability"

    def compared(self, answer: Mapping[str, NDArray[np.float32]]) -> Numbers:
        """Return the calibrated probabilities: of each of `views`, then of a negative."""
        logits = answer["view"].astype(np.float64) / self.temperature["view"]
        shares = np.exp(logits - logits.max())
        inverted = float(answer["inverted"].item()) / self.temperature["inverted"]
        return np.append(shares / shares.sum(), 1.0 / (1.0 + np.exp(-np.clip(inverted, -500.0, 500.0))))

    def contradictions(self) -> tuple[str, ...]:
        """Return the names of the fields that do not fit the others."""
        views = set(self.views)
        wrong = {
            "outputs": not {"view", "inverted"} <= set(self.outputs),
            "views": len(views) != len(self.views),
            "temperature": set(self.temperature) != {"view", "inverted"},
            "golden": any(set(golden.expected) != views for golden in self.golden),
        }
        return (*super().contradictions(), *(name for name, is_wrong in wrong.items() if is_wrong))
