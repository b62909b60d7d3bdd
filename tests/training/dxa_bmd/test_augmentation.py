from __future__ import annotations

import numpy as np
import pytest

from training.dxa_bmd.augmentation import augmented
from training.dxa_bmd.batches import Batches

pytestmark = pytest.mark.training


@pytest.fixture
def picture() -> np.ndarray:
    grey = np.full((256, 256, 3), 60, dtype=np.uint8)
    grey[40:220, 110:150] = 170
    return grey


def test_pictures_change_and_stay_pictures(picture: np.ndarray) -> None:
    seen = [augmented(picture, np.random.default_rng(k)) for k in range(40)]
    assert all(one.shape == picture.shape and one.dtype == np.uint8 for one in seen)
    assert all(not np.array_equal(one, picture) for one in seen)
    assert len({one.tobytes() for one in seen}) == 40


def test_the_column_stays_whole_enough_and_brighter_than_beside(picture: np.ndarray) -> None:
    for k in range(40):
        one = augmented(picture, np.random.default_rng(k)).mean(axis=2)
        bright = one > (one.max() + np.median(one)) / 2
        assert 0.05 < bright.mean() < 0.3


def test_the_picture_given_is_left_alone(picture: np.ndarray) -> None:
    before = picture.copy()
    augmented(picture, np.random.default_rng(1))
    assert np.array_equal(picture, before)


def made_up_batches(augment: bool, seed: int = 1) -> Batches:
    pictures = np.random.default_rng(1).integers(0, 256, (12, 32, 32, 3)).astype(np.uint8)
    bmd = np.arange(10, dtype=np.float32)[:, None]
    return Batches(pictures, np.arange(2, 12), bmd, size=4, augment=augment, seed=seed)


def test_an_epoch_shows_each_picture_once_with_its_own_truth() -> None:
    batches = made_up_batches(augment=False)
    seen = list(batches.epoch(1))
    assert [len(bmd) for _, bmd in seen] == [4, 4, 2]
    assert batches.count == 3
    for pictures, bmd in seen:
        for picture, value in zip(pictures, bmd[:, 0], strict=True):
            assert np.array_equal(picture, batches.pictures[2 + int(value)])
    assert sorted(np.concatenate([bmd[:, 0] for _, bmd in seen])) == list(range(10))


def test_epochs_differ_and_repeat_by_seed() -> None:
    def epoch(number: int, seed: int = 1) -> bytes:
        return b"".join(pictures.tobytes() for pictures, _ in made_up_batches(True, seed).epoch(number))

    assert epoch(1) == epoch(1)
    assert len({epoch(1), epoch(2), epoch(1, seed=2)}) == 3
