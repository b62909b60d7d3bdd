"""A made-up bundle of the lateral lumbar model: vertebrae at fixed places, classes by brightness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conversion.package import write_bundle
from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, corners_of
from desktop.findings.result import CLASSES
from desktop.imaging.radiograph import View
from desktop.models import manifest as parts
from desktop.models.chest_manifest import LandmarkMetrics, RegionInput
from desktop.models.classes import ClassConformal, ClassMetrics
from desktop.models.lumbar_manifest import LumbarGolden, LumbarManifest
from tests.desktop.made_up_graphs import SIZE_PX, model

SHOWN_FROM = 20.0
"""Mean grey of the rows of a vertebra from which it is told to be whole."""
APART = 0.004
"""How far the corners are said to lie from those of the mirror image."""
OSTEOPOROSIS_BELOW = 100.0
"""Mean grey of the crop at which the logits of osteoporosis and of neither are the same."""


def spine_shares() -> dict[str, tuple[float, float]]:
    """Corners of an upright spine that faces left, shares of a square picture's side."""
    found = {}
    for number, level in enumerate(LEVELS):
        for name in corners_of(level):
            _, end, part = name.split("_")
            x = {"anterior": -0.07, "middle": 0.0, "posterior": 0.07}[part] + 0.006 * (number - 3) ** 2
            y = 0.1 + 0.12 * number + (0.09 if end == "inferior" else 0.0)
            found[name] = (0.5 + x, y)
    return {name: found[name] for name in CORNERS}


def corner_graph() -> bytes:
    """The corners of `spine_shares`, whole where the picture is not black, and APART from those mirrored."""
    shares = np.array([list(spine_shares().values())], np.float32)
    rows = (np.arange(SIZE_PX) + 0.5) / SIZE_PX
    bands = [np.abs(rows - (0.145 + 0.12 * number)) < 0.045 for number in range(len(LEVELS))]
    mean = np.array([band / band.sum() for band in bands], np.float32).T
    nodes = [
        ("ReduceMean", ["image"], "rows", {"axes": [1, 3], "keepdims": 0}),
        ("MatMul", ["rows", "bands"], "levels", {}),
        ("Sub", ["levels", "from"], "shown", {}),
        ("ReduceMean", ["rows"], "mean", {"axes": [1], "keepdims": 1}),
        ("Mul", ["mean", "nothing"], "none", {}),
        ("Unsqueeze", ["none", "axis"], "none_of_all", {}),
        ("Add", ["shares", "none_of_all"], "corners", {}),
        ("Squeeze", ["none", "last"], "none_a_picture", {}),
        ("Add", ["none_a_picture", "apart"], "contradiction", {}),
    ]
    constants = {
        "bands": mean,
        "from": np.float32(SHOWN_FROM),
        "shares": shares,
        "nothing": np.float32(0.0),
        "axis": np.array([2], np.int64),
        "last": np.array([1], np.int64),
        "apart": np.float32(APART),
    }
    outputs = {"corners": [1, len(CORNERS), 2], "shown": [1, len(LEVELS)], "contradiction": [1]}
    return model(nodes, constants, {"image": [1, 3, SIZE_PX, SIZE_PX]}, outputs)


def crop_graph() -> bytes:
    """Osteoporosis is likelier the darker the crop is; a place's evidence is how dark it is."""
    half = SIZE_PX // 2
    nodes = [
        ("ReduceMean", ["region"], "mean", {"axes": [2, 3], "keepdims": 0}),
        ("Sub", ["middle", "mean"], "darker", {}),
        ("MatMul", ["darker", "slopes"], "logits", {}),
        ("AveragePool", ["region"], "places", {"kernel_shape": [half, half], "strides": [half, half]}),
        ("Sub", ["middle", "places"], "darker_there", {}),
        ("Squeeze", ["darker_there", "axis"], "evidence", {}),
    ]
    constants = {
        "middle": np.float32(OSTEOPOROSIS_BELOW),
        "slopes": np.array([[-0.05, 0.0, 0.05]], np.float32),
        "axis": np.array([1], np.int64),
    }
    outputs = {"logits": [1, 3], "evidence": [1, 2, 2]}
    return model(nodes, constants, {"region": [1, 1, SIZE_PX, SIZE_PX]}, outputs)


def golden_probabilities(level: int) -> dict[str, float]:
    """What the made-up graphs say of a plain grey picture."""
    darker = OSTEOPOROSIS_BELOW - level
    raised = np.exp([-0.05 * darker, 0.0, 0.05 * darker])
    return dict(zip(CLASSES, map(float, raised / raised.sum()), strict=True))


def lumbar_manifest(shared: dict[str, object], **changes: object) -> LumbarManifest:
    """Return its manifest; shared: what the manifests of all judging bundles state."""
    metrics = ClassMetrics(pictures=10, auc=0.9, accuracy=0.7, brier=0.05)
    landmarks = LandmarkMetrics(pictures=10, mean_mm=2.0, p95_mm=5.0)
    region = RegionInput(
        name="region",
        size_px=SIZE_PX,
        cut="upright_square_bilinear",
        intensity="0_to_255",
        polarity="bone_bright",
    )
    stated = shared | {
        "family": "lumbar_xray",
        "accepts": (View.LUMBAR_LATERAL,),
        "corner_model": "corners.onnx",
        "region": region,
        "outputs": {"logits": parts.Output(unit="logit"), "evidence": parts.Output(unit="logit")},
        "probability": parts.Logistic(intercept=0.0, slope=1.0),
        "osteopenia": parts.Logistic(intercept=0.0, slope=1.0),
        "conformal": ClassConformal(
            level=0.9,
            least_probability=dict(zip(CLASSES, (0.2, 0.3, 0.1), strict=True)),
            pictures=dict.fromkeys(CLASSES, 100),
        ),
        "metrics": {"framework": metrics, "float": metrics, "int8": metrics},
        "landmark_metrics": {"framework": landmarks, "float": landmarks, "int8": landmarks},
        "drift_limit": 0.01,
        "landmark_drift_limit": 0.005,
        "most_contradiction": 0.2,
        "golden": (
            LumbarGolden(
                file="golden_1.png", expected=golden_probabilities(128), expected_corners=spine_shares()
            ),
        ),
    }
    return LumbarManifest(**(stated | changes))


def write_lumbar(place: Path, manifest: LumbarManifest, golden_png: bytes, key: Ed25519PrivateKey) -> None:
    """Write the bundle into `place`."""
    contents = {"model.onnx": crop_graph(), "corners.onnx": corner_graph(), "golden_1.png": golden_png}
    write_bundle(place, manifest, contents, key)
