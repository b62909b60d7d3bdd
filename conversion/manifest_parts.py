"""What the manifests of all bundles state alike: whose they are, what they see and learned."""

from __future__ import annotations

from typing import Literal

from conversion.trained import Pictures
from desktop import __version__
from desktop.clinical.reference import DEFAULT_TABLE
from desktop.models import manifest as parts


def identity(family: str, evidence: Literal["phantom", "clinical"], version: str) -> dict[str, object]:
    """Return the fields on schema, family and program; writing the bundle fills in `files` and `key_id`."""
    return {
        "schema": parts.SCHEMA,
        "family": family,
        "version": version,
        "program_at_least": __version__,
        "key_id": "0" * 16,
        "evidence": evidence,
        "files": {},
    }


def of_judge(run: Pictures, version: str) -> dict[str, object]:
    """Return the fields that follow from the run of a model that judges pictures."""
    told = run.configuration
    return identity(told.family, told.evidence, version) | {"training": training_told(run)}


def square_input(size_px: int) -> parts.Input:
    """Return how a picture becomes the square that a graph's `image` takes."""
    return parts.Input(
        name="image",
        size_px=size_px,
        resize="pad_to_square_bilinear",
        intensity="0_to_255",
        polarity="bone_bright",
    )


def training_told(run: Pictures) -> parts.Training:
    """Return what a model learned from."""
    rows = run.rows("train")
    ages = [row.age_years for row in rows if row.age_years is not None] or [0]
    people = len({row.person for row in rows})
    kind = "phantoms of NHANES people" if run.configuration.evidence == "phantom" else "pictures of patients"
    return parts.Training(
        data=f"{len(rows)} {kind}, manifest {run.configuration.manifest_sha256[:16]}",
        pictures=len(rows),
        people=people,
        age_low_years=int(min(ages)),
        age_high_years=int(max(ages)),
        reference_table=rows[0].reference_table or DEFAULT_TABLE,
    )
