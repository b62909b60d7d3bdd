"""From a radiograph to the picture on screen: window, level and inversion, colour as stored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import Radiograph, Window
from desktop.ui.display import Display
from desktop.ui.tokens import LIGHT


def rendered(radiograph: Radiograph, display: Display, step_px: int = 1) -> QImage:
    """Return every `step_px`-th pixel of the picture, RGB for colour and 8-bit grey otherwise."""
    if step_px > 1:
        radiograph = _coarse(radiograph, step_px)
    levels = (
        _colour(radiograph.colour, display.window)
        if radiograph.colour is not None
        else _grey(radiograph, display)
    )
    if display.inverted:
        levels = 255 - levels
    rows, columns = levels.shape[:2]
    kind = QImage.Format.Format_RGB888 if levels.ndim == 3 else QImage.Format.Format_Grayscale8
    levels = np.ascontiguousarray(levels)
    return QImage(levels.data, columns, rows, levels.strides[0], kind).copy()


def with_mark(image: QImage, mark: str | None) -> QImage:
    """Return the picture with `mark` written on a band below it, so that it never leaves without."""
    if mark is None:
        return image
    font = QFont()
    font.setPixelSize(max(round(image.width() * 0.028), 9))
    font.setBold(True)
    while QFontMetricsF(font).horizontalAdvance(mark) > image.width() * 0.96 and font.pixelSize() > 5:
        font.setPixelSize(font.pixelSize() - 1)
    band_px = round(font.pixelSize() * 2.2)
    marked = QImage(image.width(), image.height() + band_px, QImage.Format.Format_RGB888)
    marked.fill(QColor(LIGHT.mark.ground))
    painter = QPainter(marked)
    painter.drawImage(0, 0, image)
    painter.setPen(QColor(LIGHT.mark.ink))
    painter.setFont(font)
    painter.drawText(marked.rect().adjusted(0, image.height(), 0, 0), Qt.AlignmentFlag.AlignCenter, mark)
    painter.end()
    return marked


def _coarse(radiograph: Radiograph, step_px: int) -> Radiograph:
    colour = radiograph.colour
    return replace(
        radiograph,
        pixels=radiograph.pixels[::step_px, ::step_px],
        colour=None if colour is None else colour[::step_px, ::step_px],
    )


def _grey(radiograph: Radiograph, display: Display) -> NDArray[np.uint8]:
    levels = np.rint(presented(radiograph, display.window) * np.float32(255))
    return np.asarray(levels, dtype=np.uint8)


def _colour(stored: NDArray[np.uint8], window: Window | None) -> NDArray[np.uint8]:
    if window is None:
        return stored
    low = window.center - window.width / 2
    levels = np.clip((np.arange(256, dtype=np.float32) - low) / max(window.width, 1e-6), 0, 1)
    return np.asarray(np.rint(levels * 255), dtype=np.uint8)[stored]
