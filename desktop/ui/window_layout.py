"""How the window's parts stand beside and under each other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

SMALLEST_STUDIES_PX = 190


def picture_column(viewer: QWidget, bar: QWidget) -> QWidget:
    """Return the picture with its bar below."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(6, 8, 6, 10)
    layout.setSpacing(6)
    layout.addWidget(viewer, 1)
    layout.addWidget(bar)
    return column


def two_panels(studies: QWidget, picture: QWidget) -> QSplitter:
    """Return the panels side by side; the picture takes what room there is, the studies fold away.

    The result joins them at the right.
    """
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    for widget in (studies, picture):
        splitter.addWidget(widget)
    splitter.setStretchFactor(1, 1)
    splitter.setCollapsible(0, True)
    studies.setMinimumWidth(SMALLEST_STUDIES_PX)
    splitter.setHandleWidth(5)
    return splitter


def under_each_other(*widgets: QWidget) -> QWidget:
    """Return the widgets as one column without gaps; the last takes what room there is."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget, int(widget is widgets[-1]))
    return page


def scrolled(widget: QWidget) -> QScrollArea:
    """Return the widget with a margin, in an area that scrolls where the window is small."""
    page = QWidget()
    page.setProperty("look", "page")
    layout = QVBoxLayout(page)
    layout.setContentsMargins(16, 14, 16, 16)
    layout.addWidget(widget)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(page)
    return area
