from __future__ import annotations

import csv
from pathlib import Path

import pytest

from training.stacked_ensemble.page import page
from training.stacked_ensemble.real_screens import judge_real_screens
from training.stacked_ensemble.run_files import read_ensemble, read_run
from training.stacked_ensemble.study import draw, main

pytestmark = pytest.mark.training
FIGURES = ["confusion", "curves", "evidence", "roc", "shapley"]
Finished = tuple[Path, Path]


@pytest.fixture
def runs(tmp_path: Path, finished: Finished) -> Path:
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "edge").symlink_to(finished[1])
    return folder


def test_the_page_is_drawn_from_run_folders_alone(
    tmp_path: Path, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path / "none"))
    out = tmp_path / "results"
    assert main(["--runs", str(runs), "--out", str(out)]) == 0
    drawn = sorted((out / "stacked_ensemble").iterdir())
    assert [path.stem for path in drawn] == FIGURES
    assert sum(path.stat().st_size for path in drawn) < 1_000_000
    text = (out / "stacked_ensemble.md").read_text()
    for name in FIGURES:
        assert f"stacked_ensemble/{name}.png" in text
    assert "Not measured yet" in text
    draw(runs, tmp_path / "again")
    assert (tmp_path / "again" / "stacked_ensemble.md").read_text() == text


def test_published_figures_stand_beside_ours_and_are_marked(finished: Finished) -> None:
    run = read_run(finished[1])
    assert run is not None
    text = page({"edge": run}, {})
    assert "published accuracy (another, private data set)" in text
    for member, accuracy in (("CNN", 97), ("VGG16", 90), ("ResNet and random forest", 87)):
        assert f"| {member} | {accuracy} % |" in text
    value = run.evaluations["test"].two["stack"].figures["auc"].value
    assert f"{value:.3f} (" in text
    assert "nothing about patients" in text
    assert "Does the stack beat its best member?" in text


def test_real_screens_are_judged_and_nothing_is_fitted(tmp_path: Path, finished: Finished) -> None:
    screens = finished[0]
    with (screens / "manifest.csv").open(newline="") as stream, (tmp_path / "index.csv").open("w") as index:
        index.write("file,label\n")
        for row in list(csv.DictReader(stream))[:9]:
            index.write(f"{row['file']},{row['class']}\n")
            (tmp_path / row["file"]).symlink_to(screens / row["file"])
    found = judge_real_screens(read_ensemble(finished[1]), tmp_path, denoise=False)
    assert found.pictures == {"normal": 3, "osteopenia": 3, "osteoporosis": 3}
    assert set(found.against_normal) == {"cnn", "vgg16", "resnet_forest", "stack"}
    assert all(0 <= each.value <= 1 for each in found.against_others.values())


def test_no_run_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "has no finished run" in capsys.readouterr().err
