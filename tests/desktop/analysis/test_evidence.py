"""Shares and maps of what regions add, from parts that can be added up by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.analysis.evidence import NOTHING_MOVES, maps, shares

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
