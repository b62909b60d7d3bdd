"""The page of real screens, from made-up results of `trabecula screen`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from conversion import real_screens
from conversion.real_screens import CLASSES, Screens, auc_cell, page, screen
from desktop.models.ensemble_manifest import MEMBERS

pytestmark = pytest.mark.training


def result(name: str, grade: int, status: str = "screened") -> dict[str, object]:
    """What the command line says of a picture of a class: the worse, the lower its BMD."""
    outcomes = ("not_flagged", "uncertain", "flagged")
    model = {"version": "1.0", "sha256": "ab" * 32}
    bmd = {
        "model": model | {"family": "dxa_bmd"},
        "outcome": outcomes[grade],
        "bmd_g_cm2": {"L1-L4": {"value": 1.1 - 0.2 * grade}},
        "t_score": {"L1-L4": {"value": -1.5 * grade}},
    }
    members = [{"name": name, "osteoporosis_probability": 0.3 * grade} for name in MEMBERS]
    ensemble = {
        "model": model | {"family": "stacked_ensemble"},
        "outcome": "uncertain",
        "osteoporosis_probability": 0.1,
        "members": members,
    }
    found = {"file": f"/somewhere/{name}", "status": status, "reason": "Too dark.", "outcome": "uncertain"}
    return found | {"findings": [bmd, ensemble]}


@pytest.fixture
def screens() -> Screens:
    grades = [0, 0, 1, 1, 2, 2, 2]
    return Screens(np.array([CLASSES[k] for k in grades]), [result(f"{k}.png", k) for k in grades])


def test_the_page_tells_both_models_and_where_they_differ(screens: Screens) -> None:
    text = page(screens)
    assert "| normal | 1.000 (1.000 to 1.000) |" in text  # BMD orders them all
    assert "| normal | 0.500 (0.500 to 0.500) | 1.000" in text  # the stack says the same of all
    assert "| osteoporosis | 3 | 0 | 0 |" in text
    assert "outcomes differ on 5 of 7" in text


def test_the_auc_is_the_share_of_pairs_in_order(screens: Screens) -> None:
    score = np.array([0.1, 0.6, 0.0, 0.0, 0.5, 0.7, 0.8])
    assert auc_cell(screens, score, ("normal",)).startswith(f"{5 / 6:.3f} ")
    assert auc_cell(screens, score, ("normal", "osteopenia")).startswith(f"{11 / 12:.3f} ")


def test_a_picture_that_was_not_screened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.csv").write_text("file,label\na.png,normal\n")
    refused = [result("a.png", 0, status="refused")]
    monkeypatch.setattr(real_screens, "screened", lambda folder, *words: json.loads(json.dumps(refused)))
    with pytest.raises(RuntimeError, match=r"1 real pictures were not screened, first .*a.png: Too dark"):
        screen(tmp_path)
