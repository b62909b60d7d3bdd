"""What stands over a picture: landmarks, the regions that follow from them, and where the evidence lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from desktop.findings.result import Finding, Grid, NotMeasured, Point
from desktop.findings.votes import member_words

if TYPE_CHECKING:
    from desktop.clinical.chest import Corners
    from desktop.ui.case import Case

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Markings:
    """All of one finding, in pixels of the picture's file; empty where its model gives none.

    moved: those of `landmarks` that the user put elsewhere. evidence: values 0 to 1 [row][column] over a
    region; empty while the case is judged anew. size_px: columns and rows of the picture, within which
    landmarks move, None where they do not. model: whose they are, "" where a single one spoke.
    """

    landmarks: Mapping[str, Point] = field(default_factory=dict)
    regions: Mapping[str, Corners] = field(default_factory=dict)
    evidence: Mapping[str, Grid] = field(default_factory=dict)
    moved: Mapping[str, Point] = field(default_factory=dict)
    size_px: tuple[int, int] | None = None
    model: str = ""


def markings_of(case: Case | None, family: str | None = None, member: str = "") -> Markings:
    """Return what is drawn over the picture of a case, landmarks that the user moved where they were put.

    family: whose finding is drawn where there are several, by default the first. member: whose evidence,
    where the model is an ensemble and this member has a map; else that of the whole.
    """
    if case is None:
        return Markings()
    drawn = case.drawn
    if not drawn:
        landmarks = {**case.refused_landmarks, **case.moved}
        return Markings(landmarks, regions_at(landmarks, {}), moved=case.moved, size_px=_size_px(case))
    finding = next((each for each in drawn if each.model.family == family), drawn[0])
    landmarks = {**placed(finding), **case.moved}
    regions = _given(finding.regions)
    judged = case.result is not None and finding in case.result.findings
    evidence, of_member = _evidence(finding, member)
    model = finding.model.family if len(drawn) > 1 else ""
    return Markings(
        landmarks=landmarks,
        regions=regions if judged else regions_at(landmarks, regions),
        evidence=evidence if judged else {},
        moved=case.moved,
        size_px=_size_px(case),
        model=", ".join(filter(None, (model, of_member))),
    )


def _evidence(finding: Finding, member: str) -> tuple[Mapping[str, Grid], str]:
    """Return the evidence of a member over the finding's regions with what it is called, else the whole's."""
    whole = _given(finding.evidence_maps)
    for each in finding.members:
        if each.name == member and each.evidence_map is not None:
            return dict.fromkeys(whole, each.evidence_map), member_words(each.name)
    return whole, ""


def is_drawn(finding: Finding) -> bool:
    """Return whether a finding has anything to draw over its picture."""
    return bool(placed(finding) or _given(finding.regions))


def placed(finding: Finding) -> Mapping[str, Point]:
    """Return the landmarks of a finding, by name."""
    return _given(finding.landmarks)


def vertebrae_at(landmarks: Mapping[str, Point]) -> Mapping[str, Sequence[Point]]:
    """Return the outline of each vertebra whose corners are all there, by its name; S1 has its upper end."""
    from desktop.clinical.lumbar_lateral import LEVELS, corners_of  # brings NumPy

    found = {}
    for level in LEVELS:
        names = corners_of(level)
        if set(names) <= set(landmarks):
            found[level] = [landmarks[name] for name in (*names[:3], *reversed(names[3:]))]
    return found


def regions_at(landmarks: Mapping[str, Point], regions: Mapping[str, Corners]) -> Mapping[str, Corners]:
    """Return the regions that follow from `landmarks`; `regions`, those of before, where none does.

    A region needs all its landmarks, and no region follows from landmarks on one spot.
    """
    from desktop.clinical import chest, lumbar_lateral  # bring NumPy

    if set(chest.LANDMARKS) <= set(landmarks):
        on_one_spot = landmarks[chest.CERVICAL_SPINE] == landmarks[chest.T12]
        return regions if on_one_spot else chest.regions_of(landmarks)
    if set(lumbar_lateral.REGION_CORNERS) <= set(landmarks):
        return {lumbar_lateral.REGION: lumbar_lateral.region_of(landmarks)}
    return regions


def _size_px(case: Case) -> tuple[int, int] | None:
    if case.radiograph is None:
        return None
    rows, columns = case.radiograph.pixels.shape
    return columns, rows


def _given(values: Mapping[str, T] | NotMeasured) -> Mapping[str, T]:
    return {} if isinstance(values, NotMeasured) else values
