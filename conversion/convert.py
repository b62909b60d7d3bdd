"""The way of a trained run to a bundle: export, int8, the gate, calibration, golden inputs, manifest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from conversion.bmd_manifest import stated
from conversion.calibrate import Values
from conversion.errors import ConversionError
from conversion.export import float_onnx, int8_onnx
from conversion.golden import golden_pictures
from conversion.manifest_parts import square_input
from conversion.measure import framework_answers, session_answers
from conversion.trained import TrainedRun
from desktop.clinical.lumbar import GROUP
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import View
from desktop.models import manifest as parts
from desktop.models.golden import golden_radiograph
from desktop.models.session import open_session

MODEL_FILE = "model.onnx"
DRIFT_LIMIT_G_CM2 = 0.005
EXPORT_LIMIT_G_CM2 = 1e-4
GATE_PICTURES = 200
RANGE_PICTURES = 200


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
        return run.by_site(framework_answers(run.model, run.pictures, run.parts["test"]))

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
        return self.run.by_site(session_answers(session, self.run.pictures, self.run.parts[part]))


def convert(run: TrainedRun) -> Converted:
    """Export and quantize the network of `run`; ConversionError where the clinical number moves too far."""
    float_model = float_onnx(run.model)
    seen = np.concatenate([run.parts[part] for part in ("train", "tune") if part in run.parts])
    chosen = np.sort(seen[np.linspace(0, len(seen) - 1, min(RANGE_PICTURES, len(seen)), dtype=int)])
    converted = Converted(run, float_model, int8_onnx(float_model, run.pictures[chosen]))
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
    contents, golden = _golden(converted)
    manifest = parts.Manifest(
        **stated(converted, version),
        model=MODEL_FILE,
        input=square_input(converted.run.pictures.shape[1]),
        accepts=(View.DXA_SPINE,),
        drift_limit_g_cm2=DRIFT_LIMIT_G_CM2,
        golden=golden,
    )
    return manifest, {MODEL_FILE: converted.int8_model, **contents}


def _golden(converted: Converted) -> tuple[dict[str, bytes], tuple[parts.Golden, ...]]:
    run = converted.run
    pictures = golden_pictures(run, View.DXA_SPINE, run.rows("test"), converted.int8_test[GROUP])
    session = open_session(converted.int8_model)
    size_px = run.pictures.shape[1]
    golden = []
    for name, png in pictures.items():
        tensor = square_tensor(golden_radiograph(png), size_px)[np.newaxis]
        answer = session_answers(session, tensor, [0])[0]
        expected = {site: round(float(value), 6) for site, value in zip(run.sites, answer, strict=True)}
        golden.append(parts.Golden(file=name, expected_g_cm2=expected))
    return pictures, tuple(golden)
