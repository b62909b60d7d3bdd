"""What the stacked ensemble says of a spine DXA picture: classes, each member's vote, and evidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.analysis.evidence import maps
from desktop.analysis.finding import NO_DENSITY, model_warnings, rates_of
from desktop.analysis.question import Question
from desktop.clinical.ages import age_warnings, outside_screening
from desktop.clinical.lumbar import VERTEBRAE
from desktop.clinical.spine_column import COLUMN_SHARE
from desktop.clinical.spine_upright import UPSIDE_DOWN_BELOW
from desktop.errors import RefusedError
from desktop.findings.marks import classes_sentence
from desktop.findings.outcome import CutOffs, decide
from desktop.findings.result import CLASSES, ClassName, Finding, Grid, Member, NotMeasured, Point
from desktop.imaging.preprocess import on_square
from desktop.imaging.radiograph import Radiograph
from desktop.models import EnsembleBundle
from desktop.models.bundle import Answer
from desktop.models.ensemble_bundle import Cut
from desktop.models.ensemble_manifest import MEMBERS, Calibration, probabilities

REGION = "lumbar_spine"
GRID = (32, 20)
"""Rows and columns of an evidence map over the region."""
ORIENTATION = (
    "Whether the picture is mirrored cannot be told, and whether it is upside down not always; the answer "
    "is about the same: check that it is upright."
)
UPSIDE_DOWN = (
    "The spine seems to be upside down, by the column's width and the ribs: the outcome stays uncertain, and "
    "vertebrae may be named in reverse. Turn the picture and screen it again."
)
Values = NDArray[np.float64]


def find_in_ensemble(radiograph: Radiograph, bundle: EnsembleBundle, question: Question) -> Finding:
    """Return the finding; RefusedError where no column of vertebrae stands out."""
    manifest = bundle.manifest
    cut = bundle.cut(radiograph)
    if cut.column.contrast < manifest.least_contrast:
        raise RefusedError(
            "No column of vertebrae stands out in the picture: check that it shows the lumbar spine of a "
            "spine DXA, upright, and nothing beside it."
        )
    answer = bundle.run(cut.strip)
    found = manifest.compared(answer)
    by_class = _by_class(found)
    turned = (UPSIDE_DOWN,) if cut.upright < UPSIDE_DOWN_BELOW else ()
    doubts = turned + outside_screening(question.patient.age_years)
    upper_left, _, lower_right, _ = corners = bundle.corners(cut, radiograph)
    on_region = _Laid(cut, radiograph, upper_left, lower_right)
    return Finding(
        model=bundle.identity,
        outcome=decide(by_class[CLASSES[-1]], _cut_offs(manifest.stack), doubts),
        osteoporosis_probability=by_class[CLASSES[-1]],
        cut_off_rates=rates_of(manifest.thresholds),
        bmd_g_cm2=NO_DENSITY,
        t_score=NO_DENSITY,
        z_score=NO_DENSITY,
        class_probabilities=by_class,
        possible_classes=manifest.conformal.possible(found),
        interval_level=manifest.conformal.level,
        vertebrae_used=VERTEBRAE,
        regions={REGION: (upper_left, corners[1], lower_right, corners[3])},
        evidence_shares=NotMeasured("This model looks at one region."),
        evidence_maps=maps(on_region.laid(_stack_evidence(answer))[np.newaxis], (REGION,)),
        members=tuple(_member(name, answer, bundle, on_region) for name in MEMBERS),
        ran_in_float=bundle.ran_in_float,
        warnings=turned + _warnings(bundle) + age_warnings(question.patient.age_years) + radiograph.notices,
    )


def _member(name: str, answer: Answer, bundle: EnsembleBundle, on_region: _Laid) -> Member:
    place = MEMBERS.index(name)
    calibration = bundle.manifest.members[name]
    by_class = _by_class(probabilities(answer["logits"][place], calibration))
    return Member(
        name=name,
        vote=decide(by_class[CLASSES[-1]], _cut_offs(calibration)),
        osteoporosis_probability=by_class[CLASSES[-1]],
        class_probabilities=by_class,
        log_odds_share=float(answer["shares"][place]),
        evidence_map=on_region.grid(answer["evidence"][place]),
    )


def _stack_evidence(answer: Answer) -> NDArray[np.float32]:
    """Return [row, column]: members' maps, each as large as what its member adds to the stack's log odds."""
    moved = np.abs(answer["evidence"])
    totals = np.maximum(moved.sum(axis=(1, 2)), np.float32(1e-9))
    weights = np.abs(answer["shares"]) / totals
    found: NDArray[np.float32] = np.tensordot(weights, moved, axes=1)
    return found


class _Laid:
    """Where the cells of a region's map lie on the strip."""

    def __init__(self, cut: Cut, radiograph: Radiograph, upper_left: Point, lower_right: Point) -> None:
        side = len(cut.column.middle_px)
        across, down = (
            first + (np.arange(count) + 0.5) / count * (last - first)
            for first, last, count in zip(upper_left, lower_right, GRID[::-1], strict=True)
        )
        at = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
        x, y = (on_square(at, *radiograph.pixels.shape) * side).T
        rows, columns = cut.strip.shape
        scale = COLUMN_SHARE * columns / (2 * cut.column.half_width_px)
        middle = cut.column.middle_px[np.clip(y.astype(int), 0, side - 1)]
        self._across = 0.5 + (x - middle) * scale / columns
        self._down = 0.5 + (y - side / 2) * scale / rows

    def laid(self, evidence: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a strip's map, [row, column], over the region, GRID; 0 beside the strip."""
        rows, columns = evidence.shape
        row, column = (
            np.floor(share * n).astype(int) for share, n in ((self._down, rows), (self._across, columns))
        )
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        found: NDArray[np.float32] = (
            evidence[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)] * inside
        )
        return found.reshape(GRID).astype(np.float32)

    def grid(self, evidence: NDArray[np.float32]) -> Grid | None:
        """Return how much each place moves the answer, 1 where it is most; None where nothing does."""
        told = maps(self.laid(evidence)[np.newaxis], (REGION,))
        return None if isinstance(told, NotMeasured) else told[REGION]


def _by_class(found: Values) -> dict[ClassName, float]:
    return dict(zip(CLASSES, map(float, found), strict=True))


def _cut_offs(calibration: Calibration) -> CutOffs:
    return CutOffs(calibration.thresholds.lower, calibration.thresholds.upper)


def _warnings(bundle: EnsembleBundle) -> tuple[str, ...]:
    manifest = bundle.manifest
    return model_warnings(bundle, classes_sentence(manifest.conformal.level, manifest.evidence), ORIENTATION)
