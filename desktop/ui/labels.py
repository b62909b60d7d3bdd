"""Labels in the sizes and tones of the tokens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from desktop.ui.tokens import SMALL_TEXT, TITLE_TEXT

READABLE = Qt.TextInteractionFlag.TextSelectableByMouse


def plain(words: str) -> QLabel:
    """Return wrapped text that can be selected with the mouse; "T-score" stays on one line."""
    label = QLabel(words.replace("-score", "\u2011score"))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(READABLE)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def muted(words: str, small: bool = False) -> QLabel:
    """Return quiet text."""
    label = plain(words)
    label.setProperty("look", "muted")
    return sized(label, SMALL_TEXT) if small else label


def section(words: str) -> QLabel:
    """Return the heading of a part of a panel."""
    label = sized(QLabel(words), SMALL_TEXT)
    label.setProperty("look", "section")
    return label


def heading(words: str, factor: float = TITLE_TEXT) -> QLabel:
    """Return a bold heading, `factor` times the system's text."""
    label = sized(plain(words), factor)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def sized(label: QLabel, factor: float) -> QLabel:
    """Make a label's text `factor` times the system's."""
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * factor)
    label.setFont(font)
    return label


def look(widget: QWidget, name: str) -> None:
    """Give a widget one of the looks of the style sheet, also after it was polished."""
    widget.setProperty("look", name)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def toned(label: QLabel, colour: str) -> QLabel:
    """Give a label's text a colour."""
    label.setStyleSheet(f"color: {colour};")
    return label


def rule() -> QFrame:
    """Return a thin line between parts."""
    line = QFrame()
    line.setProperty("look", "rule")
    return line
