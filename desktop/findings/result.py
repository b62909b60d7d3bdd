"""The result types that flow from analysis to screen, paper, file and database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final, Literal, get_args

from desktop.imaging.radiograph import View

Point = tuple[float, float]
"""(x, y) in pixels of the input."""

Corners = tuple[Point, Point, Point, Point]
"""Of a region, clockwise from the upper left of the upright patient."""

Grid = tuple[tuple[float, ...], ...]
"""Values [row][column]."""

ClassName = Literal["t_above_minus_1", "t_minus_1_to_minus_2_5", "t_at_or_below_minus_2_5"]
"""A class by its band of the T-score: an estimate carries no WHO category."""

CLASSES: Final[tuple[ClassName, ...]] = get_args(ClassName)
"""The gravest last; in the order of every model's answers."""


class Status(StrEnum):
    """How a file ended."""

    SCREENED = "screened"
    REFUSED = "refused"
    FAILED = "failed"


class Outcome(StrEnum):
    """What a finding recommends; nobody is ever told "normal"."""

    FLAGGED = "flagged"
    UNCERTAIN = "uncertain"
    NOT_FLAGGED = "not_flagged"


@dataclass(frozen=True)
class NotMeasured:
    """A value that was not measured, and why, as a sentence for the user."""

    reason: str


@dataclass(frozen=True)
class Interval:
    """A value with the interval that covers the truth at the finding's `interval_level`."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class CutOffRates:
    """What flagged and not flagged meant on the pictures that the cut-offs were set on; shares, 0 to 1.

    flagged_ppv: of those flagged, who had osteoporosis (T <= -2.5). not_flagged_missed: of those with
    osteoporosis, who were not flagged. prevalence: of all `pictures`, who had it.
    """

    flagged_ppv: float
    not_flagged_missed: float
    prevalence: float
    pictures: int


@dataclass(frozen=True)
class VertebralHeights:
    """One vertebral body's heights on the detector, in mm, None without a pixel spacing, and what follows.

    wedge_ratio: in front over behind; biconcavity_ratio: in the middle over behind. height_lost: share, the
    worst of the three against what is due; None where too few vertebrae tell the person's size.
    """

    wedge_ratio: float
    biconcavity_ratio: float
    height_lost: float | None = None
    anterior_mm: float | None = None
    middle_mm: float | None = None
    posterior_mm: float | None = None


@dataclass(frozen=True)
class Member:
    """What one member of an ensemble says, its probabilities calibrated as the ensemble's are.

    vote: by cut-offs of its own. log_odds_share: its exact Shapley value, what it adds to the ensemble's log
    odds of osteoporosis. evidence_map: as the finding's, over the same region; None where it has none.
    """

    name: str
    vote: Outcome
    osteoporosis_probability: float
    class_probabilities: Mapping[ClassName, float]
    log_odds_share: float
    evidence_map: Grid | None = None


@dataclass(frozen=True)
class ModelIdentity:
    """Which model spoke, and what it learned from."""

    family: str
    version: str
    evidence: Literal["phantom", "clinical"]
    sha256: str
    signer: str


@dataclass(frozen=True)
class Finding:
    """What one model said of one picture.

    bmd_g_cm2, t_score and z_score go by vertebra ("L1" to "L4") and group ("L1-L4"); a key that is missing
    there has its reason in `not_measured`, as has every field that is NotMeasured: kept in step here.
    evidence_shares: by region, its share of what moves L1-L4 off that of an average picture; they sum to 1.
    evidence_maps: by region, 0 to 1 of the most evident place of all regions, laid evenly over the region
    from its first corner, rows along its first side. moved_by_hand: names of landmarks.
    possible_classes: those that cannot be ruled out, a conformal set at `interval_level`.
    members: of an ensemble, what each said; empty for a model of one network.
    fractures and vertebral_heights: by vertebra, Genant's grade, 0 for none, and the heights of its body.
    """

    model: ModelIdentity
    outcome: Outcome
    osteoporosis_probability: float | NotMeasured
    bmd_g_cm2: Mapping[str, Interval] | NotMeasured
    t_score: Mapping[str, Interval] | NotMeasured
    z_score: Mapping[str, Interval] | NotMeasured
    cut_off_rates: CutOffRates | NotMeasured = NotMeasured(
        "How often this outcome is right was not measured."
    )
    class_probabilities: Mapping[ClassName, float] | NotMeasured = NotMeasured("This model gives no classes.")
    score_kind: Literal["T", "Z"] = "T"
    reference_table: str = ""
    interval_level: float = 0.9
    vertebrae_used: tuple[str, ...] = ()
    not_measured: Mapping[str, str] = field(default_factory=dict)
    landmarks: Mapping[str, Point] | NotMeasured = NotMeasured("This model places no landmarks.")
    regions: Mapping[str, Corners] | NotMeasured = NotMeasured("This model looks at no separate regions.")
    vertebrae: Mapping[str, Point] | NotMeasured = NotMeasured("This model places no vertebra corners.")
    fractures: Mapping[str, int] | NotMeasured = NotMeasured("This model does not grade fractures.")
    vertebral_heights: Mapping[str, VertebralHeights] | NotMeasured = NotMeasured(
        "This model measures no vertebral heights."
    )
    possible_classes: tuple[ClassName, ...] | NotMeasured = NotMeasured("This model gives no classes.")
    evidence_shares: Mapping[str, float] | NotMeasured = NotMeasured("This model weighs no separate regions.")
    evidence_maps: Mapping[str, Grid] | NotMeasured = NotMeasured("This model weighs no separate regions.")
    members: tuple[Member, ...] = ()
    moved_by_hand: tuple[str, ...] = ()
    ran_in_float: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def members_disagree(self) -> bool:
        """Whether one member votes flagged and another not flagged."""
        return {Outcome.FLAGGED, Outcome.NOT_FLAGGED} <= {member.vote for member in self.members}

    def __post_init__(self) -> None:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        missing = {name: value.reason for name, value in values.items() if isinstance(value, NotMeasured)}
        others = {name: reason for name, reason in self.not_measured.items() if name not in values}
        object.__setattr__(self, "not_measured", others | missing)


@dataclass(frozen=True)
class ViewFinding:
    """Which view a picture shows; confidence 1.0 where the user or the file's tags said so."""

    name: View
    confidence: float


@dataclass(frozen=True)
class Seconds:
    """How long reading and analysing took."""

    read: float
    analyse: float


@dataclass(frozen=True)
class ScreeningResult:
    """What became of one file; `reason` is a sentence where it was refused or failed.

    refused_landmarks: where the landmarks are for which the file was refused, by name; else empty.
    """

    file: str
    status: Status
    reason: str | None
    view: ViewFinding | None
    findings: tuple[Finding, ...]
    seconds: Seconds
    refused_landmarks: Mapping[str, Point] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome | None:
        """Flagged if any finding is, uncertain where they disagree, None without findings."""
        outcomes = {finding.outcome for finding in self.findings}
        if not outcomes:
            return None
        if Outcome.FLAGGED in outcomes:
            return Outcome.FLAGGED
        return outcomes.pop() if len(outcomes) == 1 else Outcome.UNCERTAIN
