"""What the chest model says of a frontal chest: landmarks and their sense, regions, BMD, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import dist

from desktop.analysis.evidence import maps, shares
from desktop.analysis.exposure import check_exposure, check_shades, metal_doubts, unseen_doubts
from desktop.analysis.finding import told
from desktop.analysis.question import Question
from desktop.analysis.sides import mirror_notices
from desktop.clinical.ages import child_notices
from desktop.clinical.chest import CERVICAL_SPINE, LANDMARKS, REGIONS, T12, regions_of
from desktop.clinical.chest_anatomy import contradiction, nonsense, t12_at_border
from desktop.errors import RefusedError
from desktop.findings.marks import moved_sentence
from desktop.findings.result import Finding, Point
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.radiograph import Radiograph
from desktop.models import ChestBundle
from desktop.models.chest_bundle import in_pixels

UNCHECKED = (
    "Where landmarks were moved by hand, they are not compared with what the picture shows there: look at "
    "each of them."
)
SHOWING = "shows one whole adult chest from the front, upright."
AT_BORDER = (
    "T12 lies at the lower border of the picture, so another vertebra may have been taken for it: the "
    "outcome stays uncertain."
)
SPINE_PX_AT_LEAST = 100
"""From neck to T12; networks learned from 137 and more, and a third of that loses 0.06 g/cm2."""
ADVICE = f"check that the picture {SHOWING}"


def find_in_chest(radiograph: Radiograph, bundle: ChestBundle, question: Question) -> Finding:
    """Return the finding; RefusedError where landmarks or BMD are none of an adult's chest."""
    grey, square = shown_grey(radiograph), bundle.square(radiograph)
    check_shades(grey)
    moved = tuple(name for name in LANDMARKS if name in question.moved_landmarks)
    shares_found, spots = bundle.landmarks_and_spots(square)
    landmarks = in_pixels(shares_found, radiograph) | {name: question.moved_landmarks[name] for name in moved}
    if not contradiction(shares_found, spots, without=moved) <= bundle.manifest.most_contradiction:
        raise RefusedError(
            f"The landmarks {'that were not moved ' if moved else ''}do not fit what the picture shows, so "
            f"they cannot be trusted: {ADVICE}",
            in_pixels(shares_found, radiograph),
        )
    _check_sense(landmarks, radiograph)
    _check_size(landmarks)
    regions = regions_of(landmarks)
    crops = bundle.crops(grey, regions)
    crop = dict(zip(REGIONS, crops, strict=True))
    check_exposure(crop["chest"], "the chest")
    answer = bundle.run(crops)
    at_border = t12_at_border(landmarks, radiograph.pixels.shape)
    doubts = metal_doubts(crop["t12"]) + unseen_doubts(crop) + ((AT_BORDER,) if at_border else ())
    child = child_notices(question.patient.age_years, size_known=radiograph.spacing is not None)
    by_hand = (UNCHECKED, moved_sentence(moved)) if moved else ()
    finding = told(answer["bmd"], radiograph, bundle, question, doubts)
    return replace(
        finding,
        landmarks=landmarks,
        regions=regions,
        evidence_shares=shares(answer["evidence"], REGIONS),
        evidence_maps=maps(answer["evidence"], REGIONS),
        moved_by_hand=moved,
        warnings=(finding.warnings + child + mirror_notices(crop["right_ribs"], crop["left_ribs"]) + by_hand),
    )


def _check_sense(landmarks: Mapping[str, Point], radiograph: Radiograph) -> None:
    height, width = radiograph.pixels.shape
    spacing = radiograph.spacing
    pixel_mm = (spacing.column_mm, spacing.row_mm) if spacing else None
    reason = nonsense(landmarks, (height, width), pixel_mm)
    if reason is not None:
        raise RefusedError(
            f"The landmarks found make no anatomical sense, because {reason}: move them, or open a "
            f"picture that {SHOWING}",
            landmarks,
        )


def _check_size(landmarks: Mapping[str, Point]) -> None:
    length_px = dist(landmarks[CERVICAL_SPINE], landmarks[T12])
    if length_px < SPINE_PX_AT_LEAST:
        raise RefusedError(
            f"From the neck to T12 the picture has only {length_px:.0f} pixels, too few to judge bone by: "
            "open the original picture."
        )
