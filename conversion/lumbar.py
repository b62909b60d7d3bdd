"""The lateral lumbar model's way from a trained run to a bundle: two graphs, int8, its gate, manifest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from conversion.calibrate import LEVEL, Values, logistic, thresholds
from conversion.class_calibrate import OSTEOPOROSIS, class_conformal, class_metrics
from conversion.errors import ConversionError
from conversion.export import float_onnx, quantized
from conversion.golden import golden_pictures
from conversion.lumbar_forms import (
    Answered,
    Form,
    answered,
    crop,
    keras_form,
    onnx_form,
)
from conversion.lumbar_graphs import with_evidence
from conversion.lumbar_run import LumbarRun, true_corners
from conversion.manifest_parts import of_judge, square_input
from conversion.measure import auc
from conversion.seen import Seen, each_seen, seen
from desktop.clinical.lumbar_lateral import CORNERS
from desktop.findings.result import CLASSES
from desktop.imaging.radiograph import View
from desktop.models import lumbar_manifest
from desktop.models import manifest as parts
from desktop.models.chest_manifest import LandmarkMetrics, RegionInput
from desktop.models.classes import ClassMetrics
from desktop.models.golden import golden_radiograph
from desktop.models.lumbar_manifest import class_probabilities, log_odds
from desktop.models.manifest import Logistic
from training.landmarks.contradiction import most_contradiction

CORNER_FILE, CLASS_FILE = "corners.onnx", "classes.onnx"
LEARNED_PICTURES, RANGE_PICTURES = 600, 200
"""Of the training part: what the evidence is fitted on, and those of them that set the ranges of int8."""
AUC_DROP_LIMIT, CORNER_LIMIT_MM = 0.005, 0.5
"""What int8 may cost: of the AUC of osteoporosis, and of the corners' places on average."""
EXPORT_AUC_LIMIT, EXPORT_LIMIT_MM = 0.0005, 0.05
DRIFT_LIMIT, DRIFT_LIMIT_SHARE = 0.02, 0.003
"""For the self-test, on one computer against another: of a probability, and of the square's side."""


@dataclass(frozen=True, eq=False)
class ConvertedLumbar:
    """The three forms of both networks, and what each, the whole way on its own, answers.

    Figures are of the pictures whose L1 to L3 the shipped form tells to be whole: it judges no others.
    """

    run: LumbarRun
    forms: dict[str, Form]
    int8_files: dict[str, bytes]

    @cached_property
    def all_test(self) -> dict[str, Answered]:
        """What each form says of the whole test part."""
        return self._answered("test", self.forms)

    @cached_property
    def _calibrate(self) -> Answered:
        return self._answered("calibrate", {"int8": self.forms["int8"]})["int8"]

    @cached_property
    def curves(self) -> tuple[Logistic, Logistic]:
        """The calibrated curves: of osteoporosis, and of osteopenia among those without."""
        classes = self.classes("calibrate")
        odds, low_odds = log_odds(self._calibrate.logits[self._calibrate.found])
        without = classes != OSTEOPOROSIS
        return logistic(odds, ~without), logistic(low_odds[without], classes[without] == 1)

    def classes(self, part: str) -> NDArray[np.intp]:
        """Return the true classes of the pictures of "test" or "calibrate" that are judged."""
        told = self.all_test["int8"] if part == "test" else self._calibrate
        return self.run.truth(part)[told.found]

    @property
    def calibrate(self) -> Values:
        """Probabilities of the calibrate part by the shipped graphs, [picture, class]."""
        return class_probabilities(self._calibrate.logits[self._calibrate.found], *self.curves)

    @property
    def most_contradiction(self) -> float:
        """The limit, by the pictures of the calibrate part."""
        return most_contradiction(self._calibrate.contradiction)

    def test(self, form: str) -> Values:
        """Return the probabilities of the test part by a form, [picture, class]."""
        judged = self.all_test["int8"].found
        return class_probabilities(self.all_test[form].logits[judged], *self.curves)

    def landmark_metrics(self) -> dict[str, LandmarkMetrics]:
        """Return the corners' errors on the test part by form, None where no spacing is known."""
        rows, shapes = self.run.rows("test"), self.all_test["int8"].shapes
        true = np.array([true_corners(row, shape) for row, shape in zip(rows, shapes, strict=True)])
        spacing_mm = np.array([row.pixel_spacing_mm or np.nan for row in rows])
        side_mm = (spacing_mm * [max(shape) for shape in shapes])[:, None]
        before = self.all_test["framework"].corners
        return {
            form: _corner_errors(
                np.linalg.norm(each.corners - true, axis=2) * side_mm,
                None if form == "framework" else np.linalg.norm(each.corners - before, axis=2) * side_mm,
            )
            for form, each in self.all_test.items()
        }

    def _answered(self, part: str, forms: dict[str, Form]) -> dict[str, Answered]:
        run = self.run
        return answered(forms, each_seen(run.rows(part), run.folder, run.square_px), run.crop_px)


def _corner_errors(off_mm: Values, moved_mm: Values | None) -> LandmarkMetrics:
    known = off_mm[np.isfinite(off_mm)]
    moved = moved_mm[np.isfinite(moved_mm)] if moved_mm is not None else np.array([])
    return LandmarkMetrics(
        pictures=len(off_mm),
        mean_mm=round(float(known.mean()), 3) if known.size else None,
        p95_mm=round(float(np.percentile(known, 95)), 3) if known.size else None,
        mean_change_mm=round(float(moved.mean()), 4) if moved.size else None,
    )


def convert_lumbar(run: LumbarRun) -> ConvertedLumbar:
    """Export and quantize both networks; ConversionError where corners or classes move too far."""
    pictures = learned_pictures(run)
    placing = keras_form(run.corner_network, run.class_network)
    crops = np.array([crop(each, placing.corners(each.square).shares, run.crop_px) for each in pictures])
    network = with_evidence(run.class_network, crops)
    placed, judged = float_onnx(run.corner_network), float_onnx(network)
    for_ranges = slice(None, None, -(-len(pictures) // RANGE_PICTURES))
    files = {
        CORNER_FILE: quantized(placed, ({"image": _planes(each.square, 3)} for each in pictures[for_ranges])),
        CLASS_FILE: quantized(judged, ({"image": _planes(each, 1)} for each in crops[for_ranges])),
    }
    forms = {
        "framework": keras_form(run.corner_network, network),
        "float": onnx_form(placed, judged),
        "int8": onnx_form(files[CORNER_FILE], files[CLASS_FILE]),
    }
    converted = ConvertedLumbar(run, forms, files)
    check_forms(converted)
    return converted


def check_forms(converted: ConvertedLumbar) -> None:
    """The gate: float ONNX is the network; int8 loses little of the AUC, and moves corners little."""
    positive = converted.classes("test") == OSTEOPOROSIS
    reached = {form: auc(positive, converted.test(form)[:, OSTEOPOROSIS]) for form in converted.forms}
    moved = converted.landmark_metrics()
    for form, most_auc, most_mm in (
        ("float", EXPORT_AUC_LIMIT, EXPORT_LIMIT_MM),
        ("int8", AUC_DROP_LIMIT, CORNER_LIMIT_MM),
    ):
        before, after = reached["framework"], reached[form]
        if before is None or after is None:
            raise ConversionError("The test part needs people with osteoporosis and without: add persons.")
        if not before - after <= most_auc:
            raise ConversionError(
                f"{form} loses {before - after:.4f} of the AUC, more than {most_auc:g}: "
                "this network cannot ship; train it longer, or with wider layers."
            )
        moved_mm = moved[form].mean_change_mm
        if moved_mm is not None and not moved_mm <= most_mm:
            raise ConversionError(
                f"{form} moves corners by {moved_mm:.2f} mm on average, more than {most_mm:g}: "
                "this network cannot ship; train it longer, or with wider layers."
            )


def build_lumbar_manifest(
    converted: ConvertedLumbar, version: str
) -> tuple[lumbar_manifest.LumbarManifest, dict[str, bytes]]:
    """Return the manifest, but for files and key, and the bundle's files by name."""
    run = converted.run
    classes = converted.classes("calibrate")
    curve, low_curve = converted.curves
    pictures = _golden_pictures(converted)
    manifest = lumbar_manifest.LumbarManifest(
        **of_judge(run, version),
        **_graphs(run),
        accepts=(View.LUMBAR_LATERAL,),
        thresholds=thresholds(converted.calibrate[:, OSTEOPOROSIS], classes == OSTEOPOROSIS),
        probability=curve,
        osteopenia=low_curve,
        conformal=class_conformal(converted.calibrate, classes, LEVEL),
        metrics=_metrics(converted),
        landmark_metrics=converted.landmark_metrics(),
        drift_limit=DRIFT_LIMIT,
        landmark_drift_limit=DRIFT_LIMIT_SHARE,
        most_contradiction=converted.most_contradiction,
        golden=tuple(_golden(converted, name, png) for name, png in pictures.items()),
    )
    return manifest, {**converted.int8_files, **pictures}


def _graphs(run: LumbarRun) -> dict[str, object]:
    """Return the manifest's fields on the two graphs, what they take and what they give."""
    return {
        "model": CLASS_FILE,
        "corner_model": CORNER_FILE,
        "input": square_input(run.square_px),
        "region": RegionInput(
            name="image",
            size_px=run.crop_px,
            cut="upright_square_bilinear",
            intensity="0_to_255",
            polarity="bone_bright",
        ),
        "outputs": {"logits": parts.Output(unit="logit"), "evidence": parts.Output(unit="logit")},
    }


def _metrics(converted: ConvertedLumbar) -> dict[str, ClassMetrics]:
    classes, framework = converted.classes("test"), converted.test("framework")
    others = {form: class_metrics(converted.test(form), classes, framework) for form in ("float", "int8")}
    return {"framework": class_metrics(framework, classes)} | others


def learned_pictures(run: LumbarRun) -> list[Seen]:
    """Return pictures for the evidence and the ranges of int8: none of the calibrate or test part."""
    learned = np.concatenate([run.parts["train"], run.parts["tune"]])
    spread = np.linspace(0, len(learned) - 1, min(LEARNED_PICTURES, len(learned)), dtype=int)
    return list(each_seen([run.all_rows[k] for k in np.sort(learned[spread])], run.folder, run.square_px))


def _golden_pictures(converted: ConvertedLumbar) -> dict[str, bytes]:
    run, judged = converted.run, converted.all_test["int8"].found
    rows = [row for row, is_in in zip(run.rows("test"), judged, strict=True) if is_in]
    return golden_pictures(run, View.LUMBAR_LATERAL, rows, -converted.test("int8")[:, OSTEOPOROSIS])


def _golden(converted: ConvertedLumbar, name: str, png: bytes) -> lumbar_manifest.LumbarGolden:
    run = converted.run
    picture = seen(golden_radiograph(png), run.square_px)
    found = answered({"int8": converted.forms["int8"]}, iter([picture]), run.crop_px)["int8"]
    (told,) = class_probabilities(found.logits, *converted.curves)
    points = zip(CORNERS, found.corners[0], strict=True)
    return lumbar_manifest.LumbarGolden(
        file=name,
        expected={each: round(float(value), 6) for each, value in zip(CLASSES, told, strict=True)},
        expected_corners={each: (round(float(x), 6), round(float(y), 6)) for each, (x, y) in points},
    )


def _planes(grey: NDArray[np.uint8], channels: int) -> NDArray[np.float32]:
    return np.repeat(grey[None, None], channels, axis=1).astype(np.float32)
