"""Heights of the vertebrae and Genant's grades from their corners, as information beside a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.clinical.vertebral_heights import (
    FEWEST_LEVELS,
    Heights,
    crush_by_level,
    genant_grade,
    heights_of,
)
from desktop.findings.anatomy_words import listed
from desktop.findings.result import NotMeasured, Point, VertebralHeights
from desktop.imaging.radiograph import PixelSpacing

TOO_FEW = NotMeasured(
    f"Fewer than {FEWEST_LEVELS} vertebrae lie in the picture whole, too few to tell a crushed one from a "
    "small person."
)
NO_SPACING = (
    "The picture tells no pixel spacing, so heights are not known in mm; ratios and grades do not need it."
)


CRUSHED_FROM_GRADE = 2
"""Of 57 phantoms 12 % show such a vertebra among L1 to L3, nearly all by misplaced corners; of 8 real spines
five, four of them with outlines that a reader sees to be wrong."""


def crushed_doubts(fractures: Mapping[str, int] | NotMeasured, levels: Sequence[str]) -> tuple[str, ...]:
    """Return why nothing is settled where one of `levels` seems to be crushed, else nothing."""
    if isinstance(fractures, NotMeasured):
        return ()
    crushed = [level for level in levels if fractures.get(level, 0) >= CRUSHED_FROM_GRADE]
    if not crushed:
        return ()
    verb, whose = ("looks", "its") if len(crushed) == 1 else ("look", "their")
    return (
        f"{listed(crushed)} {verb} crushed, or {whose} corners are misplaced: check them. A crushed vertebra "
        "is denser than it was, so the outcome stays uncertain.",
    )


def vertebral_heights(
    corners: Mapping[str, Point], spacing: PixelSpacing | None
) -> tuple[Mapping[str, VertebralHeights], Mapping[str, str]]:
    """Return the heights by vertebra whose corners are given, and why there are none in mm, if so."""
    found = _heights(corners, spacing)
    lost = crush_by_level(found)
    heights = {level: _told(each, lost.get(level), spacing is not None) for level, each in found.items()}
    return heights, {} if spacing else {"vertebral_heights.mm": NO_SPACING}


def fractures_of(
    corners: Mapping[str, Point], spacing: PixelSpacing | None
) -> Mapping[str, int] | NotMeasured:
    """Return Genant's grade, 0 for none, by vertebra whose corners are given."""
    lost = crush_by_level(_heights(corners, spacing))
    return {level: genant_grade(share) for level, share in lost.items()} or TOO_FEW


def _heights(corners: Mapping[str, Point], spacing: PixelSpacing | None) -> dict[str, Heights]:
    return heights_of(corners, (spacing.row_mm, spacing.column_mm) if spacing else (1.0, 1.0))


def _told(heights: Heights, lost: float | None, in_mm: bool) -> VertebralHeights:
    lengths = (heights.anterior, heights.middle, heights.posterior) if in_mm else (None, None, None)
    return VertebralHeights(heights.wedge_ratio, heights.biconcavity_ratio, lost, *lengths)
