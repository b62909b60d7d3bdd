from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.clinical.spine_column import cut_column, find_column
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.data.manifest import DataError
from training.stacked_ensemble.augmentation import augmented
from training.stacked_ensemble.data import Strips, read_data
from training.stacked_ensemble.outliers import NAMES, fit_limits, statistics
from training.stacked_ensemble.settings import PRESETS, Settings

pytestmark = pytest.mark.training
MakeData = Callable[..., Path]


def test_a_strip_is_cut_from_what_the_desktop_sees(make_data: MakeData) -> None:
    path = make_data(3) / "1_0.png"
    strip = Strips(denoise=False)(read_radiograph(path))
    square = square_tensor(read_radiograph(path), 256)[..., 0]
    assert np.array_equal(strip, cut_column(square, find_column(square), (256, 128)))
    noisier = np.abs(np.diff(strip.astype(int), axis=1)).mean()
    quiet = Strips(denoise=True)(read_radiograph(path))
    assert np.abs(np.diff(quiet.astype(int), axis=1)).mean() < noisier


def test_persons_stay_whole_and_the_study_draws_70_10_20(make_data: MakeData, small: Settings) -> None:
    data = read_data(make_data(10, 3), replace(small, split="70/10/20"))
    people = {part: set(data.people(places)) for part, places in data.parts.items()}
    assert {part: len(names) for part, names in people.items()} == {"train": 7, "tune": 1, "test": 2}
    assert sum(map(len, people.values())) == len(set.union(*people.values()))


def test_folds_answer_each_training_picture_once_and_nobody_twice(
    make_data: MakeData, small: Settings
) -> None:
    data = read_data(make_data(10, 3), replace(small, split="70/10/20"))
    folds = data.folds(3, seed=1)
    assert sorted(np.concatenate([held for _, held in folds])) == sorted(data.parts["train"])
    for fit, held in folds:
        assert not set(data.people(fit)) & set(data.people(held))


def test_too_few_of_a_class_are_one_sentence(make_data: MakeData, small: Settings) -> None:
    data = read_data(make_data(30), small)
    with pytest.raises(DataError, match=r"12 folds need 12 .* one has 6"):
        data.folds(12, seed=1)


def test_a_class_comes_from_the_t_score_where_none_is_stated(make_data: MakeData, small: Settings) -> None:
    folder = make_data(24)
    stated = read_data(folder, small)
    lines = (folder / "manifest.csv").read_text().splitlines()
    for category in ("osteoporosis", "osteopenia", "normal"):
        lines = [line.replace(f",{category},", ",,") for line in lines]
    lines[1] = ",".join([*lines[1].split(",")[:6], "", *lines[1].split(",")[7:]])
    (folder / "manifest.csv").write_text("\n".join(lines))
    found = read_data(folder, small)
    assert found.left_out == {"no class and no T-score": 1}
    assert np.array_equal(found.classes, stated.classes[1:])


def test_an_outlier_is_not_learned_from_and_still_judged(make_data: MakeData, small: Settings) -> None:
    folder = make_data(30)
    white = np.full((96, 80), 255, np.uint8)
    white[0, 0] = 0
    for person in (0, 12):  # in train and in calibrate
        Image.fromarray(white).save(folder / f"{person}_0.png")
    data = read_data(folder, small)
    assert sum(data.left_out.values()) == 1
    assert next(iter(data.left_out)).startswith("outlier by ")
    assert "p0" not in data.people(data.parts["train"])
    assert "p12" in data.people(data.parts["calibrate"])
    assert data.outliers == {"tune": 0, "calibrate": 1, "test": 0}


def test_limits_know_what_is_usual() -> None:
    random = np.random.default_rng(1)
    strips = random.normal(90, 25, (40, 64, 32)).clip(0, 255).astype(np.uint8)
    strips[:, :, 8:24] = (strips[:, :, 8:24] + 60).clip(0, 255)
    limits = fit_limits(statistics(strips))
    assert limits.reasons(statistics(strips)) == [None] * 40
    white = np.full((1, 64, 32), 255, np.uint8)
    assert limits.reasons(statistics(white)) == ["outlier by white"]
    assert limits.median[NAMES.index("contrast")] == pytest.approx(60, abs=5)


def test_changed_strips_are_strips_and_the_one_given_stays() -> None:
    strip = np.random.default_rng(1).integers(0, 256, (64, 32)).astype(np.uint8)
    before = strip.copy()
    seen = [augmented(strip, np.random.default_rng(k)) for k in range(20)]
    assert all(each.shape == strip.shape and each.dtype == np.uint8 for each in seen)
    assert len({each.tobytes() for each in seen}) == 20
    assert np.array_equal(strip, before)


def test_the_published_protocol_is_as_printed() -> None:
    paper = PRESETS["paper"]
    assert paper.split == "70/10/20"
    assert not paper.forest.hand_made
    assert paper.trials > 0
    assert paper.denoise
    assert paper.folds > 1
    assert all(each.dropout > 0 and each.l2 > 0 for each in paper.members.values())
