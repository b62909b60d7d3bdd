"""The JSON of results as types, from which encoding, decoding and the published schema all come."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from desktop.findings.result import (
    CLASSES,
    ClassName,
    CutOffRates,
    Interval,
    Member,
    ModelIdentity,
    Outcome,
    Point,
    Seconds,
    Status,
    VertebralHeights,
    ViewFinding,
)

SCHEMA_VERSION: Final = 2

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
BySite = Annotated[dict[str, Interval], Meta(description='By vertebra, "L1" to "L4", and group, "L1-L4"')]
ByClass = Annotated[
    dict[ClassName, Share],
    Meta(
        description="By class, a band of the T-score",
        extra_json_schema={"propertyNames": {"enum": list(CLASSES)}},
    ),
]
Names = tuple[str, ...]


class WireFinding(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one model said; null is not measured, and `not_measured` holds the reason."""

    model: ModelIdentity
    outcome: Outcome
    osteoporosis_probability: Annotated[Share | None, Meta(description="Calibrated P(T <= -2.5)")]
    cut_off_rates: Annotated[
        CutOffRates | None,
        Meta(description="How often the outcome was right on the pictures that its cut-offs were set on"),
    ] = None
    class_probabilities: ByClass | None
    possible_classes: Annotated[
        tuple[ClassName, ...] | None,
        Meta(description="Classes that the picture leaves open, at interval_level"),
    ] = None
    bmd_g_cm2: BySite | None
    t_score: BySite | None
    z_score: BySite | None
    score_kind: Annotated[Literal["T", "Z"], Meta(description="The score for this patient's age")]
    reference_table: str
    interval_level: Annotated[Share, Meta(description="How often `low` to `high` holds the true value")]
    vertebrae_used: Names
    not_measured: Annotated[dict[str, str], Meta(description="Reasons by field, or by field and vertebra")]
    landmarks: Annotated[dict[str, Point] | None, Meta(description="[x, y] in pixels of the input")]
    regions: Annotated[
        dict[str, tuple[Point, Point, Point, Point]] | None,
        Meta(description="Corners, clockwise from the upper left of the upright patient"),
    ]
    vertebrae: dict[str, Point] | None
    fractures: Annotated[dict[str, int] | None, Meta(description="Genant grade by vertebra")]
    vertebral_heights: Annotated[
        dict[str, VertebralHeights] | None,
        Meta(description="By vertebra, mm on the detector; null without a pixel spacing"),
    ] = None
    evidence_shares: Annotated[
        dict[str, float] | None,
        Meta(description="By region, its share of what moves L1-L4 off that of an average picture"),
    ]
    evidence_maps: Annotated[
        dict[str, tuple[tuple[Share, ...], ...]] | None,
        Meta(description="By region, [row][column] from its first corner; 1 is the most evident place"),
    ] = None
    members: Annotated[tuple[Member, ...], Meta(description="Of an ensemble, what each member says")] = ()
    moved_by_hand: Names
    ran_in_float: bool
    warnings: Names


class WireResult(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one file."""

    schema_version: Literal[2]
    file: str
    status: Status
    reason: Annotated[str | None, Meta(description="A sentence where it was refused or failed")]
    view: ViewFinding | None
    outcome: Annotated[
        Outcome | None,
        Meta(description="Flagged if any finding is, uncertain where they disagree, null without findings"),
    ]
    findings: tuple[WireFinding, ...]
    seconds: Seconds
    refused_landmarks: Annotated[
        dict[str, Point],
        Meta(description="[x, y] in pixels of the input, of landmarks for which the file was refused"),
    ] = {}
