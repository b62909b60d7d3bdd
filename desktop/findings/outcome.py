"""The rule that turns a calibrated probability into one of the three outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.findings.result import NotMeasured, Outcome


@dataclass(frozen=True)
class CutOffs:
    """Two probabilities set on the calibration split at natural prevalence.

    Below `lower` sensitivity stays at least 95 %; above `upper` lies the stated positive predictive value.
    """

    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.lower <= self.upper <= 1.0:
            raise ValueError(f"cut-offs must rise from 0 to 1, found {self.lower} and {self.upper}")


def decide(
    probability: float | NotMeasured, cut_offs: CutOffs, quality_failures: Sequence[str] = ()
) -> Outcome:
    """Return the outcome: uncertain between the cut-offs, or where quality or the probability is lacking."""
    if quality_failures or isinstance(probability, NotMeasured):
        return Outcome.UNCERTAIN
    if probability < cut_offs.lower:
        return Outcome.NOT_FLAGGED
    return Outcome.FLAGGED if probability > cut_offs.upper else Outcome.UNCERTAIN
