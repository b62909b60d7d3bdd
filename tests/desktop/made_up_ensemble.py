"""A made-up bundle of the stacked ensemble: members that read a strip's brightness, each its own way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conversion.package import write_bundle
from desktop.findings.result import CLASSES
from desktop.imaging.radiograph import View
from desktop.models import manifest as parts
from desktop.models.classes import ClassConformal, ClassGolden, ClassMetrics
from desktop.models.ensemble_manifest import (
    MEMBERS,
    Calibration,
    EnsembleManifest,
    StripInput,
)
from tests.desktop.made_up_graphs import SIZE_PX, model

STRIP = (SIZE_PX, SIZE_PX // 2)
EVEN_AT = 100.0
"""Mean grey of the strip at which nobody's log odds are off 0."""
SLOPES = {"cnn": -0.05, "vgg16": -0.05, "resnet_forest": 0.05, "stack": -0.05}
"""Log odds of osteoporosis by grey level; the forest says the opposite of the others."""


def ensemble_graph() -> bytes:
    half = STRIP[1] // 2
    slopes = np.zeros((1, 4, 2), np.float32)
    slopes[0, :, 0] = list(SLOPES.values())
    nodes = [
        ("ReduceMean", ["image"], "mean", {"axes": [2, 3], "keepdims": 1}),
        ("Sub", ["mean", "even"], "off", {}),
        ("Squeeze", ["off", "last"], "brighter", {}),
        ("Mul", ["brighter", "slopes"], "logits", {}),
        ("ReduceMean", ["image"], "grey", {"axes": [2, 3], "keepdims": 0}),
        ("Mul", ["grey", "share"], "shares", {}),
        ("AveragePool", ["image"], "places", {"kernel_shape": [half, half], "strides": [half, half]}),
        ("Concat", ["places"] * 3, "evidence", {"axis": 1}),
    ]
    constants = {
        "even": np.float32(EVEN_AT),
        "last": np.array([3], np.int64),
        "slopes": slopes,
        "share": np.array([[0.02, 0.01, -0.01]], np.float32),
    }
    outputs = {"logits": [1, 4, 2], "shares": [1, 3], "evidence": [1, 3, 4, 2]}
    return model(nodes, constants, {"image": [1, 1, *STRIP]}, outputs)


def _told(log_odds: float) -> dict[str, float]:
    osteoporosis = float(1.0 / (1.0 + np.exp(-log_odds)))
    half = (1.0 - osteoporosis) / 2
    return dict(zip(CLASSES, (half, half, osteoporosis), strict=True))


def ensemble_manifest(shared: dict[str, object], **changes: object) -> EnsembleManifest:
    """Return its manifest; shared: what the manifests of all judging bundles state."""
    metrics = ClassMetrics(pictures=10, auc=0.9, accuracy=0.7, brier=0.05)
    even = parts.Logistic(intercept=0.0, slope=1.0)
    calibration = Calibration(probability=even, osteopenia=even, thresholds=shared["thresholds"])
    outputs = {name: parts.Output(unit="log odds") for name in ("logits", "shares", "evidence")}
    stated = shared | {
        "family": "stacked_ensemble",
        "accepts": (View.DXA_SPINE,),
        "strip": StripInput(rows_px=STRIP[0], columns_px=STRIP[1], cut="column_of_one_width"),
        "outputs": outputs,
        "stack": calibration,
        "members": dict.fromkeys(MEMBERS, calibration),
        "conformal": ClassConformal(
            level=0.9,
            least_probability=dict(zip(CLASSES, (0.2, 0.3, 0.1), strict=True)),
            pictures=dict.fromkeys(CLASSES, 100),
        ),
        "least_contrast": 8.0,
        "metrics": {"framework": metrics, "float": metrics, "int8": metrics},
        "drift_limit": 0.01,
        "golden": (ClassGolden(file="golden_1.png", expected=_told(SLOPES["stack"] * -EVEN_AT)),),
    }
    return EnsembleManifest(**(stated | changes))


def write_ensemble(
    place: Path, manifest: EnsembleManifest, golden_png: bytes, key: Ed25519PrivateKey
) -> None:
    """Write the bundle into `place`; golden_png: black, so that the strip is, wherever it is cut."""
    write_bundle(place, manifest, {"model.onnx": ensemble_graph(), "golden_1.png": golden_png}, key)
