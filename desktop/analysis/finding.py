"""What one BMD model says of one picture: BMD with intervals, scores, probability, outcome, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.evidence import picture_map, whole_picture
from desktop.analysis.gate import VIEW_NAMES
from desktop.analysis.question import Question
from desktop.clinical.ages import outside_screening
from desktop.clinical.lumbar import GROUP, VERTEBRAE, l1_l4_bmd
from desktop.errors import RefusedError
from desktop.findings.marks import PHANTOM_MARK, interval_sentence
from desktop.findings.outcome import CutOffs, decide
from desktop.findings.result import CutOffRates, Finding, Interval, NotMeasured
from desktop.findings.scores import score
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import Radiograph
from desktop.models import Bundle
from desktop.models.manifest import JudgeManifest, Logistic, Manifest, Thresholds

NO_DENSITY = NotMeasured("This model tells how likely osteoporosis is, and measures no bone density.")
"""What a judge of classes says where a BMD model has its numbers."""
NO_AREAS = "L1-L4 is weighted by mean vertebral areas, because the model measures no areas."
IN_FLOAT = "The model ran in float, because this processor's 8-bit arithmetic drifts."


def find(radiograph: Radiograph, bundle: Bundle[Manifest], question: Question) -> Finding:
    """Return the finding of `bundle`; RefusedError where its answer is not plausible for a spine."""
    answer = bundle.run(square_tensor(radiograph, bundle.manifest.input.size_px))
    finding = told(answer["bmd"], radiograph, bundle, question)
    if "evidence" not in answer:
        return finding
    height, width = radiograph.pixels.shape
    shown = picture_map(answer["evidence"], (height, width))
    return replace(finding, regions=whole_picture((height, width)), evidence_maps=shown)


def told(
    bmd_g_cm2: NDArray[np.float32],
    radiograph: Radiograph,
    bundle: Bundle[Manifest],
    question: Question,
    doubts: tuple[str, ...] = (),
) -> Finding:
    """Return what follows from a model's answer, [site] in g/cm2 in the order of manifest.sites.

    doubts: sentences on the picture for which the outcome stays uncertain. RefusedError where the answer is
    not plausible for a spine.
    """
    manifest = bundle.manifest
    bmd = _with_intervals(bmd_g_cm2, manifest)
    probability = osteoporosis_probability(bmd[GROUP].value, manifest.probability)
    cut_offs = CutOffs(manifest.thresholds.lower, manifest.thresholds.upper)
    scores = score(bmd, question.patient, question.table)
    return Finding(
        model=bundle.identity,
        outcome=decide(probability, cut_offs, outside_screening(question.patient.age_years) + doubts),
        osteoporosis_probability=probability,
        cut_off_rates=rates_of(manifest.thresholds),
        bmd_g_cm2=bmd,
        t_score=scores.t_score,
        z_score=scores.z_score,
        score_kind=scores.kind,
        reference_table=question.table.name,
        interval_level=manifest.conformal.level,
        vertebrae_used=VERTEBRAE,
        not_measured=scores.not_measured,
        ran_in_float=bundle.ran_in_float,
        warnings=_warnings(bundle) + doubts + scores.warnings + radiograph.notices,
    )


def osteoporosis_probability(bmd_l1_l4_g_cm2: float, logistic: Logistic) -> float:
    """Return the calibrated P(T <= -2.5), 0 to 1, of a predicted L1-L4 BMD."""
    logit = logistic.intercept + logistic.slope * bmd_l1_l4_g_cm2
    return 1.0 / (1.0 + exp(-max(logit, -700.0)))


def rates_of(thresholds: Thresholds) -> CutOffRates:
    """Return how often outcomes were right where a bundle's cut-offs were set."""
    return CutOffRates(
        flagged_ppv=thresholds.ppv_at_upper,
        not_flagged_missed=1.0 - thresholds.sensitivity_at_lower,
        prevalence=thresholds.prevalence,
        pictures=thresholds.pictures,
    )


def _with_intervals(bmd_g_cm2: NDArray[np.float32], manifest: Manifest) -> Mapping[str, Interval]:
    values = {site: float(value) for site, value in zip(manifest.sites, bmd_g_cm2, strict=True)}
    _check_plausible(values, manifest)
    if GROUP not in values:
        values[GROUP] = l1_l4_bmd(values, manifest.area_shares)
    half = manifest.conformal.half_width_g_cm2
    return {site: Interval(v, max(v - half[site], 0.0), v + half[site]) for site, v in values.items()}


def _check_plausible(values: Mapping[str, float], manifest: Manifest) -> None:
    output = manifest.outputs["bmd"]
    low = output.low if output.low is not None else 0.0
    high = output.high if output.high is not None else float("inf")
    if not all(low <= value <= high for value in values.values()):  # NaN is refused too
        views = " or ".join(VIEW_NAMES.get(view, view.value) for view in manifest.accepts)
        raise RefusedError(
            f"The model's answer lies outside of {low:g} to {high:g} {output.unit}, which no spine has: "
            f"check that the picture is a whole and sharp {views}."
        )


def _warnings(bundle: Bundle[Manifest]) -> tuple[str, ...]:
    manifest = bundle.manifest
    promise = interval_sentence(manifest.conformal.level, manifest.evidence)
    return model_warnings(bundle, promise, *(() if GROUP in manifest.sites else (NO_AREAS,)))


def model_warnings(bundle: Bundle[JudgeManifest], *own: str) -> tuple[str, ...]:
    """Return what holds for all that a model says: the mark of phantoms, its `own` sentences, its form."""
    mark = (f"{PHANTOM_MARK}.",) if bundle.manifest.evidence == "phantom" else ()
    return (*mark, *own, *((IN_FLOAT,) if bundle.ran_in_float else ()))
