"""Icons from assets/icons, drawn in the theme's colours."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.paths import assets_dir

_SIZES_PX = (20, 40, 64)


def icon(name: str, colour: str, faded: str | None = None) -> QIcon:
    """Return the icon `name` in `colour`, and in `faded` where its button cannot be used."""
    text = (assets_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    drawn = QIcon()
    for size_px in _SIZES_PX:
        drawn.addPixmap(_pixmap(text, colour, size_px))
        if faded is not None:
            drawn.addPixmap(_pixmap(text, faded, size_px), QIcon.Mode.Disabled)
    return drawn


def icon_path(name: str) -> Path:
    """Return the file of an icon."""
    return assets_dir() / "icons" / f"{name}.svg"


def _pixmap(text: str, colour: str, size_px: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return pixmap
