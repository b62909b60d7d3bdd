"""The words of the help menu, made from the tables that the program runs on."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtWidgets import QMessageBox, QWidget

import desktop
from desktop.ui.commands import COMMANDS

_MOUSE = (
    ("Wheel", "Zoom at the pointer"),
    ("Left drag, arrows", "Move the picture"),
    ("Right drag", "Window (sideways) and level (up and down)"),
    ("Double click, Ctrl+0", "Fit to window"),
    ("Ctrl+1", "Actual size"),
    ("Ctrl++, Ctrl+-", "Zoom in, zoom out"),
    ("I, R", "Invert, reset"),
    ("G, L, E", "Show or hide regions, landmarks, evidence"),
    (", .", "Fainter, stronger evidence"),
    ("Tab, Shift+Tab", "Choose a landmark, in the picture"),
    ("Page down, page up", "Choose another corner of that vertebra"),
    ("Left drag, arrows", "Move it; by 10 pixels with Shift"),
    ("Esc", "Put it back"),
)


def show_shortcuts(parent: QWidget) -> None:
    """Show all keys."""
    QMessageBox.information(parent, "Keyboard shortcuts", shortcuts_text())


def show_about(parent: QWidget) -> None:
    """Show name, version and licence."""
    QMessageBox.about(parent, "About Trabecula", about_text())


TOPICS = {"shortcuts": show_shortcuts, "about": show_about}


def shortcuts_text() -> str:
    """Return all keys as a small HTML table."""
    keys = [(command.keys, command.words.rstrip("…")) for command in COMMANDS if command.keys]
    rows = "".join(
        f"<tr><td><b>{key}</b>&nbsp;&nbsp;</td><td>{words}</td></tr>" for key, words in [*keys, *_MOUSE]
    )
    return f"<table cellspacing=3>{rows}</table>"


def about_text() -> str:
    """Return name, version and licence as HTML."""
    return (
        f"<h3>Trabecula {desktop.__version__}</h3>"
        "<p>Osteoporosis screening from radiographs, on this computer alone.</p>"
        "<p>Its models were trained on phantoms: not for clinical use.</p>"
        f"<p>Apache-2.0. Python {platform.python_version()}, Qt by PySide6 {PySide6.__version__} (LGPL).</p>"
    )
