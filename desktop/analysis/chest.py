"""What the chest model says of a frontal chest: landmarks and their sense, regions, BMD, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.evidence import maps, shares
from desktop.analysis.exposure import check_exposure, metal_doubts
from desktop.analysis.finding import told
from desktop.analysis.question import Question
from desktop.analysis.sides import mirror_notices
from desktop.clinical.ages import child_notices
from desktop.clinical.chest import LANDMARKS, REGIONS, regions_of
from desktop.clinical.chest_anatomy import contradiction, nonsense
from desktop.errors import RefusedError
from desktop.findings.marks import moved_sentence
from desktop.findings.result import Finding, Point
from desktop.imaging.radiograph import Radiograph
from desktop.models import ChestBundle
from desktop.models.chest_bundle import in_pixels

UNCHECKED = (
    "Where landmarks were moved by hand, they are not compared with those of the mirrored picture: look at "
    "each of them."
)
SHOWING = "shows one whole adult chest from the front, upright."
ADVICE = f"check that the picture {SHOWING}"


def find_in_chest(radiograph: Radiograph, bundle: ChestBundle, question: Question) -> Finding:
    """Return the finding; RefusedError where landmarks or BMD are none of an adult's chest."""
    moved = tuple(name for name in LANDMARKS if name in question.moved_landmarks)
    shares_found = bundle.landmark_shares(radiograph)
    landmarks = in_pixels(shares_found, radiograph) | {name: question.moved_landmarks[name] for name in moved}
    _check_mirrored(shares_found, radiograph, bundle, moved)
    _check_sense(landmarks, radiograph)
    regions = regions_of(landmarks)
    crops = bundle.crops(radiograph, regions)
    crop = dict(zip(REGIONS, crops, strict=True))
    check_exposure(crop["chest"], "the chest")
    answer = bundle.run(crops)
    doubts = metal_doubts(crop["t12"])
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


def _check_mirrored(
    shares: NDArray[np.float64], radiograph: Radiograph, bundle: ChestBundle, moved: tuple[str, ...]
) -> None:
    off = contradiction(shares, bundle.landmark_shares(radiograph, mirrored=True), without=moved)
    if not off <= bundle.manifest.most_contradiction:
        raise RefusedError(
            f"The landmarks {'that were not moved, ' if moved else ''}on the picture and on its mirror image "
            f"contradict each other, so they cannot be trusted: {ADVICE}",
            in_pixels(shares, radiograph),
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
