from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest

from training.data.manifest import DataError
from training.stacked_ensemble import choices_study, real_folds
from training.stacked_ensemble.loop import Learner, answered
from training.stacked_ensemble.page import page
from training.stacked_ensemble.real_folds import RealFolds, study_folds
from training.stacked_ensemble.real_screens import judge_real_screens, read_screens
from training.stacked_ensemble.run_files import read_ensemble, read_run
from training.stacked_ensemble.settings import Settings
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
    for told in ("that of CNN |", "that of VGG16 |", "Level 1's ridge", "Where the forest finds it"):
        assert told in text


@pytest.fixture
def real(tmp_path: Path, finished: Finished) -> Path:
    """A folder of screens with an index, five of each class."""
    folder = tmp_path / "real" / "dxa_spine"
    folder.mkdir(parents=True)
    with (finished[0] / "manifest.csv").open(newline="") as stream, (folder / "index.csv").open("w") as index:
        index.write("file,label\n")
        for row in list(csv.DictReader(stream))[:15]:
            index.write(f"{row['file']},{row['class']}\n")
            (folder / row["file"]).symlink_to(finished[0] / row["file"])
    return folder


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two folds of one epoch, tuned in one way."""
    monkeypatch.setattr(real_folds, "FOLDS", 2)
    monkeypatch.setattr(real_folds, "EPOCHS", 1)
    monkeypatch.setattr(real_folds, "WAYS", {"all weights": True})


def test_real_screens_are_judged_and_nothing_is_fitted(real: Path, finished: Finished) -> None:
    found = judge_real_screens(read_ensemble(finished[1]), read_screens(real, denoise=False))
    assert found.pictures == {"normal": 5, "osteopenia": 5, "osteoporosis": 5}
    assert set(found.against_normal) == {"cnn", "vgg16", "resnet_forest", "stack"}
    assert all(0 <= each.value <= 1 for each in found.against_others.values())


def test_the_study_tunes_on_real_screens_and_tells_both(
    tmp_path: Path, runs: Path, real: Path, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(real.parent))
    run = tmp_path / "copy" / "edge"
    shutil.copytree(runs / "edge", run)
    assert main(["--runs", str(run.parent), "--out", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "stacked_ensemble.md").read_text()
    assert "of which nothing was learned" in text
    assert "A study that ships nothing" in text
    assert "| as it came |" in text
    folds = msgspec.json.decode((run / "real_folds.json").read_bytes(), type=RealFolds)
    assert set(folds.gains["all weights"]) == {"cnn", "vgg16", "resnet_forest", "stack"}


def test_each_picture_is_answered_by_what_never_saw_it(
    real: Path, finished: Finished, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensemble, screens = read_ensemble(finished[1]), read_screens(real, denoise=False)
    network = ensemble.networks["cnn"]
    before = network.get_weights()
    learned = []
    monkeypatch.setattr(
        real_folds._Tuning, "_tune", lambda self, network, fit: learned.append(set(fit.tolist()))
    )
    found = study_folds(ensemble, screens, read_run(finished[1]).settings.forest)
    everybody = set(range(15))
    folds = learned[: real_folds.FOLDS]
    assert sorted(k for fold in folds for k in everybody - fold) == sorted(everybody)
    assert all(np.array_equal(old, new) for old, new in zip(before, network.get_weights(), strict=True))
    as_it_came = judge_real_screens(ensemble, screens).against_normal["cnn"]
    assert found.tuned["all weights"].against_normal["cnn"] == as_it_came  # nothing was tuned
    assert found.gains["all weights"]["cnn"].value == 0


def test_too_few_real_screens_are_one_sentence(real: Path, finished: Finished) -> None:
    few = read_screens(real, denoise=False)
    few = replace(few, strips=few.strips[:9], classes=few.classes[:9])
    with pytest.raises(DataError, match="5 folds need 5 real screens of each class"):
        study_folds(read_ensemble(finished[1]), few, read_run(finished[1]).settings.forest)


def test_tuning_lowers_the_loss_on_what_it_learns(real: Path, finished: Finished) -> None:
    network = read_ensemble(finished[1]).networks["cnn"]
    screens = read_screens(real, denoise=False)
    fit = np.arange(15)
    asked = keras.Model(network.input, network.output["probabilities"])

    def loss() -> float:
        told = answered(asked, screens.strips, fit)
        return float(-np.log(told[fit, screens.classes]).mean())

    before = loss()
    tuning = real_folds._Tuning(screens, [(fit, fit)], read_run(finished[1]).settings.forest, 1, True)
    tuning._tune(network, fit)
    assert loss() < before


def test_short_trials_are_told_with_and_without_real_screens(
    tmp_path: Path, real: Path, finished: Finished, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(choices_study.PRESETS, "smoke", small)
    monkeypatch.setattr(choices_study, "MEMBERS", ("cnn",))
    words = ["--data", str(finished[0]), "--out", str(tmp_path), "--runs", str(tmp_path / "tried")]
    words += ["--preset", "smoke", "--trials", "1", "--searched", "18", "--denoised", "30"]
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(real.parent))
    assert choices_study.main(words) == 0
    told = (tmp_path / "stacked_ensemble_choices.md").read_text().splitlines()
    asked = small.members["cnn"]
    own, drawn, of_all, chosen = [line.split(" | ") for line in told if line.startswith("| CNN |")]
    (marked,) = [cells for cells in (own, drawn) if "yes" in cells[-1]]
    assert marked == min((own, drawn), key=lambda cells: float(cells[4]))
    assert (of_all[1:4], chosen[1:4]) == (own[1:4], marked[1:4])
    assert own[1:4] == [f"{asked.learning_rate:.2g}", str(asked.batch), str(asked.epochs)]
    assert drawn[1:4] != own[1:4]
    assert "(" in own[5]
    assert any(line.startswith("| gained by denoising |") for line in told)


def test_without_real_screens_their_column_is_empty(
    tmp_path: Path, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path / "none"))
    drawn = choices_study._on_real(Learner(small.members["cnn"], small), denoise=False)
    assert np.isnan(drawn).all()


def test_no_run_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "has no finished run" in capsys.readouterr().err
