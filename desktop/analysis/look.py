"""What the gate's model sees in a picture: how probable each view is, and a negative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.findings.result import ViewFinding
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import Radiograph, View
from desktop.models import Models
from desktop.models.view_manifest import GateThresholds


@dataclass(frozen=True)
class Look:
    """Calibrated probabilities: of each view, which sum to 1, and of bone shown dark."""

    views: Mapping[View, float]
    inverted: float
    thresholds: GateThresholds

    @property
    def best(self) -> ViewFinding:
        """The most probable view."""
        view = max(self.views, key=lambda each: self.views[each])
        return ViewFinding(view, self.views[view])

    @property
    def names_it(self) -> bool:
        """Whether the view is plain enough that nobody need be asked."""
        return self.best.confidence >= self.thresholds.named_from

    def contradicts(self, view: View) -> bool:
        """Whether the picture plainly shows something else."""
        return self.best.name is not view and self.best.confidence >= self.thresholds.contradicted_from

    def doubts(self, view: View) -> bool:
        """Whether the picture may well show something else."""
        return self.views.get(view, 0.0) < self.thresholds.doubted_below

    @property
    def is_negative(self) -> bool:
        """Whether bone is plainly shown dark."""
        return self.best.name is not View.OTHER and self.inverted >= self.thresholds.inverted_from


def look_at(radiograph: Radiograph, models: Models) -> Look | None:
    """Return what the gate's model sees; None where it is not installed."""
    bundle = models.view_gate
    if bundle is None:
        return None
    manifest = bundle.manifest
    *views, inverted = manifest.compared(bundle.run(square_tensor(radiograph, manifest.input.size_px)))
    named = {view: float(share) for view, share in zip(manifest.views, views, strict=True)}
    return Look(named, float(inverted), manifest.thresholds)
