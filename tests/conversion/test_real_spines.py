"""The page and the sheet on real lateral spines, from results that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conversion.real_spines import drawn, main, page
from tests.desktop.made_up_lumbar import spine_shares
from training.lumbar_xray.real_laterals import CROP, NOT_WHOLE, WHOLE


def result(file: str, outcome: str | None, reason: str | None = None) -> dict:
    corners = {name: [200 * x, 200 * y] for name, (x, y) in spine_shares().items()}
    finding = {
        "model": {"family": "lumbar_xray", "version": "1.0.0", "sha256": "ab" * 32},
        "outcome": outcome,
        "landmarks": corners,
        "vertebrae": {"L1": [1, 2], "L2": [3, 4]},
        "fractures": {"L1": 0, "L2": 2},
    }
    return {
        "file": file,
        "status": "refused" if reason else "screened",
        "reason": reason,
        "refused_landmarks": corners if reason else {},
        "findings": [] if reason else [finding],
    }


def test_the_page_counts_outcomes_reasons_and_grades() -> None:
    results = [result("a", "flagged"), result("b", "not_flagged"), result("c", None, "Upside down.")]
    text = "\n".join(page(results))
    assert "Of 3 laterals 2 are screened: 1 flagged, 1 not flagged." in text
    assert "- 1: Upside down." in text
    assert "| L2 | 2 | 2 |" in text
    assert "| L1 | 2 | 0 |" in text
    assert "| S1 | 0 | 0 |" in text


def test_a_sheet_shows_what_was_found_and_in_grey_what_was_refused(tmp_path: Path) -> None:
    file = tmp_path / "lumbar_lateral_07.png"
    Image.fromarray(np.tile(np.arange(200, dtype=np.uint8) // 8, (200, 1))).save(file)
    screened, refused = (drawn(result(str(file), *told)) for told in (("flagged",), (None, "No.")))
    for colour, in_screened in ((WHOLE, True), (NOT_WHOLE, False)):
        assert (screened == colour).all(axis=2).any() == in_screened
        assert (refused == colour).all(axis=2).any() != in_screened
    assert (screened[40:] == CROP).all(axis=2).any()
    assert not (refused[40:] == CROP).all(axis=2).any()


def test_without_real_pictures_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "page.md"), "--sheet", str(tmp_path / "sheet.png")])
    assert "no real pictures" in capsys.readouterr().err
