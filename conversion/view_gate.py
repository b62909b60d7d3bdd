"""The gate's way from a trained run to a bundle: export, int8, temperature, golden inputs, manifest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from conversion.errors import ConversionError
from conversion.export import float_onnx, int8_onnx
from conversion.golden import small_png
from conversion.manifest_parts import identity, square_input
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import View
from desktop.models import manifest as parts
from desktop.models import view_manifest as view_parts
from desktop.models.golden import golden_radiograph
from desktop.models.session import open_session

if TYPE_CHECKING:
    import keras

    from training.view_gate.data import Data
    from training.view_gate.settings import Settings

Logits = Mapping[str, NDArray[np.float64]]
"""`view`, [picture, view], and `inverted`, [picture, 1]."""

MODEL_FILE = "model.onnx"
RANGE_PICTURES = 200
CHANGE_LIMIT = 0.02
"""How far int8 may move the probability of the true view on average, against the framework."""
DRIFT_LIMIT = 0.08
THRESHOLDS = view_parts.GateThresholds(
    named_from=0.8, contradicted_from=0.95, doubted_below=0.5, inverted_from=0.97
)


@dataclass(frozen=True, eq=False)
class TrainedGate:
    """A finished run: the network, its settings, and the pictures that it is calibrated and judged on."""

    evidence: str
    manifest_sha256: str
    settings: Settings
    data: Data
    model: keras.Model


@dataclass(frozen=True, eq=False)
class ConvertedGate:
    """The three forms of one gate."""

    trained: TrainedGate
    float_model: bytes
    int8_model: bytes

    def logits(self, model: bytes, part: str) -> Logits:
        """Return what an ONNX graph answers for a part's pictures, every other one a negative."""
        session = open_session(model, threads=1)
        pictures = [each[np.newaxis] for each in self.shown(part)[0]]
        answers = [session.run(["view", "inverted"], {"image": _feed(each)}) for each in pictures]
        return {
            name: np.concatenate([answer[k] for answer in answers]).astype(float)
            for k, name in enumerate(("view", "inverted"))
        }

    def shown(self, part: str) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Return a part's pictures, [picture, row, column], and which of them are negatives."""
        from training.view_gate.run import shown

        return shown(self.trained.data, self.trained.settings, part)

    def views(self, part: str) -> NDArray[np.intp]:
        """Return the true view of a part's pictures, places in VIEWS."""
        data = self.trained.data
        return data.views[data.parts[part]]

    @cached_property
    def framework_test(self) -> Logits:
        """The Keras network's answers on the test part."""
        from training.view_gate.run import as_input

        answers = self.trained.model.predict(as_input(self.shown("test")[0]), verbose=0)
        return {name: np.asarray(answers[name], float) for name in ("view", "inverted")}

    @cached_property
    def float_test(self) -> Logits:
        """Float ONNX's answers on the test part."""
        return self.logits(self.float_model, "test")

    @cached_property
    def int8_test(self) -> Logits:
        """The shipped graph's answers on the test part."""
        return self.logits(self.int8_model, "test")


def read_gate(run: Path) -> TrainedGate:
    """Return the finished run in `run`."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    import training.view_gate.network  # noqa: F401 - registers the layers of the saved network
    from training.view_gate.data import read_data
    from training.view_gate.settings import Settings

    stated = msgspec.json.decode((run / "config.json").read_bytes())
    settings = msgspec.convert(stated["settings"], Settings)
    data = read_data([Path(each) for each in stated["data"]], settings)
    model = keras.saving.load_model(run / "model.keras", compile=False)
    return TrainedGate(stated["evidence"], stated["manifest_sha256"], settings, data, model)


def convert_gate(trained: TrainedGate) -> ConvertedGate:
    """Export and quantize; ConversionError where int8 names views otherwise than the network did."""
    from training.view_gate.augmentation import augmented

    float_model = float_onnx(trained.model)
    random = np.random.default_rng(trained.settings.seed)
    chosen = random.permutation(trained.data.parts["train"])[:RANGE_PICTURES]
    changed = [
        augmented(trained.data.pictures[k], trained.settings.size_px, random)[0] for k in np.sort(chosen)
    ]
    ranges = np.repeat(np.array(changed)[..., None], 3, axis=3)
    converted = ConvertedGate(trained, float_model, int8_onnx(float_model, ranges))
    change = _mean_change(converted, converted.int8_test)
    if not change <= CHANGE_LIMIT:
        raise ConversionError(
            f"int8 moves the probability of the true view by {change:.3f} on average, more than "
            f"{CHANGE_LIMIT:g}: this network cannot ship; train it longer."
        )
    return converted


def build_gate_manifest(
    converted: ConvertedGate, version: str
) -> tuple[view_parts.ViewManifest, dict[str, bytes]]:
    """Return the manifest, but for files and key, and the bundle's files by name."""
    from training.view_gate.data import VIEWS

    trained = converted.trained
    manifest = view_parts.ViewManifest(
        **identity(view_parts.FAMILY, "clinical" if trained.evidence == "clinical" else "phantom", version),
        model=MODEL_FILE,
        input=square_input(trained.settings.size_px),
        outputs={"view": parts.Output(unit="logit"), "inverted": parts.Output(unit="logit")},
        views=VIEWS,
        temperature=_temperatures(converted),
        thresholds=THRESHOLDS,
        training=_training(trained),
        metrics=_metrics(converted),
        drift_limit=DRIFT_LIMIT,
        golden=(),
    )
    pictures = _golden_pictures(converted)
    golden = tuple(_golden(converted, manifest, name, png) for name, png in pictures.items())
    return msgspec.structs.replace(manifest, golden=golden), {MODEL_FILE: converted.int8_model, **pictures}


def temperature_of(losses_at: NDArray[np.float64], temperatures: NDArray[np.float64]) -> float:
    """Return the temperature with the smallest loss, losses_at being [temperature]."""
    return round(float(temperatures[int(np.argmin(losses_at))]), 3)


def _temperatures(converted: ConvertedGate) -> dict[str, float]:
    """Return what divides the logits so that the calibrate part's probabilities are right on average."""
    tried = np.geomspace(0.3, 10.0, 200)
    logits, views = converted.logits(converted.int8_model, "calibrate"), converted.views("calibrate")
    inverted = np.where(converted.shown("calibrate")[1], 1.0, -1.0)
    known = views != list(View).index(View.OTHER)
    sharp = inverted[known] * logits["inverted"][known, 0]
    of_view = [-np.log(_probability_of(logits["view"] / t, views)).mean() for t in tried]
    of_polarity = [np.logaddexp(0.0, -sharp / t).mean() for t in tried]
    return {
        "view": temperature_of(np.array(of_view), tried),
        "inverted": temperature_of(np.array(of_polarity), tried),
    }


def _probability_of(logits: NDArray[np.float64], views: NDArray[np.intp]) -> NDArray[np.float64]:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.maximum((shares / shares.sum(axis=1, keepdims=True))[np.arange(len(views)), views], 1e-12)


def _mean_change(converted: ConvertedGate, answers: Logits) -> float:
    views = converted.views("test")
    before = _probability_of(converted.framework_test["view"], views)
    return float(np.abs(_probability_of(answers["view"], views) - before).mean())


def _training(trained: TrainedGate) -> view_parts.GateTraining:
    rows = [trained.data.rows[k] for k in trained.data.parts["train"]]
    kind = "pictures of patients" if trained.evidence == "clinical" else "phantoms of NHANES people"
    return view_parts.GateTraining(
        data=f"{len(rows)} {kind}, manifests {trained.manifest_sha256[:16]}",
        pictures=len(rows),
        people=len({row.person for row in rows}),
    )


def _metrics(converted: ConvertedGate) -> dict[str, view_parts.GateMetrics]:
    from training.view_gate.run import accuracies

    views, inverted = converted.views("test"), converted.shown("test")[1]
    forms = {
        "framework": converted.framework_test,
        "float": converted.float_test,
        "int8": converted.int8_test,
    }
    metrics = {}
    for form, answers in forms.items():
        found = accuracies(answers["view"], answers["inverted"], views, inverted)
        metrics[form] = view_parts.GateMetrics(
            pictures=len(views),
            balanced_accuracy=round(found["balanced"], 4),
            accuracy={view: round(found[view.value], 4) for view in View if view.value in found},
            inverted_accuracy=round(found["inverted"], 4),
            mean_change=None if form == "framework" else round(_mean_change(converted, answers), 6),
        )
    return metrics


def _golden_pictures(converted: ConvertedGate) -> dict[str, bytes]:
    """Return one small picture of each view from the test part, of phantoms alone."""
    data = converted.trained.data
    of_phantoms = [k for k in data.parts["test"] if data.rows[k].evidence != "clinical"]
    chosen = [next((k for k in of_phantoms if data.views[k] == view), None) for view in range(len(View))]
    files = [data.files[k] for k in chosen if k is not None]
    if not files:
        raise ConversionError("There is no phantom for the self-test: add a folder of phantoms.")
    return {f"golden_{k}.png": small_png(path) for k, path in enumerate(files, start=1)}


def _golden(
    converted: ConvertedGate, manifest: view_parts.ViewManifest, name: str, png: bytes
) -> view_parts.GateGolden:
    session = open_session(converted.int8_model, threads=1)
    tensor = square_tensor(golden_radiograph(png), manifest.input.size_px)
    feed = tensor.transpose(2, 0, 1)[np.newaxis].astype(np.float32)
    view, inverted = session.run(["view", "inverted"], {"image": feed})
    *shares, negative = manifest.compared({"view": view[0], "inverted": inverted[0]})
    expected = {each: round(float(share), 6) for each, share in zip(manifest.views, shares, strict=True)}
    return view_parts.GateGolden(file=name, expected=expected, expected_inverted=round(float(negative), 6))


def _feed(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.repeat(picture[:, np.newaxis], 3, axis=1).astype(np.float32)
