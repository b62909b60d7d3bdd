"""The pages on real chests and on the landmarks' limits, from results that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conversion.chest_anatomy import placed, true_landmarks
from conversion.real_chests import page, screened
from desktop.clinical.chest_anatomy import LIMITS
from desktop.imaging.radiograph import PixelSpacing, Radiograph
from desktop.models import ChestBundle, load_installed
from tests.chest_figures import write_data
from training.data.manifest import read_manifest


def result(file: str, bmd: float | None, reason: str | None = None) -> dict:
    finding = {
        "model": {"family": "chest_multi_roi", "version": "1.0.0", "sha256": "ab" * 32},
        "bmd_g_cm2": {"L1-L4": {"value": bmd}},
        "outcome": "not_flagged",
        "evidence_shares": {"t12": 0.75, "chest": 0.25},
    }
    status = "refused" if reason else "screened"
    return {"file": file, "status": status, "reason": reason, "findings": [] if reason else [finding]}


def test_the_page_counts_answers_reasons_and_views() -> None:
    chests = [result("a.png", 0.9), result("b.png", 1.1), result("c.png", None, "Too white.")]
    others = [result("x/k.png", None, "A knee."), result("x/c.png", 1.0)]
    text = "\n".join(page(chests, others, {"k.png": "knee", "c.png": "chest"}))
    assert "Of 3 chests 2 are screened:\n2 not flagged." in text
    assert "- 1: Too white." in text
    assert "median 1.00" in text
    assert "| t12 | 75 % |" in text
    assert "| chest | 1 | 1 | 0 |" in text
    assert "| knee | 1 | 0 | 1 |" in text


def test_a_page_of_refusals_alone_has_no_model() -> None:
    assert "Model" not in "\n".join(page([result("a.png", None, "No.")], [], {}))


def test_screening_goes_through_the_program(tmp_path: Path) -> None:
    (tmp_path / "blank.png").write_bytes(b"")
    (only,) = screened(tmp_path, "--view", "chest_frontal")
    assert only["status"] == "failed"


def test_true_landmarks_are_measured_where_all_are_known(tmp_path: Path) -> None:
    write_data(tmp_path, ["train", "train", "test"])  # the second person's T12 is not told
    found = true_landmarks(read_manifest(tmp_path / "manifest.csv"))
    assert len(found) == 2
    for each in found:
        assert set(each.measures) == set(LIMITS)
        assert "points of a clavicle" in (each.reason or "")  # the figure's are short


def test_a_picture_is_placed_by_the_shipped_model() -> None:
    bundle = load_installed(threads=1).by_family.get("chest_multi_roi")
    if not isinstance(bundle, ChestBundle):
        pytest.skip("no chest model is committed yet")
    pixels = np.random.default_rng(1).integers(0, 256, (300, 256)).astype(np.float32)
    picture = Radiograph(Path("noise.png"), pixels, 255.0, spacing=PixelSpacing(1.0, 1.0, "made up"))
    found = placed(bundle, picture)
    assert found.contradiction > bundle.manifest.most_contradiction or found.reason is not None
    assert found.measures["cage_width_mm"] > 0
