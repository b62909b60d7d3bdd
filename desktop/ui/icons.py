"""Icons from assets/icons, drawn in the theme's colours."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.paths import assets_dir

_DRAWN_PX = 40
"""Twice the size on screen, so that it stays sharp at 200 %."""


def icon(name: str, colour: str, faded: str | None = None) -> QIcon:
    """Return the icon `name` in `colour`, and in `faded` where its button cannot be used."""
    text = (assets_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    drawn = QIcon()
    drawn.addPixmap(pixmap(text, colour))
    if faded is not None:
        drawn.addPixmap(pixmap(text, faded), QIcon.Mode.Disabled)
    return drawn


def icon_path(name: str) -> Path:
    """Return the file of an icon."""
    return assets_dir() / "icons" / f"{name}.svg"


def pixmap(svg: str, colour: str, size_px: int = _DRAWN_PX) -> QPixmap:
    """Return an SVG text as a picture of `size_px` squared, its `currentColor` as `colour`."""
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode()))
    drawn = QPixmap(size_px, size_px)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return drawn
