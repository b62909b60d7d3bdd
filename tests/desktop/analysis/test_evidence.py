"""Shares and maps of what regions add, from parts that can be added up by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.analysis.evidence import NOTHING_MOVES, maps, picture_map, shares, whole_picture

NAMES = ("right_ribs", "left_ribs", "chest")
PARTS = np.array(
    [[[0.1, 0.2], [0.0, 0.0]], [[0.0, -0.2], [0.1, 0.0]], [[0.3, -0.1], [-0.1, 0.0]]], np.float32
)


def test_shares_are_of_what_each_region_moves_up_or_down() -> None:
    assert shares(PARTS, NAMES) == pytest.approx({"right_ribs": 0.6, "left_ribs": 0.2, "chest": 0.2})


def test_maps_lie_as_the_corners_do_the_left_ones_turned_back() -> None:
    found = maps(PARTS, NAMES)
    assert found["right_ribs"] == ((0.333, 0.667), (0.0, 0.0))
    assert found["left_ribs"] == ((0.667, 0.0), (0.0, 0.333))
    assert found["chest"] == ((1.0, 0.333), (0.333, 0.0))


def test_an_average_picture_has_neither() -> None:
    nothing = np.zeros((3, 2, 2), np.float32)
    assert shares(nothing, NAMES) is NOTHING_MOVES
    assert maps(nothing, NAMES) is NOTHING_MOVES
    assert "average picture" in NOTHING_MOVES.reason


def test_the_map_of_a_padded_square_is_cut_to_the_picture() -> None:
    square = np.zeros((8, 8), np.float32)
    square[:, :2] = 9.0  # the margin at the left of a picture half as wide as high
    square[3, 5] = -0.2
    square[7, 2] = 0.1
    (grid,) = picture_map(square, (400, 200)).values()
    assert np.shape(grid) == (8, 4)
    assert grid[3][3] == 1.0
    assert grid[7][0] == 0.5
    assert np.sum(grid) == pytest.approx(1.5)


def test_a_picture_of_odd_shape_has_a_map_that_ends_at_its_border() -> None:
    square = np.ones((32, 32), np.float32)
    (grid,) = picture_map(square, (357, 512)).values()
    assert np.shape(grid) == (23, 32)
    assert np.min(grid) == 1.0


def test_the_whole_picture_reaches_from_its_first_pixels_corner_to_that_of_its_last() -> None:
    assert whole_picture((30, 20)) == {"picture": ((-0.5, -0.5), (19.5, -0.5), (19.5, 29.5), (-0.5, 29.5))}


def test_a_whole_picture_that_moves_nothing_says_so() -> None:
    assert picture_map(np.zeros((8, 8), np.float32), (40, 40)) is NOTHING_MOVES
