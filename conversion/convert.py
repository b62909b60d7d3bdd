"""The way of a trained run to a bundle: export, int8, the gate, calibration, golden inputs, manifest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from conversion.calibrate import Values, conformal, has_osteoporosis, logistic, probabilities, thresholds
from conversion.errors import ConversionError
from conversion.export import float_onnx, int8_onnx
from conversion.golden import golden_pictures
from conversion.measure import framework_answers, metrics, precision, session_answers
from conversion.trained import TrainedRun
from desktop import __version__
from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import DEFAULT_TABLE
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import View
from desktop.models import manifest as parts
from desktop.models.golden import golden_radiograph
from desktop.models.session import open_session
from desktop.paths import assets_dir

MODEL_FILE = "model.onnx"
DRIFT_LIMIT_G_CM2 = 0.005
EXPORT_LIMIT_G_CM2 = 1e-4
GATE_PICTURES = 200
RANGE_PICTURES = 200
PLAUSIBLE_G_CM2 = (0.2, 2.5)


@dataclass(frozen=True, eq=False)
class Converted:
    """The three forms of one network, and what each answers on the calibrate and test parts."""

    run: TrainedRun
    float_model: bytes
    int8_model: bytes

    @cached_property
    def framework_test(self) -> dict[str, Values]:
        """Return the Keras network's answers on the test part, by site."""
        run = self.run
        return run.by_site(framework_answers(run.model, run.data.pictures, run.parts["test"]))

    @cached_property
    def float_test(self) -> dict[str, Values]:
        """Return float ONNX's answers on the test part, by site."""
        return self._answers(self.float_model, "test")

    @cached_property
    def int8_test(self) -> dict[str, Values]:
        """Return the shipped graph's answers on the test part, by site."""
        return self._answers(self.int8_model, "test")

    @cached_property
    def int8_calibrate(self) -> dict[str, Values]:
        """Return the shipped graph's answers on the calibrate part, by site."""
        return self._answers(self.int8_model, "calibrate")

    def _answers(self, model: bytes, part: str) -> dict[str, Values]:
        session = open_session(model)
        return self.run.by_site(session_answers(session, self.run.data.pictures, self.run.parts[part]))


def convert(run: TrainedRun) -> Converted:
    """Export and quantize the network of `run`; ConversionError where the clinical number moves too far."""
    float_model = float_onnx(run.model)
    seen = np.concatenate([run.parts[part] for part in ("train", "tune") if part in run.parts])
    chosen = np.sort(seen[np.linspace(0, len(seen) - 1, min(RANGE_PICTURES, len(seen)), dtype=int)])
    converted = Converted(run, float_model, int8_onnx(float_model, run.data.pictures[chosen]))
    check_change(converted)
    return converted


def check_change(converted: Converted) -> None:
    """The gate: on average of 200 pictures L1-L4 moves at most 0.005 g/cm2 in int8, in float not at all."""
    moved = {
        "float ONNX": (converted.float_test, EXPORT_LIMIT_G_CM2),
        "int8": (converted.int8_test, DRIFT_LIMIT_G_CM2),
    }
    before = converted.framework_test[GROUP][:GATE_PICTURES]
    for form, (answers, limit) in moved.items():
        change = float(np.abs(answers[GROUP][:GATE_PICTURES] - before).mean())
        if not change <= limit:
            raise ConversionError(
                f"{form} moves L1-L4 by {change:.4f} g/cm2 on average, more than {limit:g}: "
                "this network cannot ship; train it longer, or with wider layers."
            )


def build_manifest(converted: Converted, version: str) -> tuple[parts.Manifest, dict[str, bytes]]:
    """Return the manifest, but for files and key, and the bundle's files by name."""
    run = converted.run
    osteoporosis = has_osteoporosis(run.truth("calibrate")[GROUP])
    curve = logistic(converted.int8_calibrate[GROUP], osteoporosis)
    contents, golden = _golden(converted)
    manifest = parts.Manifest(
        schema=parts.SCHEMA,
        family=run.configuration.family,
        version=version,
        program_at_least=__version__,
        key_id="0" * 16,
        evidence=run.configuration.evidence,
        model=MODEL_FILE,
        files={},
        input=_input(run),
        accepts=(View.DXA_SPINE,),
        outputs=_outputs(),
        sites=run.sites,
        area_shares=run.area_shares,
        thresholds=thresholds(probabilities(converted.int8_calibrate[GROUP], curve), osteoporosis),
        probability=curve,
        conformal=conformal(run.truth("calibrate"), converted.int8_calibrate),
        precision=_precision(converted),
        training=_training(run),
        metrics=_metrics(converted),
        drift_limit_g_cm2=DRIFT_LIMIT_G_CM2,
        golden=golden,
    )
    return manifest, {MODEL_FILE: converted.int8_model, **contents}


def _input(run: TrainedRun) -> parts.Input:
    return parts.Input(
        name="image",
        size_px=run.data.pictures.shape[1],
        resize="pad_to_square_bilinear",
        intensity="0_to_255",
        polarity="bone_bright",
    )


def _outputs() -> dict[str, parts.Output]:
    low, high = PLAUSIBLE_G_CM2
    return {"bmd": parts.Output(unit="g/cm2", low=low, high=high), "evidence": parts.Output(unit="g/cm2")}


def _golden(converted: Converted) -> tuple[dict[str, bytes], tuple[parts.Golden, ...]]:
    run = converted.run
    pictures = _golden_pictures(converted)
    session = open_session(converted.int8_model)
    size_px = run.data.pictures.shape[1]
    golden = []
    for name, png in pictures.items():
        tensor = square_tensor(golden_radiograph(png), size_px)[np.newaxis]
        answer = session_answers(session, tensor, [0])[0]
        expected = {site: round(float(value), 6) for site, value in zip(run.sites, answer, strict=True)}
        golden.append(parts.Golden(file=name, expected_g_cm2=expected))
    return pictures, tuple(golden)


def _golden_pictures(converted: Converted) -> dict[str, bytes]:
    """Return pictures of the test part; a hospital's own never ship, so its bundle gets the samples."""
    run = converted.run
    if run.configuration.evidence == "clinical":
        samples = sorted((assets_dir() / "samples").glob("*.dcm"))
        return golden_pictures(samples, np.arange(len(samples), dtype=float))
    files = [run.folder / row.file for row in run.rows("test")]
    return golden_pictures(files, converted.int8_test[GROUP])


def _precision(converted: Converted) -> parts.Precision:
    rows = converted.run.rows("calibrate") + converted.run.rows("test")
    answers: NDArray[np.float64] = np.concatenate(
        [converted.int8_calibrate[GROUP], converted.int8_test[GROUP]]
    )
    return precision(rows, answers)


def _training(run: TrainedRun) -> parts.Training:
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


def _metrics(converted: Converted) -> dict[str, parts.Metrics]:
    true, framework = converted.run.truth("test")[GROUP], converted.framework_test[GROUP]
    return {
        "framework": metrics(true, framework),
        "float": metrics(true, converted.float_test[GROUP], framework),
        "int8": metrics(true, converted.int8_test[GROUP], framework),
    }
