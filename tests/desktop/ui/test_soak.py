"""PySide6 6.12.0 lost a reference to None at each void call and aborted Python 3.11 after 6,600 of them."""

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from desktop.ui.theme import Theme
from desktop.ui.viewer import Viewer

CALLS = 20_000


def test_twenty_thousand_painter_calls_keep_none_alive() -> None:
    before = sys.getrefcount(None)
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for _ in range(CALLS // 4):
        painter.setPen(QColor("#FFFFFF"))
        painter.drawLine(0, 0, 39, 39)
        painter.drawImage(0, 0, image.copy(0, 0, 1, 1))
        painter.fillRect(QRectF(0, 0, 2, 2), QColor("#000000"))
    painter.end()
    assert sys.getrefcount(None) > before - 1000


def test_twenty_thousand_widget_calls_keep_none_alive(
    qtbot: QtBot, theme: Theme, desk: Any, picture_file: Path
) -> None:
    viewer = Viewer(theme)
    qtbot.addWidget(viewer)
    viewer.show_radiograph(desk.read(picture_file))
    before = sys.getrefcount(None)
    for step in range(CALLS // 4):
        viewer.resize(300 + step % 2, 300)
        viewer.update()
        viewer.setToolTip("")
        viewer.pan(1, -1)
    viewer.render(QPixmap(300, 300))
    assert sys.getrefcount(None) > before - 1000
