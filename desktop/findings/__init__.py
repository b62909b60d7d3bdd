"""What models said about a picture, and how it is written down."""

from desktop.findings.result import (
    CutOffRates,
    Finding,
    Interval,
    Member,
    ModelIdentity,
    NotMeasured,
    Outcome,
    ScreeningResult,
    Seconds,
    Status,
    VertebralHeights,
    ViewFinding,
)

__all__ = [
    "CutOffRates",
    "Finding",
    "Interval",
    "Member",
    "ModelIdentity",
    "NotMeasured",
    "Outcome",
    "ScreeningResult",
    "Seconds",
    "Status",
    "VertebralHeights",
    "ViewFinding",
]
