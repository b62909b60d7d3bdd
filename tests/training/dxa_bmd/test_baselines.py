"""What the network must beat without knowing the person."""

from __future__ import annotations

import numpy as np
import pytest

from training.dxa_bmd.baselines import brightness, by_brightness

pytestmark = pytest.mark.training


def test_brightness_is_the_mean_grey_level() -> None:
    pictures = np.stack([np.full((4, 4, 3), value, dtype=np.uint8) for value in (10, 200, 30)])
    assert brightness(pictures, np.array([2, 1])).tolist() == [30.0, 200.0]


def test_a_line_on_brightness_is_found() -> None:
    train = np.array([50.0, 100.0, 150.0])
    assert by_brightness(train, 0.5 + train / 200, np.array([120.0])) == pytest.approx([1.1])
