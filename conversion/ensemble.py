"""The stacked ensemble's way to a bundle: export, int8, the gate, calibration, golden inputs, manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from conversion.calibrate import Values, logistic, thresholds
from conversion.class_calibrate import OSTEOPOROSIS, class_conformal, class_metrics
from conversion.ensemble_graphs import networks_int8, networks_onnx, whole_graph
from conversion.ensemble_run import EnsembleRun, Strips
from conversion.errors import ConversionError
from conversion.golden import golden_pictures
from conversion.manifest_parts import of_judge, square_input
from conversion.measure import auc
from desktop.clinical.spine_column import cut_column, find_column
from desktop.findings.result import CLASSES
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import View
from desktop.models import ensemble_manifest as ensemble_parts
from desktop.models import manifest as parts
from desktop.models.classes import ClassGolden
from desktop.models.ensemble_manifest import MEMBERS, SURE
from desktop.models.golden import golden_radiograph
from desktop.models.session import open_session
from training.stacked_ensemble.settings import LEAST_CONTRAST

MODEL_FILE = "model.onnx"
SQUARE_PX = 256
RANGE_PICTURES = 200
GATE_PICTURES = 500
PARITY_LIMIT = 1e-4
"""Of the stack's log odds, on each of GATE_PICTURES, but for CROSSED_LIMIT of them."""
CROSSED_LIMIT = 1
"""Pictures on which float32's last digits may bring a feature to the other side of a tree's threshold: then
scikit-learn on the graph's own features must answer as the graph does."""
AUC_LOSS_LIMIT = 0.005
DRIFT_LIMIT = 0.05
Logits = NDArray[np.float64]
"""[strip, member or stack, 2], as EnsembleManifest tells of it."""


@dataclass(frozen=True, eq=False)
class ConvertedEnsemble:
    """The three forms of one ensemble, and what each answers, Logits; networks: in float, alone."""

    run: EnsembleRun
    networks: bytes
    float_model: bytes
    int8_model: bytes

    @cached_property
    def framework_test(self) -> Logits:
        """Keras's, scikit-learn's and NumPy's answers on the test part."""
        return framework_logits(self.run, self.run.shown("test"))

    @cached_property
    def float_test(self) -> Logits:
        """Float ONNX's answers on the test part."""
        return graph_logits(self.float_model, self.run.shown("test"))

    @cached_property
    def int8_test(self) -> Logits:
        """The shipped graph's answers on the test part."""
        return graph_logits(self.int8_model, self.run.shown("test"))

    @cached_property
    def int8_calibrate(self) -> Logits:
        """The shipped graph's answers on the calibrate part."""
        return graph_logits(self.int8_model, self.run.shown("calibrate"))


def framework_logits(run: EnsembleRun, strips: Strips) -> Logits:
    """Return Logits by Keras, scikit-learn and NumPy."""
    return _joined(run, run.ensemble.members(strips))


def behind_networks(run: EnsembleRun, networks: bytes, strips: Strips) -> Logits:
    """Return Logits by scikit-learn and NumPy, from what the graph of the networks alone answers."""
    session = open_session(networks, threads=1)
    feeds = [strip[np.newaxis, np.newaxis].astype(np.float32) for strip in strips]
    names = (*MEMBERS[:-1], "features")
    told = [session.run(list(names), {"image": feed}) for feed in feeds]
    found = {name: np.concatenate([each[k] for each in told]).astype(float) for k, name in enumerate(names)}
    return _joined(run, found | {MEMBERS[-1]: run.ensemble.forest(found["features"])})


def _joined(run: EnsembleRun, members: Mapping[str, Values]) -> Logits:
    """Return Logits from the members' probabilities [strip, class]."""
    from training.stacked_ensemble.level1 import inputs

    told = np.clip(np.stack([members[name] for name in MEMBERS], axis=1), SURE, 1 - SURE)
    of_members = np.stack(
        [np.log(told[..., 2] / (1 - told[..., 2])), np.log(told[..., 1] / told[..., 0])], axis=-1
    )
    stack, found = run.ensemble.stack, inputs(members)
    three = stack.three.logits(found)
    of_stack = np.stack([stack.two.logits(found)[:, 0], three[:, 1] - three[:, 0]], axis=-1)
    return np.concatenate([of_members, of_stack[:, np.newaxis]], axis=1)


def graph_logits(model: bytes, strips: Strips) -> Logits:
    """Return Logits by an ONNX graph, one strip at a time as a clinic does."""
    session = open_session(model, threads=1)
    feeds = (strip[np.newaxis, np.newaxis].astype(np.float32) for strip in strips)
    return np.array([session.run(["logits"], {"image": feed})[0][0] for feed in feeds], float)


def convert_ensemble(run: EnsembleRun) -> ConvertedEnsemble:
    """Export, quantize and join; ConversionError where the answers move too far."""
    networks = networks_onnx(run.ensemble)
    chosen = np.linspace(0, len(run.parts["train"]) - 1, min(RANGE_PICTURES, len(run.parts["train"])))
    seen = np.asarray(run.strips[np.sort(run.parts["train"][chosen.astype(int)])])
    converted = ConvertedEnsemble(
        run,
        networks,
        whole_graph(networks, run.ensemble),
        whole_graph(networks_int8(networks, seen), run.ensemble),
    )
    check_change(converted)
    return converted


def check_change(converted: ConvertedEnsemble) -> None:
    """The gate: float answers as the framework, and int8 orders people as it does."""
    moved = stack_moves(converted)
    crossed = np.flatnonzero(~(moved <= PARITY_LIMIT))
    if len(crossed) > CROSSED_LIMIT or not _by_thresholds_alone(converted, crossed):
        raise ConversionError(
            f"float ONNX moves the stack's log odds by up to {moved.max():.5f}, and on {len(crossed)} of "
            f"{len(moved)} pictures by more than {PARITY_LIMIT:g}: this ensemble cannot ship; report it."
        )
    positive = converted.run.truth("test") == OSTEOPOROSIS
    before, after = (
        auc(positive, each[:, -1, 0]) for each in (converted.framework_test, converted.int8_test)
    )
    if before is not None and after is not None and before - after > AUC_LOSS_LIMIT:
        raise ConversionError(
            f"int8 lowers the stack's AUC by {before - after:.4f}, more than {AUC_LOSS_LIMIT:g}: this "
            "ensemble cannot ship; train it longer, or with wider layers."
        )


def stack_moves(converted: ConvertedEnsemble) -> Values:
    """Return how far float ONNX moves the stack's log odds from the framework's, [picture of the gate]."""
    return np.abs(converted.float_test - converted.framework_test)[:GATE_PICTURES, -1, 0]


def _by_thresholds_alone(converted: ConvertedEnsemble, crossed: NDArray[np.intp]) -> bool:
    """Whether scikit-learn on the graph's own features answers these test pictures as the graph does."""
    if not len(crossed):
        return True
    told = behind_networks(converted.run, converted.networks, converted.run.shown("test")[crossed])
    off = np.abs(told - converted.float_test[crossed])[:, -1, 0]
    return bool((off <= PARITY_LIMIT).all())


def build_ensemble_manifest(
    converted: ConvertedEnsemble, version: str
) -> tuple[ensemble_parts.EnsembleManifest, dict[str, bytes]]:
    """Return the manifest, but for files and key, and the bundle's files by name."""
    run = converted.run
    classes = run.truth("calibrate")
    *of_members, of_stack = (
        calibration(converted.int8_calibrate[:, k], classes) for k in range(len(MEMBERS) + 1)
    )
    pictures = golden_pictures(run, View.DXA_SPINE, run.rows("test"), -converted.int8_test[:, -1, 0])
    rows, columns = run.strips.shape[1:]
    manifest = ensemble_parts.EnsembleManifest(
        **of_judge(run, version),
        model=MODEL_FILE,
        input=square_input(SQUARE_PX),
        strip=ensemble_parts.StripInput(rows_px=rows, columns_px=columns, cut="column_of_one_width"),
        outputs={name: parts.Output(unit="log odds") for name in ensemble_parts.OUTPUTS},
        accepts=(View.DXA_SPINE,),
        thresholds=of_stack.thresholds,
        stack=of_stack,
        members=dict(zip(MEMBERS, of_members, strict=True)),
        conformal=class_conformal(
            ensemble_parts.probabilities(converted.int8_calibrate[:, -1], of_stack), classes
        ),
        least_contrast=LEAST_CONTRAST,
        metrics=_metrics(converted, of_stack),
        drift_limit=DRIFT_LIMIT,
        golden=_golden(converted, of_stack, pictures),
    )
    return manifest, {MODEL_FILE: converted.int8_model, **pictures}


def calibration(logits: Values, classes: NDArray[np.intp]) -> ensemble_parts.Calibration:
    """Return the curves and cut-offs of one member, or of the stack; logits [picture, 2]."""
    positive, without = classes == OSTEOPOROSIS, classes < OSTEOPOROSIS
    curve = logistic(logits[:, 0], positive)
    osteopenia = logistic(logits[without, 1], classes[without] == 1)
    told = 1.0 / (1.0 + np.exp(-(curve.intercept + curve.slope * logits[:, 0])))
    return ensemble_parts.Calibration(
        probability=curve, osteopenia=osteopenia, thresholds=thresholds(told, positive)
    )


def _metrics(
    converted: ConvertedEnsemble, of_stack: ensemble_parts.Calibration
) -> dict[str, ensemble_parts.ClassMetrics]:
    forms = {
        "framework": converted.framework_test,
        "float": converted.float_test,
        "int8": converted.int8_test,
    }
    told = {form: ensemble_parts.probabilities(each[:, -1], of_stack) for form, each in forms.items()}
    classes = converted.run.truth("test")
    return {
        form: class_metrics(each, classes, None if form == "framework" else told["framework"])
        for form, each in told.items()
    }


def _golden(
    converted: ConvertedEnsemble, of_stack: ensemble_parts.Calibration, pictures: dict[str, bytes]
) -> tuple[ClassGolden, ...]:
    strips = []
    for png in pictures.values():
        square = square_tensor(golden_radiograph(png), SQUARE_PX)[..., 0]
        strips.append(cut_column(square, find_column(square), converted.run.strips.shape[1:]))
    logits = graph_logits(converted.int8_model, np.array(strips))
    told = ensemble_parts.probabilities(logits[:, -1], of_stack)
    return tuple(
        ClassGolden(
            file=name, expected={each: round(float(p), 6) for each, p in zip(CLASSES, row, strict=True)}
        )
        for name, row in zip(pictures, told, strict=True)
    )
