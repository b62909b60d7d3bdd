from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from training.dxa_bmd.page import page
from training.dxa_bmd.run import make_run
from training.dxa_bmd.run_files import read_run
from training.dxa_bmd.settings import PRESETS
from training.dxa_bmd.study import draw, main
from training.markdown import table

pytestmark = pytest.mark.training
FIGURES = ["bland_altman", "evidence", "feature_maps", "input", "kernels", "loss_curves", "scatter"]


@pytest.fixture
def runs(tmp_path: Path, make_data: Callable[..., Path]) -> Path:
    data, runs = make_data(60), tmp_path / "runs"
    paper = replace(PRESETS["paper"], size_px=64, filters=(4, 4, 4), epochs=2)
    make_run(paper, data, runs / "paper")
    make_run(replace(PRESETS["smoke"], size_px=64), data, runs / "edge")
    make_run(replace(paper, limit=40, epochs=1), data, runs / "resolution_256")
    return runs


def test_the_page_is_drawn_from_run_folders_alone(tmp_path: Path, runs: Path) -> None:
    out = tmp_path / "results"
    assert main(["--runs", str(runs), "--out", str(out), "--draw-only"]) == 0
    drawn = sorted((out / "dxa_bmd").iterdir())
    assert [path.stem for path in drawn] == FIGURES
    assert sum(path.stat().st_size for path in drawn) < 1_500_000
    text = (out / "dxa_bmd.md").read_text()
    for heading in ("L1-L4 on the test part", "Loss curves", "Bland-Altman", "The two small studies"):
        assert f"## {heading}" in text
    assert "| 256 x 256 | " in text
    assert text.count("not run") == 4
    for name in FIGURES:
        assert f"dxa_bmd/{name}.png" in text


def test_published_figures_stand_beside_ours_and_are_marked(runs: Path) -> None:
    paper = read_run(runs / "paper")
    assert paper is not None
    text = page({"paper": paper}, {})
    line = "| published (another, private data set) | 1,224 | 8.19 % | 6.75 % | not stated | 0.818 | 0.000 |"
    assert line in text
    assert f"{paper.test.sites['L1-L4'].mae_percent:.2f} %" in text
    assert "nothing about patients" in text


def test_the_same_runs_draw_the_same_page(tmp_path: Path, runs: Path) -> None:
    for name in ("first", "second"):
        draw(runs, tmp_path / name)
    first, second = ((tmp_path / name / "dxa_bmd.md").read_bytes() for name in ("first", "second"))
    assert first == second


def test_no_run_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", str(tmp_path), "--out", str(tmp_path / "out"), "--draw-only"]) == 2
    assert "has no finished run" in capsys.readouterr().err


def test_tables_are_markdown() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
