"""What a model bundle says of itself: the parts that all share, and the manifest of a BMD model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import GROUP
from desktop.imaging.radiograph import View

SCHEMA = 1

FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Numbers = NDArray[np.float64]


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
    """P = 1 / (1 + exp(-(intercept + slope * x))); of a BMD model P(T <= -2.5), x its L1-L4 in g/cm2."""

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


class BundleManifest(Strict, frozen=True):
    """What every bundle says, whatever its model answers; see design.md, "A model bundle"."""

    schema: int
    family: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    version: str
    program_at_least: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+$")]
    key_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$")]
    evidence: Literal["phantom", "clinical"]
    model: FileName
    files: Mapping[FileName, ListedFile]
    input: Input
    outputs: Mapping[str, Output]

    @property
    def digest(self) -> str:
        """The SHA-256 of the graph, in hexadecimal."""
        return self.files[self.model].sha256

    @property
    def expected(self) -> Mapping[str, Numbers]:
        """What the shipped graph said of each golden file, as `compared` gives it."""
        raise NotImplementedError

    @property
    def most_drift(self) -> tuple[float, str]:
        """How far `compared` may lie from `expected` in the self-test, and the unit of that."""
        raise NotImplementedError

    def compared(self, answer: Mapping[str, NDArray[np.float32]]) -> Numbers:
        """Return the numbers of one answer, by output, that the self-test compares."""
        raise NotImplementedError

    def contradictions(self) -> tuple[str, ...]:
        """Return the names of the fields that do not fit the others."""
        named = {self.model, *self.expected}
        wrong = {
            "schema": self.schema != SCHEMA,
            "files": not named <= set(self.files),
            "golden": not self.expected,
        }
        return tuple(name for name, is_wrong in wrong.items() if is_wrong)


class JudgeManifest(BundleManifest, frozen=True):
    """What the bundle of every model says that judges pictures of the views in `accepts`."""

    accepts: tuple[View, ...]
    thresholds: Thresholds
    training: Training

    def contradictions(self) -> tuple[str, ...]:
        """Return the names of the fields that do not fit the others."""
        falling = ("thresholds",) if self.thresholds.lower > self.thresholds.upper else ()
        return (*super().contradictions(), *falling)


class Manifest(JudgeManifest, frozen=True):
    """What the bundle of a BMD model says."""

    sites: tuple[str, ...]
    area_shares: Mapping[str, Share]
    probability: Logistic
    conformal: Conformal
    precision: Precision
    metrics: Mapping[Literal["framework", "float", "int8"], Metrics]
    drift_limit_g_cm2: Positive
    golden: tuple[Golden, ...]

    @property
    def expected(self) -> Mapping[str, Numbers]:
        """BMD in g/cm2 by golden file, in the order of `sites`; a missing site is NaN."""
        return {
            golden.file: np.array([golden.expected_g_cm2.get(site, np.nan) for site in self.sites])
            for golden in self.golden
        }

    @property
    def most_drift(self) -> tuple[float, str]:
        """The limit of BMD."""
        return self.drift_limit_g_cm2, "g/cm2"

    def compared(self, answer: Mapping[str, NDArray[np.float32]]) -> Numbers:
        """Return BMD in g/cm2, in the order of `sites`."""
        return answer["bmd"].astype(np.float64)

    def contradictions(self) -> tuple[str, ...]:
        """Return the names of the fields that do not fit the others."""
        sites, shares = set(self.sites), self.area_shares
        wrong = {
            "outputs": "bmd" not in self.outputs,
            "area_shares": set(shares) != sites or abs(sum(shares.values()) - 1) > 1e-6,
            "conformal": set(self.conformal.half_width_g_cm2) != sites | {GROUP},
            "golden": any(set(golden.expected_g_cm2) != sites for golden in self.golden),
        }
        return (*super().contradictions(), *(name for name, is_wrong in wrong.items() if is_wrong))
