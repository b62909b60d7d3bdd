"""Deletion and insertion on figures whose answer hangs on known cells."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

from conversion.evidence_curves import CELLS, STEPS, curves
from conversion.lumbar_graphs import FineEvidence, answers, with_evidence
from training.lumbar_xray.class_network import build
from training.lumbar_xray.settings import PRESETS

pytestmark = pytest.mark.training
SIDE = 4 * CELLS
EDGE = SIDE // 2


def left_half(crops: np.ndarray) -> np.ndarray:
    """Log odds that hang on the left half alone."""
    return crops[:, :, :EDGE].mean(axis=(1, 2))


def test_a_map_of_what_counts_opens_a_gap_and_its_contrary_closes_it() -> None:
    crops, instead = np.ones((3, SIDE, SIDE), np.float32), np.zeros((3, SIDE, SIDE), np.float32)
    found = np.zeros((3, CELLS, CELLS))
    found[:, :, : CELLS // 2] = 1.0
    deleted, inserted = curves(left_half, found, crops, instead)
    assert deleted.shape == inserted.shape == (STEPS + 1, 3)
    np.testing.assert_allclose(deleted[[0, STEPS // 2, STEPS], 0], [1, 0, 0])
    np.testing.assert_allclose(inserted[[0, STEPS // 2, STEPS], 0], [0, 1, 1])
    contrary, back = curves(left_half, -found, crops, instead)
    assert (inserted - deleted).mean() > 0 > (back - contrary).mean()


def test_a_finer_map_is_asked_by_its_cells() -> None:
    crops, instead = np.ones((1, SIDE, SIDE), np.float32), np.zeros((1, SIDE, SIDE), np.float32)
    fine = np.zeros((1, 2 * CELLS, 2 * CELLS))
    fine[:, :, :CELLS] = 1.0
    deleted, _ = curves(left_half, fine, crops, instead)
    assert deleted[STEPS // 2, 0] == pytest.approx(0.0)


@pytest.mark.parametrize("backbone", ["vgg16", "resnet50", "xception"])
def test_fine_evidence_sums_to_the_log_odds_off_their_average(backbone: str) -> None:
    keras.utils.set_random_seed(3)
    settings = PRESETS["smoke"].classes.encoder
    size = 96 if backbone == "xception" else settings.size_px
    network = build(replace(settings, backbone=backbone, size_px=size), 3)
    crops = np.random.default_rng(4).integers(0, 255, (40, size, size)).astype(np.uint8)
    told = answers(with_evidence(network, crops), crops)
    assert told["evidence"].shape[1] >= size / 5
    odds = told["logits"] @ (-0.5, -0.5, 1.0)
    np.testing.assert_allclose(told["evidence"].sum(axis=(1, 2)), odds - odds.mean(), atol=1e-4)
    np.testing.assert_allclose(told["evidence"].mean(axis=0), 0.0, atol=1e-5)
    spread = told["evidence"].reshape(len(crops), -1)
    assert np.ptp(spread, axis=1).min() > 0.0


def test_fine_evidence_is_kept_in_a_file(tmp_path) -> None:
    maps, odds = keras.Input((3, 3, 2)), keras.Input((1,))
    layer = FineEvidence()
    model = keras.Model([maps, odds], layer(maps, odds))
    layer.kernel.assign([[2.0], [0.0]])
    model.save(tmp_path / "model.keras")
    given = [np.arange(18, dtype=np.float32).reshape(1, 3, 3, 2), np.array([[5.0]], np.float32)]
    again = keras.models.load_model(tmp_path / "model.keras").predict_on_batch(given)
    np.testing.assert_allclose(again, model.predict_on_batch(given))
    assert np.asarray(again).sum() == pytest.approx(5.0, abs=1e-5)
