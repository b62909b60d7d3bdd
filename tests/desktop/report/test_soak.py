"""A PySide6 that loses a reference to None with each void call aborts Python 3.11 after 6,600 calls."""

import subprocess
import sys

DRAW = """
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen
app = QGuiApplication(["soak", "-platform", "offscreen"])
image = QImage(8, 8, QImage.Format.Format_RGB32)
painter = QPainter(image)
for _ in range(10_000):
    painter.setPen(QPen(QColor("red")))
    painter.drawLine(0, 0, 7, 7)
painter.end()
"""


def test_20000_void_calls_do_not_abort() -> None:
    assert subprocess.run([sys.executable, "-c", DRAW], check=False).returncode == 0
