"""The two networks, their layers and what training changes in pictures."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from desktop.clinical.lumbar_lateral import CORNERS
from training.landmarks.data import in_pixels
from training.lumbar_xray import corner_changes
from training.lumbar_xray.class_network import ImageNetScaled, build
from training.lumbar_xray.class_stage import Cases, _features
from training.lumbar_xray.corner_changes import moved, within
from training.lumbar_xray.corner_data import shown_levels
from training.lumbar_xray.corner_judging import labels
from training.lumbar_xray.corner_network import (
    Centres,
    CentresNear,
    ShapeModel,
    asked_both_ways,
    known_error,
    shape_modes,
)
from training.lumbar_xray.crop_changes import changed
from training.lumbar_xray.settings import PRESETS, EncoderSettings

pytestmark = pytest.mark.training


def _points(n: int = 1, step: float = 0.1) -> np.ndarray:
    """Corners of n straight spines, each level a step lower, [n, 39, 2]."""
    down = np.array([0.15 + step * (k // 6) + 0.05 * (k % 6 // 3) for k in range(39)])
    across = np.array([0.45 + 0.05 * (k % 3) for k in range(39)])
    return np.repeat(np.stack([across, down], axis=1)[None], n, axis=0)


def test_asked_both_ways_a_network_forgets_which_side_it_errs_to() -> None:
    """One that finds a bright spot too far to the right says the same of a picture and its mirror image."""
    image = keras.Input((20, 10, 3))
    corners = Centres()(image[..., :1]) + np.array([0.1, 0.0], np.float32)
    shown = keras.ops.mean(image[:, :, :5], axis=(1, 2))  # by the left half only
    network = asked_both_ways(keras.Model(image, {"corners": corners, "shown": shown}))
    picture = np.zeros((1, 20, 10, 3), np.float32)
    picture[0, 4, 2] = 30.0
    told, mirrored = (network.predict_on_batch(each) for each in (picture, picture[:, :, ::-1].copy()))
    assert np.allclose(told["corners"], [[[0.25, 0.225]]], atol=1e-4)
    assert np.allclose(mirrored["corners"], [[[0.75, 0.225]]], atol=1e-4)
    assert np.allclose(told["contradiction"], 0.2, atol=1e-4)
    assert np.allclose(told["shown"], mirrored["shown"])


def test_a_peak_is_its_own_centre_and_near_a_first_estimate_the_nearer_of_two() -> None:
    maps = np.zeros((1, 20, 10, 1), np.float32)
    maps[0, 4, 2, 0] = 30.0
    assert np.allclose(np.asarray(Centres()(maps)), [[[0.25, 0.225]]], atol=1e-4)
    maps[0, 14, 2, 0] = 30.0
    near = np.asarray(CentresNear()([maps, np.array([[[0.25, 0.7]]], np.float32)]))
    assert np.allclose(near, [[[0.25, 0.725]]], atol=1e-3)


def test_the_shape_model_keeps_known_shapes_and_mends_others() -> None:
    random = np.random.default_rng(2)
    shapes = _points(50) + random.normal(0, 0.1, (50, 1, 2))
    layer = ShapeModel(2)
    layer.build((None, 39, 2))
    layer.set_shape(*shape_modes(shapes, 2))
    assert np.allclose(np.asarray(layer(shapes.astype(np.float32))), shapes, atol=1e-4)
    broken = shapes[:1].copy()
    broken[0, 20, 1] += 0.2
    assert np.abs(np.asarray(layer(broken.astype(np.float32))) - shapes[:1]).max() < 0.02


def test_unknown_points_do_not_count() -> None:
    true = _points().astype(np.float32)
    true[0, :6] = np.nan
    told = np.nan_to_num(true, nan=5.0) + np.float32(0.01)
    assert np.asarray(known_error(true, told)) == pytest.approx([0.01], rel=1e-3)


def test_points_move_with_the_picture() -> None:
    picture = np.zeros((64, 64), np.uint8)
    picture[20:23, 40:43] = 255
    where = np.array([[41.5 / 64, 21.5 / 64]])
    for seed in range(8):
        elsewhere, at = moved(picture, where, np.random.default_rng(seed))
        if elsewhere.max() > 128:
            row, column = np.array(np.nonzero(elsewhere > 64)).mean(axis=1) + 0.5
            assert np.allclose(at[0] * 64, (column, row), atol=0.8)


def test_cornered_pictures_change_by_the_random_stream_alone_and_keep_what_they_show() -> None:
    picture = np.random.default_rng(4).integers(40, 200, (48, 48)).astype(np.uint8)
    points, differ = _points()[0], 0
    for seed in range(12):
        (one, at), (again, _) = (
            corner_changes.changed(picture, points, np.random.default_rng(seed)) for _ in range(2)
        )
        assert one.dtype == np.uint8
        assert one.shape == picture.shape
        assert np.array_equal(one, again)
        _, there = moved(picture, points, np.random.default_rng(seed))
        assert np.array_equal(at, within(there), equal_nan=True)
        differ += not np.array_equal(one, picture)
    assert differ == 12


def test_a_coned_picture_still_shows_every_corner() -> None:
    points = _points()[0]
    white = np.full((100, 100), 255, np.uint8)
    coned = [corner_changes.coned(white, points, np.random.default_rng(seed)) for seed in range(30)]
    dark = [np.flatnonzero(each[50] == 0) for each in coned]
    assert 3 <= sum(columns.size > 0 for columns in dark) <= 20
    for columns in dark:
        assert not ((columns > 43) & (columns < 57)).any()
    unknown = np.full_like(points, np.nan)
    assert all(corner_changes.coned(white, unknown, np.random.default_rng(k)).all() for k in range(9))


def test_what_leaves_the_picture_is_unknown_and_its_vertebra_not_shown() -> None:
    points = _points(2)
    points[1] -= (0.0, 0.18)
    kept = within(points)
    assert np.isnan(kept[1, :3]).all()
    assert shown_levels(kept).tolist() == [[True] * 7, [False] + [True] * 6]
    assert "t12_superior_anterior" not in in_pixels(CORNERS, kept, np.array([[80, 60]] * 2, np.int32))[1]


def test_corners_come_back_to_the_file_s_own_pixels() -> None:
    found = in_pixels(CORNERS, _points(), np.array([[200, 100]], np.int32))[0]
    assert list(found) == list(CORNERS)
    assert found["t12_superior_anterior"] == pytest.approx((0.45 * 200 - 50 - 0.5, 0.15 * 200 - 0.5))


def test_names_shifted_by_one_level_are_counted() -> None:
    true = _points()
    shown = np.ones((1, 7), bool)
    right = labels(true, true + 0.01, shown)
    assert (right.vertebrae, right.right, right.region_right, right.shown_right) == (7, 7, 1, 1.0)
    shifted = labels(true, true + (0.0, 0.1), shown)
    assert (shifted.right, shifted.off_by_one, shifted.region_right) == (
        1,
        6,
        0,
    )  # T12 has no neighbour above


def test_evidence_adds_up_to_the_logits() -> None:
    keras.utils.set_random_seed(1)
    for classes in (2, 3):
        network = build(EncoderSettings("vgg16", 1 / 16, "own", 64), classes)
        pictures = np.random.default_rng(3).uniform(0, 255, (2, 64, 64, 1)).astype(np.float32)
        answer = {name: np.asarray(value) for name, value in network(pictures).items()}
        against = answer["logits"][:, -1] - answer["logits"][:, :-1].mean(axis=1)
        assert np.allclose(answer["evidence"].sum(axis=(1, 2)), against, atol=1e-5)  # biases are 0 yet


@pytest.mark.parametrize(
    ("backbone", "reference"),
    [
        ("vgg16", keras.applications.vgg16.preprocess_input),
        ("resnet50", keras.applications.resnet50.preprocess_input),
        ("xception", keras.applications.xception.preprocess_input),
    ],
)
def test_grey_comes_on_the_scale_of_the_imagenet_weights(backbone: str, reference: object) -> None:
    grey = np.random.default_rng(5).integers(0, 256, (2, 8, 8, 1)).astype(np.float32)
    wanted = reference(np.repeat(grey, 3, axis=3))
    assert np.allclose(np.asarray(ImageNetScaled(backbone)(grey)), wanted, atol=1e-4)


def test_changes_of_crops_follow_from_the_random_stream_alone() -> None:
    crops = np.random.default_rng(6).integers(0, 256, (3, 24, 24)).astype(np.uint8)
    first, again, other = (changed(crops, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (3, 24, 24, 1)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], crops[0][..., None])
    assert first.min() >= 0.0
    assert first.max() <= 255.0


def test_a_saved_classifier_comes_back(tmp_path: Path) -> None:
    network = build(EncoderSettings("vgg16", 1 / 16, "imagenet", 32), 2)
    network.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    picture = np.full((1, 32, 32, 1), 90.0, np.float32)
    wanted, found = network(picture), again(picture)
    assert np.allclose(np.asarray(wanted["logits"]), np.asarray(found["logits"]), atol=1e-6)


@pytest.mark.usefixtures("step_by_step")
def test_features_are_of_the_cases_that_are_in_a_part() -> None:
    settings, random = PRESETS["smoke"].classes, np.random.default_rng(3)
    network = build(settings.encoder, 2)
    crops = random.integers(0, 256, (70, 32, 32), dtype=np.uint8)
    parts = {"train": np.arange(10), "tune": np.array([20, 69])}
    plain, other = _features(network, Cases(crops, np.zeros(70, int), parts), settings)
    whole = _features(network, Cases(crops, np.zeros(70, int), {"train": np.arange(70)}), settings)[0]
    used = np.concatenate(list(parts.values()))
    assert np.allclose(plain[used], whole[used], atol=1e-5)
    assert not plain[30:60].any()
    assert np.array_equal(other[[20, 69]], plain[[20, 69]])
    assert not np.allclose(other[:10], plain[:10], atol=1e-3)
