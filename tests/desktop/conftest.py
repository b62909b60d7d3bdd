"""A made-up bundle of the real shape, for tests of what loads and asks models."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from conversion.keys import write_public
from conversion.package import write_bundle
from desktop.clinical.lumbar import GROUP, VERTEBRAE, mean_area_shares
from desktop.imaging.radiograph import View
from desktop.models import Models, load_bundles
from desktop.models import chest_manifest as chest_parts
from desktop.models import manifest as parts
from desktop.models import view_manifest as view_parts
from tests.desktop.made_up_ensemble import ensemble_manifest, write_ensemble
from tests.desktop.made_up_graphs import (
    GATE_VIEWS,
    SIZE_PX,
    bmd_graph,
    chest_shares,
    gate_graph,
    landmark_graph,
    region_graph,
)
from tests.desktop.made_up_lumbar import lumbar_manifest, write_lumbar

BundleMaker = Callable[..., Path]


def _gate_manifest(**changes: object) -> view_parts.ViewManifest:
    metrics = view_parts.GateMetrics(pictures=8, balanced_accuracy=1.0, accuracy={}, inverted_accuracy=1.0)
    stated: dict[str, object] = {
        **_shared("view_gate"),
        "outputs": {"view": parts.Output(unit="logit"), "inverted": parts.Output(unit="logit")},
        "views": GATE_VIEWS,
        "temperature": {"view": 1.0, "inverted": 1.0},
        "thresholds": view_parts.GateThresholds(
            named_from=0.8, contradicted_from=0.9, doubted_below=0.6, inverted_from=0.95
        ),
        "training": view_parts.GateTraining(data="made up", pictures=8, people=8),
        "metrics": {"framework": metrics, "float": metrics, "int8": metrics},
        "drift_limit": 0.05,
        "golden": (
            view_parts.GateGolden(
                file="golden_1.png",
                expected={view: float(view is View.LUMBAR_LATERAL) for view in GATE_VIEWS},
                expected_inverted=0.5,
            ),
        ),
    }
    return view_parts.ViewManifest(**(stated | changes))  # type: ignore[arg-type]


def grey_png(level: int) -> bytes:
    stream = BytesIO()
    Image.new("L", (SIZE_PX, SIZE_PX), level).save(stream, "PNG")
    return stream.getvalue()


def _shared(family: str) -> dict[str, object]:
    """Return what the manifests of all bundles state."""
    return {
        "schema": parts.SCHEMA,
        "family": family,
        "version": "1.0.0",
        "program_at_least": "0.1.0",
        "key_id": "0" * 16,
        "evidence": "phantom",
        "model": "model.onnx",
        "files": {},
        "input": parts.Input(
            name="image",
            size_px=SIZE_PX,
            resize="pad_to_square_bilinear",
            intensity="0_to_255",
            polarity="bone_bright",
        ),
    }


def _judging(family: str) -> dict[str, object]:
    """Return what the manifests of all bundles state that judge pictures."""
    return _shared(family) | {name: getattr(_manifest(), name) for name in ("thresholds", "training")}


def _manifest(**changes: object) -> parts.Manifest:
    metrics = parts.Metrics(pictures=10, mae_g_cm2=0.04, mae_percent=4.0, r=0.9, auc=0.95, bias_g_cm2=0.0)
    halves = dict.fromkeys((*VERTEBRAE, GROUP), 0.08)
    expected = {"L1": 0.80, "L2": 0.82, "L3": 0.84, "L4": 0.86}
    stated: dict[str, object] = {
        **_shared("dxa_bmd"),
        "accepts": (View.DXA_SPINE,),
        "outputs": {
            "bmd": parts.Output(unit="g/cm2", low=0.3, high=2.0),
            "evidence": parts.Output(unit="g/cm2"),
        },
        "sites": VERTEBRAE,
        "area_shares": dict(mean_area_shares()),
        "thresholds": parts.Thresholds(
            lower=0.1,
            upper=0.5,
            sensitivity_at_lower=0.95,
            ppv_at_upper=0.7,
            sensitivity_at_upper=0.6,
            prevalence=0.08,
            pictures=1000,
        ),
        "probability": parts.Logistic(intercept=40.0, slope=-50.0),
        "conformal": parts.Conformal(level=0.9, half_width_g_cm2=halves, pictures=1000),
        "precision": parts.Precision(rms_sd_g_cm2=None, reason="Nobody was exposed twice."),
        "training": parts.Training(
            data="made up",
            pictures=10,
            people=10,
            age_low_years=50,
            age_high_years=80,
            reference_table="Hologic NHANES 2005-2008",
        ),
        "metrics": {"framework": metrics, "float": metrics, "int8": metrics},
        "drift_limit_g_cm2": 0.005,
        "golden": (parts.Golden(file="golden_1.png", expected_g_cm2=expected),),
    }
    return parts.Manifest(**(stated | changes))  # type: ignore[arg-type]


def _chest_manifest(**changes: object) -> chest_parts.ChestManifest:
    stated = msgspec.structs.asdict(_manifest())
    metrics = chest_parts.LandmarkMetrics(pictures=10, mean_mm=3.0, p95_mm=6.0)
    (golden,) = stated["golden"]
    regions = chest_parts.RegionInput(
        name="regions",
        size_px=SIZE_PX,
        cut="upright_square_bilinear",
        intensity="0_to_255",
        polarity="bone_bright",
    )
    stated |= {
        "family": "chest_multi_roi",
        "accepts": (View.CHEST_FRONTAL,),
        "landmark_model": "landmarks.onnx",
        "regions": regions,
        "landmark_metrics": {"framework": metrics, "float": metrics, "int8": metrics},
        "landmark_drift_limit": 0.005,
        "most_contradiction": 0.02,
        "golden": (
            chest_parts.ChestGolden(
                file="golden_1.png",
                expected_g_cm2=golden.expected_g_cm2,
                expected_landmarks=chest_shares(),
            ),
        ),
    }
    return chest_parts.ChestManifest(**(stated | changes))


@pytest.fixture
def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def trusted_keys(tmp_path: Path, signing_key: Ed25519PrivateKey) -> Path:
    folder = tmp_path / "trusted_keys"
    write_public(signing_key, folder / "test-signer.pub")
    return folder


@pytest.fixture
def make_bundle(tmp_path: Path, signing_key: Ed25519PrivateKey) -> BundleMaker:
    """Return a function that writes tmp_path/models/dxa_bmd, with changes to its manifest, and returns it."""

    def make(*, folder: str = "dxa_bmd", key: Ed25519PrivateKey = signing_key, **changes: object) -> Path:
        place = tmp_path / "models" / folder
        contents = {"model.onnx": bmd_graph(), "golden_1.png": grey_png(128)}
        expected = {"L1": 0.5 + 0.6 * 128 / 255}
        expected |= {site: expected["L1"] + 0.02 * k for k, site in enumerate(VERTEBRAE)}
        golden = (parts.Golden(file="golden_1.png", expected_g_cm2=expected),)
        write_bundle(place, _manifest(**({"golden": golden} | changes)), contents, key)
        return place

    return make


@pytest.fixture
def models(make_bundle: BundleMaker, trusted_keys: Path) -> Models:
    """The made-up dxa_bmd model, loaded and self-tested."""
    return _loaded(make_bundle(), trusted_keys)


def _loaded(bundle: Path, trusted_keys: Path) -> Models:
    loaded = load_bundles(bundle.parent, [trusted_keys], threads=1)
    assert not loaded.problems
    return loaded


@pytest.fixture
def make_chest(tmp_path: Path, signing_key: Ed25519PrivateKey) -> BundleMaker:
    """Return a function that writes tmp_path/models/chest_multi_roi, with changes to its manifest."""

    def make(**changes: object) -> Path:
        place = tmp_path / "models" / "chest_multi_roi"
        graphs = {"model.onnx": region_graph(), "landmarks.onnx": landmark_graph()}
        contents = graphs | {"golden_1.png": grey_png(128)}
        write_bundle(place, _chest_manifest(**changes), contents, signing_key)
        return place

    return make


@pytest.fixture
def chest_models(make_chest: BundleMaker, trusted_keys: Path) -> Models:
    """The made-up chest model, loaded and self-tested."""
    return _loaded(make_chest(), trusted_keys)


@pytest.fixture
def make_lumbar(tmp_path: Path, signing_key: Ed25519PrivateKey) -> BundleMaker:
    """Return a function that writes tmp_path/models/lumbar_xray, with changes to its manifest."""

    def make(**changes: object) -> Path:
        place = tmp_path / "models" / "lumbar_xray"
        write_lumbar(place, lumbar_manifest(_judging("lumbar_xray"), **changes), grey_png(128), signing_key)
        return place

    return make


@pytest.fixture
def lumbar_models(make_lumbar: BundleMaker, trusted_keys: Path) -> Models:
    """The made-up lateral lumbar model, loaded and self-tested."""
    return _loaded(make_lumbar(), trusted_keys)


@pytest.fixture
def make_ensemble(tmp_path: Path, signing_key: Ed25519PrivateKey) -> BundleMaker:
    """Return a function that writes tmp_path/models/stacked_ensemble, with changes to its manifest."""

    def make(**changes: object) -> Path:
        place = tmp_path / "models" / "stacked_ensemble"
        write_ensemble(
            place, ensemble_manifest(_judging("stacked_ensemble"), **changes), grey_png(0), signing_key
        )
        return place

    return make


@pytest.fixture
def ensemble_models(make_ensemble: BundleMaker, trusted_keys: Path) -> Models:
    """The made-up stacked ensemble, loaded and self-tested."""
    return _loaded(make_ensemble(), trusted_keys)


@pytest.fixture
def make_gate(tmp_path: Path, signing_key: Ed25519PrivateKey) -> BundleMaker:
    """Return a function that writes tmp_path/models/view_gate, with changes to its manifest."""

    def make(**changes: object) -> Path:
        place = tmp_path / "models" / "view_gate"
        contents = {"model.onnx": gate_graph(), "golden_1.png": grey_png(96)}
        write_bundle(place, _gate_manifest(**changes), contents, signing_key)
        return place

    return make


@pytest.fixture
def gated_models(make_bundle: BundleMaker, make_gate: BundleMaker, trusted_keys: Path) -> Models:
    """The made-up dxa_bmd model behind the made-up gate."""
    make_gate()
    loaded = _loaded(make_bundle(), trusted_keys)
    assert not loaded.notices
    return loaded
