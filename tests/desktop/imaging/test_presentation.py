from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.imaging.polarity import turned_table, turned_values, turned_window
from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import Radiograph, VoiTable, Window, WindowFunction

VALUES = np.array([[0, 50, 100, 150, 200, 250]], np.float32)


def radiograph(pixels: np.ndarray = VALUES, **fields: object) -> Radiograph:
    return Radiograph(Path("x.dcm"), pixels, float(pixels.max()), **fields)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(100.5, 101), [0, 0, 0.5, 1, 1, 1]),  # PS3.3 C.11.2.1.2.1: edges at 50 and 150
        (Window(100, 100, WindowFunction.LINEAR_EXACT), [0, 0, 0.5, 1, 1, 1]),
        (Window(100.5, 1), [0, 0, 0, 1, 1, 1]),
        (
            Window(100, 100, WindowFunction.SIGMOID),
            [1 / (1 + np.exp(-4 * (v - 100) / 100)) for v in (0, 50, 100, 150, 200, 250)],
        ),
    ],
)
def test_windows_show_what_the_standard_says(window, expected):
    np.testing.assert_allclose(presented(radiograph(), window)[0], expected, atol=1e-6)


def test_the_files_table_goes_ahead_of_its_window_and_the_users_window_ahead_of_both():
    table = VoiTable(50, np.array([0.25, 0.75], np.float32))
    picture = radiograph(voi_table=table, window=Window(100, 10))
    assert presented(picture)[0].tolist() == [0.25, 0.25, 0.75, 0.75, 0.75, 0.75]
    assert presented(picture, Window(125.5, 251))[0, 5] == 1


def test_a_steep_sigmoid_does_not_overflow():
    steep = presented(radiograph(), Window(100, 1e-3, WindowFunction.SIGMOID))
    np.testing.assert_allclose(steep[0], [0, 0, 0.5, 1, 1, 1], atol=1e-6)


@given(
    st.sampled_from(WindowFunction),
    st.integers(0, 255),
    st.integers(2, 300),
)
def test_a_turned_picture_shows_as_the_negative(function, center, width):
    ends, window = (0.0, 255.0), Window(center, width, function)
    shown = presented(radiograph(), window)
    turned = presented(radiograph(turned_values(VALUES.copy(), ends)), turned_window(window, ends))
    np.testing.assert_allclose(turned, 1 - shown, atol=1e-5)


def test_a_turned_table_shows_as_the_negative():
    ends, table = (0.0, 255.0), VoiTable(40, np.linspace(0.1, 0.9, 200).astype(np.float32))
    shown = presented(radiograph(voi_table=table))
    turned = radiograph(turned_values(VALUES.copy(), ends), voi_table=turned_table(table, ends))
    np.testing.assert_allclose(presented(turned), 1 - shown, atol=1e-6)
