from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from desktop.errors import BundleError
from desktop.imaging.radiograph import View
from desktop.models import Models, load_bundles, load_installed
from desktop.models.view_manifest import ViewManifest


def test_the_gate_loads_beside_the_models_that_judge(gated_models: Models) -> None:
    assert list(gated_models.by_family) == ["dxa_bmd"]
    assert gated_models.view_gate is not None
    assert [bundle.identity.family for bundle in gated_models.every] == ["dxa_bmd", "view_gate"]


def test_probabilities_are_calibrated_and_sum_to_one(gated_models: Models) -> None:
    assert gated_models.view_gate is not None
    manifest = gated_models.view_gate.manifest
    softer = msgspec.structs.replace(manifest, temperature={"view": 2.0, "inverted": 4.0})
    answer = {"view": np.array([2.0, 0.0, 0.0, 0.0], np.float32), "inverted": np.array([4.0], np.float32)}
    shares = softer.compared(answer)
    assert shares[:4].sum() == pytest.approx(1.0)
    assert shares[0] / shares[1] == pytest.approx(np.e)
    assert shares[4] == pytest.approx(1 / (1 + np.exp(-1)))


@pytest.mark.parametrize("field", ["outputs", "temperature"])
def test_a_gate_that_contradicts_itself_is_refused(make_gate, field: str) -> None:
    with pytest.raises(BundleError, match=f"contradicts itself in {field}"):
        make_gate(**{field: {}})


def test_a_gate_that_answers_otherwise_is_refused(
    make_gate, trusted_keys: Path, gated_models: Models
) -> None:
    assert gated_models.view_gate is not None
    wrong = [
        msgspec.structs.replace(golden, expected_inverted=0.9)
        for golden in gated_models.view_gate.manifest.golden
    ]
    loaded = load_bundles(make_gate(golden=tuple(wrong)).parent, [trusted_keys], threads=1)
    assert loaded.view_gate is None
    assert "off by 0.400 of a probability" in " ".join(loaded.problems)


def test_the_committed_gate_knows_every_view_and_is_small() -> None:
    bundle = load_installed(threads=1).view_gate
    if bundle is None:
        pytest.skip("no gate is committed yet")
    assert isinstance(bundle.manifest, ViewManifest)
    assert set(bundle.manifest.views) == set(View)
    assert sum(len(content) for content in bundle.contents.values()) <= 1 << 20
