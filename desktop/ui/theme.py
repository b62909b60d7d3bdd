"""The look of the program: Fusion with our palette and style sheet, light or dark as the system is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop.ui.stylesheet import stylesheet
from desktop.ui.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from desktop.settings.table import Theme as ThemeChoice

SHIPPED_FONT = "DejaVu Sans"


class Theme(QObject):
    """Which tokens hold now; `changed` tells widgets that paint themselves."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: ThemeChoice, fonts: Path) -> None:
        super().__init__(application)
        self._application = application
        self._dressed = False
        self.tokens = LIGHT
        application.setStyle("Fusion")
        load_fonts(application, fonts)
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self.choose(choice)

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or stay light or dark whatever it does."""
        schemes = {
            "system": Qt.ColorScheme.Unknown,
            "light": Qt.ColorScheme.Light,
            "dark": Qt.ColorScheme.Dark,
        }
        self._choice = choice
        self._application.styleHints().setColorScheme(schemes[choice])
        self._apply()

    def _apply(self) -> None:
        system_dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = system_dark if self._choice == "system" else self._choice == "dark"
        self.tokens = DARK if dark else LIGHT
        self._application.setPalette(_palette(self.tokens))
        if self._dressed:
            self._application.setStyleSheet(stylesheet(self.tokens))
        self.changed.emit()

    def dress(self) -> None:
        """Put the style sheet on, after the first window was built: each step of building costs a pass."""
        if not self._dressed:
            self._dressed = True
            self._application.setStyleSheet(stylesheet(self.tokens))


def load_fonts(application: QApplication, fonts: Path) -> None:
    """Use the shipped fonts where the system has none of its own."""
    if QFontDatabase.families():
        return
    for file in sorted(fonts.glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    if QFontDatabase.hasFamily(SHIPPED_FONT):
        application.setFont(QFont(SHIPPED_FONT, 10))


def _palette(tokens: Tokens) -> QPalette:
    roles = QPalette.ColorRole
    colours = {
        roles.Window: tokens.window,
        roles.WindowText: tokens.text,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.window,
        roles.Text: tokens.text,
        roles.PlaceholderText: tokens.muted,
        roles.Button: tokens.surface,
        roles.ButtonText: tokens.text,
        roles.ToolTipBase: tokens.surface,
        roles.ToolTipText: tokens.text,
        roles.Highlight: tokens.accent,
        roles.HighlightedText: tokens.on_accent,
        roles.Link: tokens.accent,
        roles.LinkVisited: tokens.accent,
        roles.BrightText: tokens.flagged.ink,
        roles.Accent: tokens.accent,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return palette
