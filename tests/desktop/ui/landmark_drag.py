"""A landmark dragged with the mouse, as a user does it."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)


def place_of(window: MainWindow, name: str) -> QPoint:
    viewer = window.viewer
    return QPointF(*viewer.viewport.of_pixel(viewer.overlay.editor.landmarks[name])).toPoint()


def move_mouse(window: MainWindow, place: QPoint, button: Qt.MouseButton = LEFT) -> None:
    at = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        window.viewer.mapToGlobal(at),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window.viewer, event)


def drag(window: MainWindow, qtbot: QtBot, name: str, by: QPoint) -> None:
    start = place_of(window, name)
    qtbot.mousePress(window.viewer, LEFT, pos=start)
    move_mouse(window, start + by)
    qtbot.mouseRelease(window.viewer, LEFT, pos=start + by)
