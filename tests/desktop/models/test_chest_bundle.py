"""The chest model's bundle: two graphs, both verified, opened and self-tested."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from desktop.clinical.chest import LANDMARKS
from desktop.errors import BundleError
from desktop.models import ChestBundle, Models, load_bundles, self_test
from tests.desktop.made_up_graphs import chest_shares


def problem(folder: Path, keys: Path) -> str:
    loaded = load_bundles(folder.parent, [keys], threads=1)
    assert not loaded.by_family
    (sentence,) = loaded.problems
    return sentence


def loaded(models: Models) -> ChestBundle:
    bundle = models.by_family["chest_multi_roi"]
    assert isinstance(bundle, ChestBundle)
    return bundle


def test_its_identity_covers_both_graphs(chest_models: Models) -> None:
    bundle = loaded(chest_models)
    digests = [bundle.manifest.files[name].sha256 for name in ("landmarks.onnx", "model.onnx")]
    assert bundle.identity.sha256 == hashlib.sha256("".join(digests).encode()).hexdigest()


@pytest.mark.parametrize("name", ["landmarks.onnx", "model.onnx"])
def test_each_graph_must_be_what_was_signed(make_chest, trusted_keys: Path, name: str) -> None:
    folder = make_chest()
    content = bytearray((folder / name).read_bytes())
    content[-2] ^= 1
    (folder / name).write_bytes(content)
    assert f"{name} was changed" in problem(folder, trusted_keys)
    (folder / name).unlink()
    assert f"{name} is missing" in problem(folder, trusted_keys)


def test_a_third_graph_is_refused(make_chest, trusted_keys: Path) -> None:
    folder = make_chest()
    (folder / "more.onnx").write_bytes(b"")
    assert "more.onnx" in problem(folder, trusted_keys)


def test_two_graphs_of_another_kind_are_refused(make_chest, trusted_keys: Path) -> None:
    folder = make_chest(model="landmarks.onnx", landmark_model="model.onnx")
    assert "has other inputs or outputs" in problem(folder, trusted_keys)
    with pytest.raises(BundleError, match="contradicts itself in landmark_model"):
        make_chest(landmark_model="model.onnx")


class Off:
    """A session that answers otherwise in int8."""

    def __init__(self, session, by: float) -> None:
        self.session, self.by = session, by

    def run(self, names, feeds):
        return [value + np.float32(self.by) for value in self.session.run(names, feeds)]


@pytest.mark.parametrize(
    ("field", "words"),
    [("session", r"0.02\d g/cm2"), ("landmark_session", r"0.020 of the picture.s side")],
)
def test_where_either_graph_drifts_both_run_in_float(chest_models: Models, field: str, words: str) -> None:
    bundle = loaded(chest_models)
    tested = self_test(replace(bundle, **{field: Off(getattr(bundle, field), 0.02)}))
    assert tested.bundle.ran_in_float
    assert all(drift.is_small for drift in tested.drifts)
    assert re.search(words, tested.notice or "")


def test_landmarks_that_are_no_numbers_fall_back_too(chest_models: Models) -> None:
    bundle = loaded(chest_models)
    tested = self_test(replace(bundle, landmark_session=Off(bundle.landmark_session, float("nan"))))
    assert tested.bundle.ran_in_float


def test_what_landmarks_drift_within_their_limit_moves_no_bmd(chest_models: Models) -> None:
    bundle, slope = loaded(chest_models), BytesIO()
    Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 256, axis=1)).save(slope, "PNG")
    sloping = replace(bundle, contents={**bundle.contents, "golden_1.png": slope.getvalue()})
    aside = replace(sloping, landmark_session=Off(bundle.landmark_session, 0.004))
    landmarks, bmd = aside.drifts()
    assert landmarks.value == pytest.approx(0.004, abs=1e-6)
    assert bmd == sloping.drifts()[1]


def test_golden_landmarks_elsewhere_are_refused(make_chest, chest_models: Models, trusted_keys: Path) -> None:
    (golden,) = loaded(chest_models).manifest.golden
    moved = {name: (x + 0.01, y) for name, (x, y) in chest_shares().items()}
    wrong = (msgspec.structs.replace(golden, expected_landmarks=moved),)
    assert "self-test is off by 0.010 of the picture's side" in problem(
        make_chest(golden=wrong), trusted_keys
    )


def test_a_golden_input_tells_each_landmark(make_chest, chest_models: Models) -> None:
    (golden,) = loaded(chest_models).manifest.golden
    fewer = {name: chest_shares()[name] for name in LANDMARKS[1:]}
    wrong = (msgspec.structs.replace(golden, expected_landmarks=fewer),)
    with pytest.raises(BundleError, match="contradicts itself in golden"):
        make_chest(golden=wrong)
