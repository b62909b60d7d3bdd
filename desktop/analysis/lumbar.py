"""What the lateral lumbar model says: vertebrae and their sense, the class of L1-L3, evidence, heights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from desktop.analysis.evidence import maps
from desktop.analysis.exposure import check_exposure
from desktop.analysis.finding import NO_DENSITY, model_warnings, rates_of
from desktop.analysis.question import Question
from desktop.analysis.spine_heights import crushed_doubts, fractures_of, vertebral_heights
from desktop.analysis.spine_metal import metal_doubts
from desktop.clinical.ages import age_warnings, child_notices, outside_screening
from desktop.clinical.lumbar_anatomy import levels_without_sense, nonsense
from desktop.clinical.lumbar_lateral import (
    CORNERS,
    LEVELS,
    REGION,
    REGION_LEVELS,
    corners_of,
    level_of,
    region_of,
)
from desktop.errors import RefusedError
from desktop.findings.anatomy_words import listed
from desktop.findings.marks import classes_sentence, moved_sentence
from desktop.findings.outcome import CutOffs, decide
from desktop.findings.result import CLASSES, Finding, Point
from desktop.imaging.radiograph import Radiograph
from desktop.models import LumbarBundle
from desktop.models.lumbar_bundle import Placed, in_pixels

SHOWING = "shows the whole lumbar spine of an adult from the side, upright."
ADVICE = f"check that the picture {SHOWING}"
NOT_WHOLE = "This vertebra does not lie in the picture whole."
NO_SENSE = "The corners found of this vertebra make no anatomical sense."
FIVE = (
    "The vertebrae are named as if there were five lumbar ones, as in nine of ten people: check their names."
)
CONTRADICTED = (
    "The vertebrae found on the picture and on its mirror image contradict each other, and some were moved "
    "by hand: the outcome stays uncertain."
)
DOUBTED_FROM, UPSIDE_DOWN_BELOW = 0.006, 0.6
"""By the contradiction with the mirror image: from where a picture is turned round to compare, and how much
smaller it is then. Of 120 phantoms upside down 110 are refused, 68 of them for this; of 120 upright, 1."""
_OSTEOPOROSIS = CLASSES[-1]


def find_in_lumbar(radiograph: Radiograph, bundle: LumbarBundle, question: Question) -> Finding:
    """Return the finding; RefusedError where L1 to L3 are not whole, or corners are none of a spine's."""
    moved = tuple(name for name in CORNERS if name in question.moved_landmarks)
    by_hand = {name: question.moved_landmarks[name] for name in moved}
    placed = bundle.placed(radiograph)
    corners, left_out = _corners(placed, radiograph, bundle, by_hand)
    crop = bundle.crop(radiograph, corners)
    check_exposure(crop[0], "L1 to L3")
    answer = bundle.run(crop)
    probabilities = bundle.manifest.compared(answer)
    by_class = dict(zip(CLASSES, map(float, probabilities), strict=True))
    fractures = fractures_of(corners, radiograph.spacing)
    doubts = (
        metal_doubts(crop[0])
        + crushed_doubts(fractures, REGION_LEVELS)
        + _ends_doubted(left_out)
        + ((CONTRADICTED,) if _contradicts(placed, bundle) else ())
    )
    levels = [level for level in LEVELS if corners_of(level)[0] in corners]
    thresholds = bundle.manifest.thresholds
    age_years = question.patient.age_years
    heights, no_mm = vertebral_heights(corners, radiograph.spacing)
    unseen = {
        f"vertebral_heights.{level}": NO_SENSE if level in left_out else NOT_WHOLE
        for level in LEVELS[:-1]
        if level not in levels
    }
    return Finding(
        model=bundle.identity,
        outcome=decide(
            by_class[_OSTEOPOROSIS],
            CutOffs(thresholds.lower, thresholds.upper),
            outside_screening(age_years) + doubts,
        ),
        osteoporosis_probability=by_class[_OSTEOPOROSIS],
        cut_off_rates=rates_of(thresholds),
        bmd_g_cm2=NO_DENSITY,
        t_score=NO_DENSITY,
        z_score=NO_DENSITY,
        class_probabilities=by_class,
        possible_classes=bundle.manifest.conformal.possible(probabilities),
        interval_level=bundle.manifest.conformal.level,
        vertebrae_used=REGION_LEVELS,
        not_measured={**unseen, **no_mm},
        landmarks=corners,
        vertebrae={level: _middle(corners, level) for level in levels},
        regions={REGION: region_of(corners)},
        fractures=fractures,
        vertebral_heights=heights,
        evidence_maps=maps(answer["evidence"][np.newaxis], (REGION,)),
        moved_by_hand=moved,
        ran_in_float=bundle.ran_in_float,
        warnings=(
            _warnings(bundle)
            + doubts
            + age_warnings(age_years)
            + child_notices(age_years, size_known=radiograph.spacing is not None)
            + radiograph.notices
            + _by_hand(moved)
        ),
    )


def _corners(
    placed: Placed, radiograph: Radiograph, bundle: LumbarBundle, moved: Mapping[str, Point]
) -> tuple[dict[str, Point], tuple[str, ...]]:
    """Return the corners of what is whole, or of which the user moved one, and which levels are left out.

    Left out are levels at the ends of the row that make no sense, unless the user moved them.
    """
    found = {**in_pixels(placed.shares, radiograph), **moved}
    by_hand = {level_of(name) for name in moved}
    whole = [
        level for level, is_whole in zip(LEVELS, placed.whole, strict=True) if is_whole or level in by_hand
    ]
    missing = [level for level in REGION_LEVELS if level not in whole]
    if missing:
        raise RefusedError(
            f"The model looks at L1 to L3, and {listed(missing)} cannot be found whole in the picture: "
            f"{ADVICE}",
            found,
        )
    if not moved:
        _check_mirrored(placed, radiograph, bundle)
    corners, frame = _of_levels(found, whole), _frame(radiograph)
    left_out = levels_without_sense(corners, *frame)
    if left_out is None or not by_hand.isdisjoint(left_out):
        raise RefusedError(
            f"The vertebrae found make no anatomical sense, because {nonsense(corners, *frame)}: move their "
            f"corners, or open a picture that {SHOWING}",
            found,
        )
    return _of_levels(found, [level for level in whole if level not in left_out]), left_out


def _of_levels(found: Mapping[str, Point], levels: Sequence[str]) -> dict[str, Point]:
    return {name: found[name] for level in levels for name in corners_of(level)}


def _contradicts(placed: Placed, bundle: LumbarBundle) -> bool:
    return not placed.contradiction <= bundle.manifest.most_contradiction


def _check_mirrored(placed: Placed, radiograph: Radiograph, bundle: LumbarBundle) -> None:
    off = placed.contradiction
    if _contradicts(placed, bundle):
        raise RefusedError(
            "The vertebrae on the picture and on its mirror image contradict each other, so they cannot be "
            f"trusted: {ADVICE}",
            in_pixels(placed.shares, radiograph),
        )
    if off > DOUBTED_FROM and _better_turned(off, radiograph, bundle):
        raise RefusedError(
            "The picture seems to be upside down, since its vertebrae show better when it is turned: "
            f"{ADVICE}",
            in_pixels(placed.shares, radiograph),
        )


def _better_turned(off: float, radiograph: Radiograph, bundle: LumbarBundle) -> bool:
    """Return whether the picture turned round shows what may be a spine, and contradicts itself far less."""
    turned = replace(radiograph, pixels=np.ascontiguousarray(radiograph.pixels[::-1, ::-1]))
    placed = bundle.placed(turned)
    if levels_without_sense(in_pixels(placed.shares, turned), *_frame(turned)) is None:
        return False
    return placed.contradiction < UPSIDE_DOWN_BELOW * off


def _frame(radiograph: Radiograph) -> tuple[tuple[int, int], tuple[float, float] | None]:
    """Return rows and columns, and mm between columns and between rows where they are known."""
    height, width = radiograph.pixels.shape
    spacing = radiograph.spacing
    return (height, width), (spacing.column_mm, spacing.row_mm) if spacing else None


def _middle(corners: Mapping[str, Point], level: str) -> Point:
    x, y = np.mean([corners[name] for name in corners_of(level)], axis=0)
    return float(x), float(y)


def _ends_doubted(left_out: tuple[str, ...]) -> tuple[str, ...]:
    if not left_out:
        return ()
    return (f"Left out, since not surely found: {listed(left_out)}. Check the names of the others.",)


def _by_hand(moved: tuple[str, ...]) -> tuple[str, ...]:
    return (moved_sentence(moved),) if moved else ()


def _warnings(bundle: LumbarBundle) -> tuple[str, ...]:
    manifest = bundle.manifest
    return model_warnings(bundle, classes_sentence(manifest.conformal.level, manifest.evidence), FIVE)
