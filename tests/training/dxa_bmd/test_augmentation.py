from __future__ import annotations

import numpy as np
import pytest

from training.dxa_bmd.augmentation import augmented

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
