"""What a report says of a finding of classes: how probable each is, and the vertebrae's heights."""

from __future__ import annotations

from desktop.findings.anatomy_words import listed
from desktop.findings.marks import CLASS_TITLES, HEIGHTS_MEANING, possible_sentence
from desktop.findings.result import Finding, NotMeasured, VertebralHeights
from desktop.report.table import ScoreTable
from desktop.report.words import DASH, percent

MODERATE_GRADE = 2
HEIGHT_HEADS = ("Vertebra", "front", "middle", "back", "lost", "Genant grade")


def class_table(finding: Finding) -> ScoreTable | NotMeasured:
    """Return a row for each class: its name, how probable it is, and whether the picture leaves it open."""
    probabilities, possible = finding.class_probabilities, finding.possible_classes
    if isinstance(probabilities, NotMeasured):
        return probabilities
    left = () if isinstance(possible, NotMeasured) else possible
    rows = tuple(
        (title, percent(probabilities[name]), "yes" if name in left else DASH)
        for name, title in CLASS_TITLES.items()
        if name in probabilities
    )
    return ScoreTable(("Class", "probability", "left open"), rows)


def class_notes(finding: Finding) -> tuple[str, ...]:
    """Return what the classes rest on, and which of them the picture leaves open."""
    used = ", ".join(finding.vertebrae_used)
    seen = f"Estimated from the picture. Vertebrae used: {used}." if used else "Estimated from the picture."
    return tuple(filter(None, (seen, possible_sentence(finding))))


def height_table(finding: Finding) -> ScoreTable | None:
    """Return a row for each vertebra that is whole in the picture, with heights and grade; None without."""
    heights = finding.vertebral_heights
    if isinstance(heights, NotMeasured) or not heights:
        return None
    grades = {} if isinstance(finding.fractures, NotMeasured) else finding.fractures
    rows = tuple((level, *_cells(each), str(grades.get(level, DASH))) for level, each in heights.items())
    return ScoreTable(HEIGHT_HEADS, rows)


def height_notes(finding: Finding) -> tuple[str, ...]:
    """Return what the heights are, why some are missing, and what they are not."""
    if height_table(finding) is None:
        return ()
    by_reason: dict[str, list[str]] = {}
    for name, reason in finding.not_measured.items():
        field, _, level = name.partition(".")
        if field == "vertebral_heights" or name == "fractures":
            by_reason.setdefault(reason, []).append("" if level == "mm" else level)
    missing = [
        f"{', '.join(filter(None, levels))}: {why}".removeprefix(": ") for why, levels in by_reason.items()
    ]
    return (*missing, *_crushed(finding), HEIGHTS_MEANING)


def _crushed(finding: Finding) -> tuple[str, ...]:
    """Return what to do about vertebrae of a moderate or severe grade, whatever the outcome."""
    grades = {} if isinstance(finding.fractures, NotMeasured) else finding.fractures
    crushed = [level for level, grade in grades.items() if grade >= MODERATE_GRADE]
    if not crushed:
        return ()
    return (
        f"Check the corners of {listed(crushed)}: where they are right, have the picture read for a "
        "fracture, whatever the outcome.",
    )


def _cells(heights: VertebralHeights) -> tuple[str, ...]:
    lengths = (heights.anterior_mm, heights.middle_mm, heights.posterior_mm)
    lost = DASH if heights.height_lost is None else f"{100 * max(heights.height_lost, 0.0):.0f} %"
    return (*(DASH if length is None else f"{length:.1f}" for length in lengths), lost)
