"""Zoom and pan as plain geometry."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.ui.viewport import LARGEST_SCALE, SMALLEST_SCALE, Viewport, centered, fitted

PLACES = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000))
VIEWPORTS = st.builds(Viewport, st.floats(0.05, 20), st.floats(-3000, 3000), st.floats(-3000, 3000))
SIZES = st.tuples(st.floats(1, 4000), st.floats(1, 4000))


@settings(deadline=None)  # a busy machine is no failure
@given(VIEWPORTS, PLACES, st.floats(0.2, 5))
def test_the_pixel_under_the_cursor_stays_put(
    viewport: Viewport, cursor: tuple[float, float], factor: float
) -> None:
    before = viewport.to_picture(cursor)
    zoomed = viewport.zoomed(factor, cursor)
    assert zoomed.to_widget(before) == pytest.approx(cursor, abs=1e-6)


@settings(deadline=None)
@given(VIEWPORTS, PLACES)
def test_places_go_there_and_back(viewport: Viewport, place: tuple[float, float]) -> None:
    assert viewport.to_picture(viewport.to_widget(place)) == pytest.approx(place, abs=1e-6)


@settings(deadline=None)
@given(VIEWPORTS, SIZES, SIZES)
def test_some_of_the_picture_stays_in_sight(
    viewport: Viewport, picture: tuple[float, float], widget: tuple[float, float]
) -> None:
    seen = viewport.kept_in_sight(picture, widget)
    left, top = seen.to_widget((0, 0))
    right, bottom = seen.to_widget(picture)
    assert right >= min(48, widget[0] - 48) - 1e-6
    assert left <= max(widget[0] - 48, 48 - picture[0] * seen.scale) + 1e-6
    assert bottom >= min(48, widget[1] - 48) - 1e-6
    assert top <= max(widget[1] - 48, 48 - picture[1] * seen.scale) + 1e-6


def test_scale_has_limits() -> None:
    assert Viewport().zoomed(1e9, (0, 0)).scale == LARGEST_SCALE
    assert Viewport().zoomed(1e-9, (0, 0)).scale == SMALLEST_SCALE


def test_fitted_shows_the_whole_picture_in_the_middle() -> None:
    view = fitted((200, 100), (424, 524))
    assert view.scale == 2.0
    assert view.to_widget((0, 0)) == (12, 162)
    assert view.to_widget((200, 100)) == (412, 362)


def test_centered_keeps_its_scale() -> None:
    assert centered((100, 100), (300, 200), 1.0) == Viewport(1.0, 100, 50)
