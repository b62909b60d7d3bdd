"""The window's place and the widths of its panels, from and to the settings."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from desktop.settings import Settings
from desktop.ui.tokens import RESULT_WIDTH_PX, STUDIES_FROM_PX, STUDIES_WIDTH_PX, WINDOW_SIZE_PX


def restore(window: QMainWindow, splitter: QSplitter, settings: Settings) -> None:
    """Put the window where it was; a first start gets a size that fits the screen."""
    kept = QByteArray.fromBase64(settings.window_geometry.encode("ascii", "ignore"))
    if kept.isEmpty() or not window.restoreGeometry(kept):
        room = QGuiApplication.primaryScreen().availableSize()
        window.resize(min(WINDOW_SIZE_PX[0], room.width()), min(WINDOW_SIZE_PX[1], room.height()))
    restore_widths(window, splitter, settings)
    _studies(splitter).setVisible(settings.studies_shown and window.width() >= STUDIES_FROM_PX)


def restore_widths(window: QMainWindow, splitter: QSplitter, settings: Settings) -> None:
    """Give the panels that are there their widths."""
    widths = settings.panel_widths_px
    if len(widths) != 3 or min(widths[1:]) <= 0:
        widths = (STUDIES_WIDTH_PX, window.width() - STUDIES_WIDTH_PX - RESULT_WIDTH_PX, RESULT_WIDTH_PX)
    splitter.setSizes(list(widths)[: splitter.count()])


def captured(window: QMainWindow, splitter: QSplitter, settings: Settings) -> Settings:
    """Return the settings with the window's present place and widths."""
    shown = _studies(splitter).isVisibleTo(splitter)
    geometry = bytes(window.saveGeometry().toBase64().data()).decode("ascii")
    widths = tuple(splitter.sizes()) if shown else settings.panel_widths_px
    return replace(settings, window_geometry=geometry, panel_widths_px=widths, studies_shown=shown)


def _studies(splitter: QSplitter) -> QWidget:
    widget = splitter.widget(0)
    assert widget is not None
    return widget
