from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.desktop.made_up_spine import widening_spine
from training.stacked_ensemble.upright_study import main

pytestmark = pytest.mark.training


def test_the_page_tells_how_many_of_the_test_part_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path / "none"))
    splits = ("test", "test", "train", "test")
    with (tmp_path / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["file", "person", "view", "split", "exclude"])
        for number, split in enumerate(splits):
            shown = widening_spine(by_px=20 + number)
            Image.fromarray(np.flipud(shown) if number == 1 else shown).save(tmp_path / f"{number}.png")
            table.writerow(
                [f"{number}.png", f"p{number}", "dxa_spine", split, "metal" if number == 3 else ""]
            )
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "page.md")]) == 0
    assert "| phantoms, test part | 2 | 50.0 % | 50.0 % |" in (tmp_path / "page.md").read_text()


def test_no_manifest_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "page.md")]) == 2
    assert "a data folder needs it" in capsys.readouterr().err
