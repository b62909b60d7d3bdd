"""The bar with the daily commands, the mark on phantom results, and what is being done right now."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from desktop.ui.commands import TOOL_BAR
from desktop.ui.labels import muted
from desktop.ui.tokens import ICON_PX


class TopBar(QFrame):
    """Buttons for the commands of TOOL_BAR, from left to right."""

    cancelled = Signal()

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 5)
        layout.setSpacing(2)
        self._count = 0
        self.work = muted("")
        self.work.setWordWrap(False)
        self.spinner = QProgressBar()
        self.spinner.setRange(0, 0)
        self.spinner.setTextVisible(False)
        self.spinner.setFixedWidth(90)
        self.spinner.setAccessibleName("Work in progress")
        self.cancel = _cancel_button()
        self.cancel.clicked.connect(self.cancelled)
        for name in TOOL_BAR:
            if name:
                layout.addWidget(_button(actions[name]))
            else:
                layout.addWidget(self._at_work(), 1)
        self.show_work(0)

    def show_step(self, sentence: str) -> None:
        """Show what is being done, and how much is left where it is more than that."""
        self.work.setText(f"{sentence}  {self._count} left" if self._count > 1 else sentence)

    def _at_work(self) -> QWidget:
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(room)
        row.setContentsMargins(0, 0, 12, 0)
        row.addStretch(1)
        for widget in (self.work, self.spinner, self.cancel):
            row.addWidget(widget)
        return room

    def show_work(self, count: int) -> None:
        """Show how many tasks are at work; nothing where there are none."""
        self._count = count
        self.show_step("Working…")
        for widget in (self.work, self.spinner, self.cancel):
            widget.setVisible(count > 0)


class MarkStrip(QFrame):
    """The mark that stands over every result of a model trained on phantoms."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "mark")
        self.words = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.addWidget(self.words, 1, Qt.AlignmentFlag.AlignHCenter)
        self.show_mark(None)

    def show_mark(self, mark: str | None) -> None:
        """Show a mark, or nothing."""
        self.words.setText(mark or "")
        self.setVisible(mark is not None)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setProperty("look", "command")
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().rstrip("…"))
    return button


def _cancel_button() -> QToolButton:
    button = QToolButton()
    button.setText("Cancel")
    button.setToolTip("Stop what has not been done yet")
    button.setAccessibleName("Cancel the work in progress")
    return button
