"""Changed pictures: their points move with them, and the seed alone decides how."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from training.landmarks.changes import changed, moved


def test_points_move_with_the_picture() -> None:
    rows, columns = np.mgrid[:96, :96]
    points = np.array([[0.4, 0.6]])
    spot = np.exp(-((columns - 0.4 * 96 + 0.5) ** 2 + (rows - 0.6 * 96 + 0.5) ** 2) / 18)
    for seed in range(5):
        picture, at = moved((255 * spot).astype(np.uint8), points, np.random.default_rng(seed))
        centre = [(place * picture).sum() / picture.sum() for place in (columns, rows)]
        assert at[0] * 96 - 0.5 == pytest.approx(centre, abs=0.3)


def test_changes_depend_on_the_seed_alone() -> None:
    picture, points = np.full((32, 32), 90, np.uint8), np.array([[0.5, 0.5]])
    change = partial(changed, picture, points)
    first, again = (change(np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], change(np.random.default_rng(4))[0])
    assert (picture == 90).all()
