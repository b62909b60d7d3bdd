"""Whole runs on tiny figures: every stage, going on after a kill, and one sentence where it cannot be."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from desktop.clinical.lumbar_lateral import REGION, region_of
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.readers import read_radiograph
from desktop.imaging.regions import region_tensor
from training.data.manifest import DataError, read_manifest
from training.lumbar_xray import corner_stage, crop_data
from training.lumbar_xray.__main__ import main
from training.lumbar_xray.corner_stage import CornerTask, make_corners
from training.lumbar_xray.crop_data import PUBLISHED_COUNTS, part_places, read_crop_data, with_found_corners
from training.lumbar_xray.settings import Settings
from training.runs.folder import file_sha256

pytestmark = pytest.mark.training
MakeData = Callable[..., Path]
Longer = Callable[[int, float], Settings]


def _json(path: Path) -> dict:
    return json.loads(path.read_text())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("all_are_found")
def test_smoke_leaves_every_stage_whole(tmp_path: Path, make_data: MakeData) -> None:
    data, run = make_data(25, exclude={0: "vertebroplasty"}), tmp_path / "run"
    assert main(["--data", str(data), "--preset", "smoke", "--out", str(run)]) == 0
    assert _json(run / "corners" / "config.json")["left_out"] == {"vertebroplasty": 1}
    judged = _json(run / "corners" / "metrics.json")["test"]
    assert list(judged["corners"]) == ["all", "T12", "L1", "L2", "L3", "L4", "L5", "S1"]
    assert 0 < judged["corners"]["all"]["mean_mm"] < judged["corners"]["all"]["p95_mm"]
    assert judged["labels"]["vertebrae"] == 28
    pretraining = run / "pretraining" / "vgg16"
    assert _json(pretraining / "metrics.json")["test"]["mae_g_cm2"] > 0
    assert (pretraining / "SHA256SUMS").read_text().endswith("  encoder.weights.h5\n")
    place = run / "classes_2" / "vgg16"
    assert _json(place / "config.json")["pictures"] == {"train": 12, "tune": 4, "calibrate": 4, "test": 4}
    assert [row["person"] for row in _rows(place / "predictions_test.csv")] == ["p21", "p22", "p23", "p24"]
    told = _rows(place / "predictions_test.csv")[0]
    assert float(told["p_other"]) + float(told["p_osteoporosis"]) == pytest.approx(1.0, abs=1e-5)
    assert np.array(_json(place / "metrics.json")["test"]["confusion"]).sum() == 4
    _three_classes_from_a_file_of_weights(data, run)


def _three_classes_from_a_file_of_weights(data: Path, run: Path) -> None:
    weights = run / "pretraining" / "vgg16" / "encoder.weights.h5"
    given = ["--data", str(data), "--preset", "smoke", "--out", str(run), "--stage", "classes"]
    assert main([*given, "--classes", "3", "--weights", str(weights)]) == 0
    place = run / "classes_3" / "vgg16"
    told = _rows(place / "predictions_tune.csv")[0]
    assert [name for name in told if name.startswith("p_")] == ["p_normal", "p_osteopenia", "p_osteoporosis"]
    summed = (weights.parent / "SHA256SUMS").read_text().split()[0]
    assert _json(place / "config.json")["told"]["weights_sha256"] == summed
    answer = keras.models.load_model(place / "model.keras").predict_on_batch(np.zeros((1, 32, 32, 1)))
    assert answer["logits"].shape == (1, 3)


def mirrored_alone(
    picture: np.ndarray, points: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The one change that so small a network takes in from so few pictures."""
    return (picture, points) if random.random() < 0.5 else (picture[:, ::-1], points * (-1, 1) + (1, 0))


def test_it_learns_the_corners(
    tmp_path: Path, make_data: MakeData, longer: Longer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corner_stage, "changed", mirrored_alone)
    make_corners(longer(12, 2e-2), make_data(60), tmp_path)
    found = _json(tmp_path / "corners" / "metrics.json")["test"]
    assert found["corners"]["all"]["mean_percent"] < 3.0  # one body and disc: 12
    assert found["labels"]["right"] > 0.8 * found["labels"]["vertebrae"]


def test_a_killed_run_ends_like_a_whole_one(
    tmp_path: Path, make_data: MakeData, longer: Longer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, whole, killed = make_data(), tmp_path / "whole", tmp_path / "killed"
    settings = longer(4, 2e-3)
    make_corners(settings, data, whole)
    judged = CornerTask.watched
    calls = []

    def watched(task: CornerTask) -> float:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return judged(task)

    monkeypatch.setattr(CornerTask, "watched", watched)
    with pytest.raises(KeyboardInterrupt):
        make_corners(settings, data, killed)
    assert not (killed / "corners" / "metrics.json").exists()
    make_corners(settings, data, killed)
    assert len(calls) == 5
    first, second = (
        keras.models.load_model(run / "corners" / "model.keras").get_weights() for run in (whole, killed)
    )
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(first, second, strict=True))


def test_patience_keeps_the_best_epoch(tmp_path: Path, make_data: MakeData, small: Settings) -> None:
    course = replace(small.corners.course, epochs=60, patience=2, learning_rate=0.2, cosine=False)
    make_corners(replace(small, corners=replace(small.corners, course=course)), make_data(), tmp_path)
    watched = [float(row["watched"]) for row in _rows(tmp_path / "corners" / "curves.csv")]
    assert len(watched) < 60
    assert int(np.argmin(watched)) == len(watched) - 3
    tune = _json(tmp_path / "corners" / "metrics.json")["tune"]["corners"]["all"]
    assert tune["mean_percent"] == pytest.approx(100 * min(watched), rel=1e-3)


def test_corners_begin_with_another_runs_and_take_the_shape_of_their_own_pictures(
    tmp_path: Path, make_data: MakeData, longer: Longer
) -> None:
    data, before, after = make_data(), tmp_path / "before", tmp_path / "after"
    make_corners(longer(3, 2e-2), data, before)
    make_corners(longer(1, 1e-9), data, after, before)
    first, second = (
        keras.models.load_model(run / "corners" / "model.keras").trainable_weights for run in (before, after)
    )
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(first, second, strict=True))
    told = _json(after / "corners" / "config.json")["told"]
    assert told["start_sha256"] == file_sha256(before / "corners" / "model.keras")
    with pytest.raises(DataError, match="other settings"):
        make_corners(longer(1, 1e-9), data, after)


def test_corners_begin_with_no_other_preset_and_no_unfinished_run(
    tmp_path: Path, make_data: MakeData, small: Settings
) -> None:
    data = make_data()
    with pytest.raises(DataError, match="has no finished corner network"):
        make_corners(small, data, tmp_path / "run", tmp_path)
    make_corners(small, data, tmp_path / "narrow")
    wider = replace(small, corners=replace(small.corners, widths=(8, 8, 8)))
    with pytest.raises(DataError, match="of the same preset"):
        make_corners(wider, data, tmp_path / "wider", tmp_path / "narrow")


@pytest.mark.usefixtures("all_are_found")
def test_training_cuts_what_the_desktop_cuts_bit_for_bit(
    tmp_path: Path, make_data: MakeData, small: Settings
) -> None:
    data = make_data()
    make_corners(small, data, tmp_path)
    kept = read_crop_data(data, tmp_path, 32, None)
    found = with_found_corners(read_manifest(data / "manifest.csv"), data, tmp_path)
    assert len(kept.rows) == len(found) == 24
    for row, crop in zip(found, kept.crops, strict=True):
        grey = shown_grey(read_radiograph(data / row.file))
        assert np.array_equal(crop, region_tensor(grey, {REGION: region_of(row.points)}, 32)[0])


def test_rows_whose_vertebrae_are_not_found_are_left_out_and_counted(
    tmp_path: Path, make_data: MakeData, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_data()
    make_corners(small, data, tmp_path)
    real = crop_data.placed

    def placed(*given: object) -> object:
        found = real(*given)
        shown = np.ones_like(found.shown)
        shown[3, 1] = False  # L1
        shown[4, 6] = False  # S1, which the crop does not need
        return replace(found, shown=shown)

    monkeypatch.setattr(crop_data, "placed", placed)
    kept = read_crop_data(data, tmp_path, 32, None)
    assert kept.left_out == {"L1 to L3 not found": 1}
    assert [row.person for row in kept.rows[:5]] == ["p0", "p1", "p2", "p4", "p5"]


@pytest.mark.usefixtures("all_are_found")
def test_the_published_parts_have_the_published_counts(
    tmp_path: Path, make_data: MakeData, small: Settings
) -> None:
    data = make_data()
    make_corners(small, data, tmp_path)
    kept = read_crop_data(data, tmp_path, 32, None)
    many = replace(
        kept,
        rows=tuple(replace(row, person=f"{k}") for k in range(20) for row in kept.rows),
        classes=np.tile(kept.classes, 20),
        parts={
            name: np.concatenate([places + 24 * k for k in range(20)]) for name, places in kept.parts.items()
        },
    )
    with pytest.raises(DataError, match="has 1 persons with osteoporosis"):
        part_places(
            replace(many, rows=tuple(replace(row, person="one") for row in many.rows)), "published", 1
        )
    people = tuple(replace(row, person=f"{k}") for k, row in enumerate(many.rows))
    parts = part_places(replace(many, rows=people), "published", 1)
    counts = {
        name: (int((many.classes[places] == 2).sum()), int((many.classes[places] < 2).sum()))
        for name, places in parts.items()
    }
    assert counts == PUBLISHED_COUNTS
    assert all(set(places) <= set(many.parts[name]) for name, places in parts.items())
    other = part_places(replace(many, rows=people), "published", 2)
    assert set(other["train"]) != set(parts["train"])


def test_another_run_in_the_folder_is_refused(
    tmp_path: Path, make_data: MakeData, small: Settings, longer: Longer
) -> None:
    data = make_data()
    make_corners(small, data, tmp_path)
    before = (tmp_path / "corners" / "model.keras").stat().st_mtime_ns
    make_corners(small, data, tmp_path)
    assert (tmp_path / "corners" / "model.keras").stat().st_mtime_ns == before
    with pytest.raises(DataError, match="holds a run of other settings or data"):
        make_corners(longer(9, 1e-3), data, tmp_path)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--stage", "classes"], "has no finished corner network"),
        (["--weights", "w.h5", "--backbone", "vgg16", "vgg19"], "holds one backbone's weights"),
        (["--start", "w.h5", "--backbone", "vgg16", "vgg19"], "--start holds one backbone's weights"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    tmp_path: Path, make_data: MakeData, capsys: pytest.CaptureFixture[str], more: list[str], sentence: str
) -> None:
    run = str(tmp_path / "run")
    assert main(["--data", str(make_data()), "--preset", "smoke", "--out", run, *more]) == 2
    assert sentence in capsys.readouterr().err
