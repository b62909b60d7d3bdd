"""The viewer under a mouse and keys."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.imaging.radiograph import Window
from desktop.ui.theme import Theme
from desktop.ui.viewer import Viewer
from desktop.ui.viewer_bar import ViewerBar


@pytest.fixture
def viewer(qtbot: QtBot, theme: Theme, desk: Any, picture_file: Path) -> Viewer:
    viewer = Viewer(theme)
    qtbot.addWidget(viewer)
    viewer.resize(600, 500)
    viewer.show()
    viewer.show_radiograph(desk.read(picture_file))
    return viewer


def wheel(viewer: Viewer, place: QPointF, steps: int) -> None:
    event = QWheelEvent(
        place,
        viewer.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewer, event)


def test_a_new_picture_is_shown_whole(viewer: Viewer) -> None:
    assert viewer.viewport.scale == pytest.approx((500 - 24) / 300)


def test_the_wheel_zooms_at_the_pointer(viewer: Viewer) -> None:
    place = (200.0, 120.0)
    before, scale = viewer.viewport.to_picture(place), viewer.viewport.scale
    wheel(viewer, QPointF(*place), 3)
    assert viewer.viewport.scale > scale * 1.5
    assert viewer.viewport.to_picture(place) == pytest.approx(before)
    wheel(viewer, QPointF(*place), -3)
    assert viewer.viewport.scale == pytest.approx(scale)


def test_left_drag_moves_and_never_out_of_sight(viewer: Viewer, qtbot: QtBot) -> None:
    x = viewer.viewport.x
    qtbot.mousePress(viewer, Qt.MouseButton.LeftButton, pos=QPoint(300, 250))
    drag(viewer, QPoint(340, 240), Qt.MouseButton.LeftButton)
    assert viewer.viewport.x == pytest.approx(x + 40)
    drag(viewer, QPoint(90000, 90000), Qt.MouseButton.LeftButton)
    assert viewer.viewport.to_picture((600, 500))[0] > 0
    qtbot.mouseRelease(viewer, Qt.MouseButton.LeftButton)


def test_right_drag_changes_window_and_level_only(viewer: Viewer, qtbot: QtBot) -> None:
    view = viewer.viewport
    qtbot.mousePress(viewer, Qt.MouseButton.RightButton, pos=QPoint(300, 250))
    drag(viewer, QPoint(340, 210), Qt.MouseButton.RightButton)
    window = viewer.window_shown()
    assert window is not None
    assert window.width > 255
    assert window.center < 127.5
    assert viewer.viewport == view
    viewer.reset()
    assert viewer.window_shown() == Window(127.5, 255)


def test_invert_changes_pixels_and_reset_brings_them_back(viewer: Viewer) -> None:
    before = viewer.picture_shown()
    viewer.invert()
    assert viewer.picture_shown() != before
    viewer.reset()
    assert viewer.picture_shown() == before


def test_actual_size_shows_one_pixel_as_one(viewer: Viewer) -> None:
    viewer.actual_size()
    assert viewer.scale_percent() == 100
    viewer.resize(900, 700)
    assert viewer.scale_percent() == 100


def test_a_fitted_picture_follows_the_window(viewer: Viewer) -> None:
    viewer.resize(900, 924)
    assert viewer.viewport.scale == pytest.approx(3.0)


def test_arrows_pan_and_keys_are_told_by_the_bar(viewer: Viewer, qtbot: QtBot, theme: Theme) -> None:
    bar = ViewerBar(viewer, theme)
    qtbot.addWidget(bar)
    x = viewer.viewport.x
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.viewport.x == x - 40
    bar.actions_by_name["zoom-in"].trigger()
    assert bar.scale.text() == f"{viewer.scale_percent()} %"
    assert bar.actions_by_name["invert"].toolTip() == "Invert black and white (I)"


def test_without_a_picture_nothing_moves(qtbot: QtBot, theme: Theme) -> None:
    viewer = Viewer(theme)
    qtbot.addWidget(viewer)
    bar = ViewerBar(viewer, theme)
    qtbot.addWidget(bar)
    view = viewer.viewport
    for act in (viewer.fit, viewer.reset, viewer.invert, viewer.actual_size):
        act()
    viewer.zoom(2.0)
    viewer.pan(10, 10)
    assert viewer.viewport == view
    assert not bar.actions_by_name["fit"].isEnabled()


def drag(viewer: Viewer, place: QPoint, button: Qt.MouseButton) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        viewer.mapToGlobal(QPointF(place)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewer, event)


def test_a_large_picture_is_coarse_while_dragged_and_fine_after(
    qtbot: QtBot, theme: Theme, desk: Any, picture_file: Path
) -> None:
    viewer = Viewer(theme)
    qtbot.addWidget(viewer)
    viewer.resize(600, 500)
    small = desk.read(picture_file)
    viewer.show_radiograph(replace(small, pixels=np.kron(small.pixels, np.ones((8, 8), np.float32))))
    view = viewer.viewport
    qtbot.mousePress(viewer, Qt.MouseButton.RightButton, pos=QPoint(300, 250))
    drag(viewer, QPoint(340, 210), Qt.MouseButton.RightButton)
    assert viewer._pixmap.width() < 1600
    assert viewer.viewport == view
    qtbot.mouseRelease(viewer, Qt.MouseButton.RightButton, pos=QPoint(340, 210))
    assert viewer._pixmap.width() == 1600
    assert viewer.picture_shown().width() == 1600
