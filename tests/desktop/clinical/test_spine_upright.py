from __future__ import annotations

import numpy as np
import pytest

from desktop.clinical.spine_column import find_column
from desktop.clinical.spine_upright import UPSIDE_DOWN_BELOW, upright
from tests.desktop.made_up_spine import widening_spine


def score(square: np.ndarray) -> float:
    return upright(square, find_column(square))


def test_a_column_that_widens_downwards_under_ribs_is_upright() -> None:
    assert score(widening_spine()) > -UPSIDE_DOWN_BELOW


@pytest.mark.parametrize("turn", [np.flipud, lambda square: square[::-1, ::-1]])
def test_the_same_upside_down_is_told(turn) -> None:
    assert score(np.ascontiguousarray(turn(widening_spine()))) < UPSIDE_DOWN_BELOW


def test_the_mirror_image_looks_as_upright() -> None:
    square = widening_spine()
    assert score(np.ascontiguousarray(square[:, ::-1])) == pytest.approx(score(square), rel=0.1)


def test_ribs_that_fall_outwards_speak_for_it_where_the_column_is_even() -> None:
    even = widening_spine(by_px=0)
    assert score(even) > score(np.flipud(even)) + 1


def test_black_strips_above_and_below_do_not_count() -> None:
    square = widening_spine()
    lying = np.zeros_like(square)
    lying[64:192] = square[::2]
    assert score(lying) > 0 > score(np.flipud(lying))


def test_a_picture_of_one_grey_is_neither() -> None:
    assert score(np.full((256, 256), 90, np.uint8)) == pytest.approx(0.0, abs=1e-6)
