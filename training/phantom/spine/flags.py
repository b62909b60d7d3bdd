"""Names what is abnormal in a person's lumbar spine, for the truth beside a picture."""

from __future__ import annotations

from training.phantom.spine.levels import LUMBAR
from training.phantom.spine.vertebrae import Spine

FLAGGED = ("T12", *LUMBAR)
NARROW_DISC = 0.6
"""A disc with less than this share of its height left is flagged."""
LARGE_SPUR_MM = 4.0
PLAIN_PLAQUES_G = 0.1
"""Calcium in the aorta that a lateral radiograph shows (assumed)."""
SCOLIOSIS_MM = 8.0


def spine_flags(spine: Spine) -> tuple[str, ...]:
    """Return which of the named findings T12 to L5 and the aorta before them have."""
    vertebrae = [spine[level] for level in FLAGGED]
    grades = spine.fracture_grades()
    aside = [vertebra.centre_mm[0] for vertebra in vertebrae]
    found = {
        "fracture": any(grades[level] > 0 for level in FLAGGED),
        "disc_narrowing": any(vertebra.disc_left < NARROW_DISC for vertebra in vertebrae),
        "spondylolisthesis": any(vertebra.slip_mm > 0.0 for vertebra in vertebrae),
        "osteophytes": any(
            spur.length_mm > LARGE_SPUR_MM for vertebra in vertebrae for spur in vertebra.body.spurs
        ),
        "aortic_calcification": spine.aorta.mineral_g > PLAIN_PLAQUES_G,
        "scoliosis": max(aside) - min(aside) > SCOLIOSIS_MM,
    }
    return tuple(name for name, is_so in found.items() if is_so)
