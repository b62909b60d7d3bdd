"""What a model bundle says of itself: manifest.json, decoded strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from desktop.clinical.lumbar import GROUP
from desktop.errors import BundleError
from desktop.imaging.radiograph import View

SCHEMA = 1

FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A frozen part of the manifest that refuses what it does not know."""


class ListedFile(Strict, frozen=True):
    """One file of the bundle."""

    sha256: Digest
    size_bytes: Count


class Input(Strict, frozen=True):
    """How a picture becomes the graph's input: padded to a square, bone bright, grey levels 0 to 255."""

    name: str
    size_px: Annotated[int, msgspec.Meta(ge=16, le=2048)]
    resize: Literal["pad_to_square_bilinear"]
    intensity: Literal["0_to_255"]
    polarity: Literal["bone_bright"]


class Output(Strict, frozen=True):
    """One output of the graph; a value outside low..high is not believed. Without them, any value is."""

    unit: str
    low: float | None = None
    high: float | None = None


class Thresholds(Strict, frozen=True):
    """Cut-offs of the probability: below `lower` not flagged, from `upper` on flagged, between uncertain."""

    lower: Share
    upper: Share
    sensitivity_at_lower: Share
    ppv_at_upper: Share
    sensitivity_at_upper: Share
    prevalence: Share
    pictures: Count


class Logistic(Strict, frozen=True):
    """P(T <= -2.5) = 1 / (1 + exp(-(intercept + slope * BMD))), BMD the predicted L1-L4 in g/cm2."""

    intercept: float
    slope: float


class Conformal(Strict, frozen=True):
    """Half widths by site that cover the truth with `level` on pictures like the calibration's."""

    level: Share
    half_width_g_cm2: Mapping[str, Positive]
    pictures: Count


class Precision(Strict, frozen=True):
    """RMS-SD of repeated exposures of the same people; None has its reason."""

    rms_sd_g_cm2: Positive | None
    reason: str | None
    people: Count = 0


class Training(Strict, frozen=True):
    """What the model learned from."""

    data: str
    pictures: Count
    people: Count
    age_low_years: int
    age_high_years: int
    reference_table: str


class Metrics(Strict, frozen=True):
    """Errors of one form of the model on the test split, for L1-L4."""

    pictures: Count
    mae_g_cm2: float
    mae_percent: float
    r: float
    auc: float | None
    bias_g_cm2: float
    mean_change_g_cm2: float | None = None


class Golden(Strict, frozen=True):
    """A small 8-bit picture in the bundle and what the shipped graph said of it, by site."""

    file: FileName
    expected_g_cm2: Mapping[str, float]


class Manifest(Strict, frozen=True):
    """All that a bundle says; see design.md, "A model bundle"."""

    schema: int
    family: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    version: str
    program_at_least: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+$")]
    key_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$")]
    evidence: Literal["phantom", "clinical"]
    model: FileName
    files: Mapping[FileName, ListedFile]
    input: Input
    accepts: tuple[View, ...]
    outputs: Mapping[str, Output]
    sites: tuple[str, ...]
    area_shares: Mapping[str, Share]
    thresholds: Thresholds
    probability: Logistic
    conformal: Conformal
    precision: Precision
    training: Training
    metrics: Mapping[Literal["framework", "float", "int8"], Metrics]
    drift_limit_g_cm2: Positive
    golden: tuple[Golden, ...]


class _Schema(msgspec.Struct, frozen=True):
    schema: int


def decode_manifest(raw: bytes) -> Manifest:
    """Return the manifest in `raw`, the bytes of manifest.json; BundleError where it makes no sense."""
    try:
        schema = msgspec.json.decode(raw, type=_Schema).schema
        if schema > SCHEMA:
            raise BundleError(
                f"Its manifest has schema {schema}, this program knows {SCHEMA}; update Trabecula."
            )
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BundleError(f"Its manifest makes no sense ({error}); reinstall the model.") from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    sites = set(manifest.sites)
    named = {manifest.model, *(golden.file for golden in manifest.golden)}
    wrong = {
        "schema": manifest.schema != SCHEMA,
        "files": not named <= set(manifest.files),
        "outputs": "bmd" not in manifest.outputs,
        "area_shares": set(manifest.area_shares) != sites
        or abs(sum(manifest.area_shares.values()) - 1) > 1e-6,
        "conformal": set(manifest.conformal.half_width_g_cm2) != sites | {GROUP},
        "thresholds": manifest.thresholds.lower > manifest.thresholds.upper,
        "golden": not manifest.golden or any(set(g.expected_g_cm2) != sites for g in manifest.golden),
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise BundleError(f"Its manifest contradicts itself in {name}; reinstall the model.")
