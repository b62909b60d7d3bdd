"""The study's page and figures come from run folders alone, and say whose figures stand in them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from tests.spine_figures import write_data
from training.data.manifest import CATEGORIES
from training.lumbar_xray.cohort import comparison, enrolment, person_probabilities
from training.lumbar_xray.figures import roc
from training.lumbar_xray.metrics import scores
from training.lumbar_xray.page import ensemble
from training.lumbar_xray.run_files import Configuration, Predictions, Told, scores_of
from training.lumbar_xray.settings import BACKBONES, PRESETS
from training.lumbar_xray.study import _wanted, main, read_study
from training.runs.curves import Epoch, write_curves

pytestmark = pytest.mark.training
PARTS = {"train": 60, "tune": 12, "calibrate": 12, "test": 40}
LEFT_OUT = {"vertebroplasty": 4, "pedicle screws": 2, "no class": 3, "L1 to L3 not found": 1}


def person(k: int) -> Told:
    category = CATEGORIES[k % 3]
    weight = 60.0 + 5 * (k % 7) - 6 * (k % 3)
    return Told(
        f"{k}.dcm", f"p{k}", "FM"[k % 2], 60.0 + k % 20, weight, 165.0, -1.2 * (k % 3) - 0.01 * k, category
    )


def write_run(folder: Path, classes: int, seed: int) -> None:
    """A finished classifier's folder, its answers drawn around the truth."""
    folder.mkdir(parents=True)
    random, figures, first = np.random.default_rng(seed), {}, 0
    names = ("other", "osteoporosis") if classes == 2 else CATEGORIES
    for part, count in PARTS.items():
        people = [person(k) for k in range(first, first + count)]
        true = np.array([CATEGORIES.index(each.category) for each in people])
        true = true if classes == 3 else (true == 2).astype(int)
        found = random.dirichlet(np.ones(classes), count) + np.eye(classes)[true]
        found /= found.sum(axis=1, keepdims=True)
        figures[part] = scores(true, found, [each.person for each in people])
        with (folder / f"predictions_{part}.csv").open("w", newline="") as stream:
            lines = csv.writer(stream)
            lines.writerow([*msgspec.to_builtins(people[0]), *(f"p_{name}" for name in names)])
            for each, line in zip(people, found, strict=True):
                lines.writerow([*msgspec.to_builtins(each).values(), *line])
        first += count
    config = Configuration({}, "phantom", sum(PARTS.values()), PARTS, PARTS, LEFT_OUT)
    (folder / "config.json").write_bytes(msgspec.json.encode(config))
    (folder / "metrics.json").write_bytes(msgspec.json.encode(figures))
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(folder / "examples.png")
    for name in ("head", "fine"):
        (folder / name).mkdir()
        write_curves(
            (Epoch(1, 0.7, 0.6, 1e-3, 2.0), Epoch(2, 0.5, 0.55, 1e-3, 2.0)), folder / name / "curves.csv"
        )


def write_pretraining(folder: Path) -> None:
    """A backbone's pre-training that stopped after 2 of 12 epochs."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(msgspec.json.encode({"told": {"course": {"epochs": 12}}}))
    (folder / "metrics.json").write_bytes(
        msgspec.json.encode({"tune": {"mae_g_cm2": 0.12}, "test": {"mae_g_cm2": 0.1304}})
    )
    write_curves((Epoch(1, 0.7, 0.13, 1e-3, 2.0), Epoch(2, 0.5, 0.12, 1e-3, 2.0)), folder / "curves.csv")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    for number, backbone in enumerate(BACKBONES):
        write_run(folder / "classes_2" / backbone, 2, number)
        write_run(folder / "classes_3" / backbone, 3, number)
    for seed in (1, 2, 3):
        write_run(folder / "published_frozen" / "vgg16" / f"seed_{seed:02d}", 2, seed)
    write_pretraining(folder / "pretraining" / "xception")
    return folder


def test_the_page_is_drawn_from_run_folders_alone(tmp_path: Path, runs: Path) -> None:
    out = tmp_path / "results"
    assert main(["--runs", str(runs), "--out", str(out), "--draw-only"]) == 0
    drawn = sorted(path.stem for path in (out / "lumbar_xray").iterdir())
    assert drawn == ["confusion", "confusion_three", "crops", "curves", "enrolment", "roc"]
    text = (out / "lumbar_xray.md").read_text()
    for heading in ("Enrolment", "The two groups", "Two classes", "At the published size", "Three classes"):
        assert f"## {heading}" in text
    assert all(f"lumbar_xray/{name}.png" in text for name in drawn)
    assert "nothing about patients" in text
    assert "not from ImageNet" in text
    assert "| xception | 2 of 12 | 0.120 | 0.130 |" in text
    published = (
        "| published ResNet50 (another, private data set) | 0.95 | 0.67 | 0.82 | 0.80 | 0.86 | 0.83 | 0.76 |"
    )
    assert published in text
    test = read_study(runs).two["resnet50"].scores["test"]
    assert test.auc is not None
    assert f"{test.auc.value:.3f} ({test.auc.low:.3f} to {test.auc.high:.3f})" in text
    assert "| vgg16, frozen features | 3 | " in text
    tuned = {name: run.scores["tune"].auc.value for name, run in read_study(runs).two.items()}
    best = max(tuned, key=tuned.get)
    assert (
        f"mean probability of these 4; {best} is best on the tuning part" in text.split("## Three classes")[0]
    )
    assert f"| tune | {tuned[best]:.3f} (" in text
    assert "| ours | 134 | 0 | 4 | 3 | 3 | 124 |" in text


def test_the_same_runs_draw_the_same_page(tmp_path: Path, runs: Path) -> None:
    texts = []
    for name in ("first", "second"):
        assert main(["--runs", str(runs), "--out", str(tmp_path / name), "--draw-only"]) == 0
        texts.append((tmp_path / name / "lumbar_xray.md").read_bytes())
    assert texts[0] == texts[1]


def test_no_run_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", str(tmp_path), "--out", str(tmp_path / "out"), "--draw-only"]) == 2
    assert "has no finished run" in capsys.readouterr().err


def test_the_ensemble_is_the_mean_of_the_same_pictures(runs: Path) -> None:
    two = read_study(runs).two
    joint = ensemble(two)
    assert joint is not None
    assert np.allclose(joint.found, np.mean([run.predictions("test").found for run in two.values()], axis=0))
    assert ensemble({"one": two["vgg16"]}) is None
    assert ensemble(two | {"other": read_study(runs).two["vgg16"]}, "tune") is not None


def test_enrolment_counts_each_exclusion_once() -> None:
    left_out = LEFT_OUT | {"more than one year between radiograph and DXA": 5}
    config = Configuration({}, "clinical", 100, PARTS, PARTS, left_out)
    total, excluded, left = enrolment(config)
    assert list(excluded.values()) == [5, 4, 3, 3]
    assert (total, left) == (115, 100)


def test_the_groups_are_compared_as_published() -> None:
    people = [person(k) for k in range(60)]
    lines = {each.name: each for each in comparison(people)}
    assert (lines["pictures"].positive, lines["pictures"].negative) == ("20", "40")
    assert lines["women"].positive == "10 (50 %)"
    weights = [each.weight_kg for each in people if each.has_osteoporosis]
    bmi = np.array(weights) / 1.65**2
    assert lines["BMI, kg/m²"].positive == f"{bmi.mean():.2f} ± {bmi.std(ddof=1):.2f}"
    assert lines["T-score"].p is not None
    assert lines["T-score"].p < 0.001
    alike = comparison([msgspec.structs.replace(each, age_years=70.0) for each in people])
    assert (alike[2].positive, alike[2].p) == ("70.00 ± 0.00", None)
    unknown = comparison([msgspec.structs.replace(each, age_years=None) for each in people])
    assert unknown[2].positive == "-"


def test_age_sex_weight_and_height_alone() -> None:
    people = [person(k) for k in range(90)]
    alone = person_probabilities(people[:60], people[60:])
    assert alone is not None
    thin = np.array([each.weight_kg < 60 for each in people[60:]])
    assert alone[thin].mean() > alone[~thin].mean()
    assert person_probabilities(people[:60], [msgspec.structs.replace(people[0], sex=None)]) is None
    assert person_probabilities([each for each in people if not each.has_osteoporosis], people) is None


def test_the_roc_curve_of_known_scores() -> None:
    false, true = roc(np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1]))
    assert false.tolist() == [0.0, 0.0, 0.5, 0.5, 1.0]
    assert true.tolist() == [0.0, 0.5, 0.5, 1.0, 1.0]


def test_the_area_under_the_drawn_curve_is_the_auc_of_the_table() -> None:
    random = np.random.default_rng(8)
    told = Predictions(tuple(person(k) for k in range(90)), np.round(random.random((90, 2)), 1))
    got = scores(told.classes, told.found, [each.person for each in told.people]).auc
    false, true = roc(told.positive, told.found[:, -1])
    assert got is not None
    assert np.trapezoid(true, false) == pytest.approx(got.value)


def test_what_the_study_trains() -> None:
    wanted = dict(_wanted(PRESETS["edge"].classes, 20, 3))
    assert len(wanted) == 25
    assert wanted["classes_3/vgg16"].classes == 3
    assert wanted["published_frozen/vgg16/seed_20"] == replace(
        PRESETS["edge"].classes, parts="published", fine=None, seed=20
    )
    assert wanted["published_tuned/vgg16/seed_03"].fine is not None


@pytest.mark.usefixtures("all_are_found", "step_by_step")
def test_the_whole_study_of_one_backbone(
    tmp_path: Path, make_data: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    runs, out = tmp_path / "study", tmp_path / "results"
    data, more = make_data(), tmp_path / "more"
    more.mkdir()
    write_data(more, ["train"] * 20 + ["test"] * 8)
    given = ["--data", str(data), "--runs", str(runs), "--out", str(out), "--preset", "smoke"]
    given += ["--backbone", "vgg16", "--seeds", "0", "--tuned-seeds", "0", "--epochs", "2"]
    assert main([*given, "--more-test", str(more), "--one-look", str(data)]) == 0
    text = (out / "lumbar_xray.md").read_text()
    assert "test 4, and 8 more to test,\nof people from whom no network learned." in text
    assert "## Two classes, one look" in text
    _the_added_pictures_count(runs)
    _people_learned_from_test_nothing(tmp_path, runs, given, capsys)
    started = read_study(runs).one_look["vgg16"].folder.parents[1] / "pretraining" / "vgg16" / "config.json"
    sums = (runs / "pretraining" / "vgg16" / "SHA256SUMS").read_text().split()
    assert msgspec.json.decode(started.read_bytes())["told"]["start_sha256"] == sums[0]
    assert "## Vertebra corners\n\nOf 84 vertebrae" in text
    assert "| vgg16 | 2 of 2 | " in text
    assert "grade 1 and more: sensitivity none there" in text
    config = read_study(runs).three["vgg16"].configuration
    assert config.pictures == {"train": 12, "tune": 4, "calibrate": 4, "test": 4}


def _the_added_pictures_count(runs: Path) -> None:
    for run in (read_study(runs).two["vgg16"], read_study(runs).three["vgg16"]):
        told = run.predictions("test")
        assert len(told.people) == run.scores["test"].count == 4 + 8
        assert len(run.own_predictions("test").people) == 4
        assert len(run.predictions("tune").people) == 4
        assert run.scores["test"].auc == scores_of(told).auc


def _people_learned_from_test_nothing(
    tmp_path: Path, runs: Path, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known"
    known.mkdir()
    write_data(known, ["test"] * 3)
    (runs / "classes_2" / "vgg16" / "predictions_more.csv").unlink()
    assert main([*given, "--more-test", str(known)]) == 2
    assert "tests people from whose pictures" in capsys.readouterr().err
