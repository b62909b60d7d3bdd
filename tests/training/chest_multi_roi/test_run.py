"""Whole runs on tiny figures: both stages, going on after a kill, and one sentence where it cannot be."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from desktop.clinical.chest import LANDMARKS, REGIONS, regions_of
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.readers import read_radiograph
from desktop.imaging.regions import region_tensor
from training.chest_multi_roi.__main__ import main
from training.chest_multi_roi.bmd_data import published_parts, read_bmd_data
from training.chest_multi_roi.bmd_stage import make_bmd
from training.chest_multi_roi.landmark_stage import LandmarkTask, landmarks_of, make_landmarks
from training.chest_multi_roi.settings import Settings
from training.data import pictures
from training.data.manifest import DataError, read_manifest

pytestmark = pytest.mark.training
MakeData = Callable[..., Path]


def _json(path: Path) -> dict:
    return json.loads(path.read_text())


def _longer(settings: Settings, epochs: int, rate: float) -> Settings:
    """The same with other lengths and rates."""
    landmarks, bmd = (
        replace(each, course=replace(each.course, epochs=epochs, learning_rate=rate))
        for each in (settings.landmarks, settings.bmd)
    )
    return replace(settings, landmarks=landmarks, bmd=bmd)


def test_smoke_leaves_two_whole_stages(tmp_path: Path, make_data: MakeData) -> None:
    data, run = make_data(exclude={0: "vertebroplasty"}), tmp_path / "run"
    assert main(["--data", str(data), "--preset", "smoke", "--out", str(run)]) == 0
    for stage in ("landmarks", "bmd"):
        config = _json(run / stage / "config.json")
        assert config["pictures"] == {"train": 14, "tune": 3, "calibrate": 3, "test": 3}
        assert config["left_out"] == {"vertebroplasty": 1}
        assert len((run / stage / "curves.csv").read_text().splitlines()) == 3
        assert set(_json(run / stage / "metrics.json")) == {"tune", "calibrate", "test"}
    assert len((run / "bmd" / "as_cut" / "curves.csv").read_text().splitlines()) == 2
    test = _json(run / "landmarks" / "metrics.json")["test"]
    assert set(test) == {"all", *LANDMARKS}
    assert 0 < test["all"]["mean_mm"] < test["all"]["p95_mm"]
    assert set(_json(run / "bmd" / "metrics.json")["test"]) == {"L1", "L2", "L3", "L4", "mean"}
    with (run / "bmd" / "predictions_test.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["person"] for row in rows] == ["p21", "p22", "p23"]
    assert all(0.3 < float(row["predicted_l3_g_cm2"]) < 1.5 for row in rows)
    assert "person_l1_g_cm2" not in rows[0]  # the manifest tells neither age nor sex


def test_it_learns_landmarks_and_bmd(
    tmp_path: Path, make_data: MakeData, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "CHUNK", 64)  # read in this process
    data, run = make_data(60), tmp_path / "run"
    settings = _longer(small, 20, 1e-2)
    make_landmarks(settings, data, run)
    landmarks = _json(run / "landmarks" / "metrics.json")["test"]["all"]
    assert landmarks["mean_percent"] < 3.5  # the mean shape: 5
    make_bmd(settings, data, run)
    rows = []
    for part in ("tune", "calibrate", "test"):
        with (run / "bmd" / f"predictions_{part}.csv").open(newline="") as stream:
            rows += list(csv.DictReader(stream))
    true, found = ([float(row[f"{kind}_l2_g_cm2"]) for row in rows] for kind in ("true", "predicted"))
    assert np.corrcoef(true, found)[0, 1] > 0.7


def test_age_and_size_stand_beside_and_join(
    tmp_path: Path, make_data: MakeData, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "CHUNK", 64)  # read in this process
    data, run = make_data(60), tmp_path / "run"
    with (data / "manifest.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    random = np.random.default_rng(1)
    for row in rows:  # here weight tells all
        weight_kg = f"{100 * float(row['bmd_l2_g_cm2']):.3f}"
        age, height = random.integers(50, 80), random.integers(150, 190)
        row |= {"sex": "F", "age_years": str(age), "weight_kg": weight_kg, "height_cm": str(height)}
    with (data / "manifest.csv").open("w", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)
    make_landmarks(small, data, run)
    make_bmd(small, data, run)
    with (run / "bmd" / "predictions_test.csv").open(newline="") as stream:
        found = list(csv.DictReader(stream))
    for row in found:
        assert float(row["person_l2_g_cm2"]) == pytest.approx(float(row["true_l2_g_cm2"]), abs=0.01)
        assert float(row["joined_l2_g_cm2"]) > 0


def test_a_killed_run_ends_like_a_whole_one(
    tmp_path: Path, make_data: MakeData, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, whole, killed = make_data(), tmp_path / "whole", tmp_path / "killed"
    settings = _longer(small, 4, 2e-3)
    make_landmarks(settings, data, whole)
    judged = LandmarkTask.watched
    calls = []

    def watched(task: LandmarkTask) -> float:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return judged(task)

    monkeypatch.setattr(LandmarkTask, "watched", watched)
    with pytest.raises(KeyboardInterrupt):
        make_landmarks(settings, data, killed)
    assert not (killed / "landmarks" / "metrics.json").exists()
    make_landmarks(settings, data, killed)
    assert len(calls) == 5
    first, second = (
        torch.load(run / "landmarks" / "network.pt", weights_only=True) for run in (whole, killed)
    )
    assert all(torch.allclose(first[name], second[name], atol=1e-5) for name in first)


def test_training_cuts_what_the_desktop_cuts_bit_for_bit(
    tmp_path: Path, make_data: MakeData, small: Settings
) -> None:
    data, run = make_data(), tmp_path / "run"
    make_landmarks(small, data, run)
    kept = read_bmd_data(data, small, run)
    found = landmarks_of(read_manifest(data / "manifest.csv"), data, run)
    for row, landmarks, crops in zip(kept.rows, found, kept.crops, strict=True):
        grey = shown_grey(read_radiograph(data / row.file))
        assert np.array_equal(crops, region_tensor(grey, regions_of(landmarks), small.bmd.size_px))


def _with_maps(data: Path) -> list[np.ndarray]:
    """Let the manifest name a quarter-size map of each picture but the first, its own grey."""
    with (data / "manifest.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    maps = []
    for k, row in enumerate(rows):
        grey = np.asarray(Image.open(data / row["file"]))
        maps.append(cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA))
        row["mineral_file"] = f"map_{k}.png" if k else ""
        Image.fromarray(maps[-1]).save(data / f"map_{k}.png")
    with (data / "manifest.csv").open("w", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)
    return maps


def test_mineral_maps_are_cut_where_the_regions_are(
    tmp_path: Path, make_data: MakeData, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "CHUNK", 64)  # read in this process
    data = make_data()
    _with_maps(data)
    make_landmarks(small, data, tmp_path)
    kept = read_bmd_data(data, replace(small, bmd=replace(small.bmd, size_px=64)), tmp_path)
    assert kept.known.tolist() == [False] + [True] * (len(kept.rows) - 1)
    chest = REGIONS.index("chest")  # larger than a pixel of the map, so that both show the same
    for crops, mineral in zip(kept.crops[1:, chest], kept.mineral[1:, chest], strict=True):
        coarse = cv2.resize(crops, mineral.shape, interpolation=cv2.INTER_AREA)
        assert np.corrcoef(coarse.ravel(), mineral.ravel())[0, 1] > 0.9
    make_bmd(small, data, tmp_path)
    assert set(_json(tmp_path / "bmd" / "metrics.json")) == {"tune", "calibrate", "test"}


def test_a_map_that_is_missing_is_one_sentence(tmp_path: Path, make_data: MakeData, small: Settings) -> None:
    data = make_data()
    _with_maps(data)
    (data / "map_3.png").unlink()
    make_landmarks(small, data, tmp_path)
    with pytest.raises(DataError, match="map_3.png is no picture of mineral"):
        make_bmd(small, data, tmp_path)


def test_landmarks_start_from_another_run(tmp_path: Path, make_data: MakeData, small: Settings) -> None:
    data, first, second = make_data(), tmp_path / "first", tmp_path / "second"
    make_landmarks(small, data, first)
    still = _longer(small, 1, 1e-9)
    make_landmarks(still, data, second, first)
    before, after = (
        torch.load(run / "landmarks" / "network.pt", weights_only=True)["edges"] for run in (first, second)
    )
    assert torch.allclose(before, after, atol=1e-6)
    assert _json(second / "landmarks" / "config.json")["start"] == str(first.resolve())
    other = replace(small, landmarks=replace(small.landmarks, method="heatmap"))
    with pytest.raises(DataError, match="landmarks of another form"):
        make_landmarks(other, data, tmp_path / "third", first)


def test_patience_keeps_the_best_epoch(tmp_path: Path, make_data: MakeData, small: Settings) -> None:
    course = replace(small.landmarks.course, epochs=60, patience=2, learning_rate=0.05, cosine=False)
    settings = replace(small, landmarks=replace(small.landmarks, course=course))
    make_landmarks(settings, make_data(), tmp_path)
    with (tmp_path / "landmarks" / "curves.csv").open(newline="") as stream:
        watched = [float(row["watched"]) for row in csv.DictReader(stream)]
    assert len(watched) < 60
    assert int(np.argmin(watched)) == len(watched) - 3
    tune = _json(tmp_path / "landmarks" / "metrics.json")["tune"]["all"]
    assert tune["mean_percent"] == pytest.approx(100 * min(watched), rel=1e-3)


def test_half_precision_stays_near_the_whole_one(tmp_path: Path, make_data: MakeData) -> None:
    data, found = make_data(), []
    for precision in ("float32", "mixed_bfloat16"):
        run = tmp_path / precision
        command = ["--data", str(data), "--preset", "smoke", "--stage", "landmarks", "--out", str(run)]
        assert main([*command, "--precision", precision]) == 0
        weights = torch.load(run / "landmarks" / "network.pt", weights_only=True)
        assert {each.dtype for each in weights.values()} <= {torch.float32, torch.int64}
        found.append(_json(run / "landmarks" / "metrics.json")["test"]["all"]["mean_percent"])
    assert found[0] != found[1]
    assert found[0] == pytest.approx(found[1], rel=0.1)


def test_another_run_in_the_folder_is_refused(tmp_path: Path, make_data: MakeData, small: Settings) -> None:
    data = make_data()
    make_landmarks(small, data, tmp_path)
    before = (tmp_path / "landmarks" / "network.pt").stat().st_mtime_ns
    make_landmarks(small, data, tmp_path)
    assert (tmp_path / "landmarks" / "network.pt").stat().st_mtime_ns == before
    with pytest.raises(DataError, match="holds a run of other settings or data"):
        make_landmarks(_longer(small, 9, 1e-3), data, tmp_path)


def test_bmd_without_landmarks_is_one_sentence(
    tmp_path: Path, make_data: MakeData, capsys: pytest.CaptureFixture[str]
) -> None:
    run, data = str(tmp_path / "run"), str(make_data())
    assert main(["--data", data, "--preset", "smoke", "--out", run, "--stage", "bmd"]) == 2
    assert "has no finished landmarks" in capsys.readouterr().err


@pytest.mark.parametrize(("pictures", "expected"), [(1681, (1087, 265, 329)), (5000, (1087, 265, 3648))])
def test_the_published_parts_keep_their_sizes_and_persons(
    make_data: MakeData, pictures: int, expected: tuple[int, ...]
) -> None:
    folder = make_data()
    first = read_manifest(folder / "manifest.csv")[0]
    rows = [replace(first, person=f"p{k // 2}", split=None) for k in range(pictures)]
    parts = published_parts(rows, folder)
    assert [len(places) for places in parts.values()] == pytest.approx(expected, abs=2)
    people = [{rows[k].person for k in places} for places in parts.values()]
    assert len(set().union(*people)) == sum(map(len, people)) == (pictures + 1) // 2
    few = published_parts(rows[:168], folder)
    assert [len(places) for places in few.values()] == pytest.approx([108, 27, 33], abs=2)


def test_ten_times_the_published_parts_hold_the_published_ones(make_data: MakeData) -> None:
    folder = make_data()
    first = read_manifest(folder / "manifest.csv")[0]
    rows = [replace(first, person=f"p{k % 3000}", split=None) for k in range(16_820)]
    tenfold, published = published_parts(rows, folder, times=10), published_parts(rows[:5000], folder)
    assert [len(places) for places in tenfold.values()] == pytest.approx([10_870, 2650, 3300], abs=6)
    people = {
        name: {rows[k].person for k in parts[name]}
        for parts, name in ((tenfold, "test"), (published, "train"), (published, "tune"))
    }
    assert not people["test"] & (people["train"] | people["tune"])
