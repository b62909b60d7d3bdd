"""The menu bar, made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop.settings.table import Theme as ThemeChoice
from desktop.ui.commands import COMMANDS

THEMES: tuple[tuple[ThemeChoice, str], ...] = (
    ("system", "As the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)


def fill_menus(
    menus: Mapping[str, QMenu],
    commands: Mapping[str, QAction],
    viewing: Mapping[str, QAction],
    chosen: Callable[[], ThemeChoice],
    choose_theme: Callable[[ThemeChoice], None],
) -> None:
    """Put every command into its menu, those of the picture and the themes under View."""
    for command in COMMANDS:
        if command.rule_before:
            menus[command.menu].addSeparator()
        menus[command.menu].addAction(commands[command.name])
    view = menus["View"]
    view.addSeparator()
    view.addActions(list(viewing.values()))
    view.addSeparator()
    _add_themes(view.addMenu("Theme"), chosen, choose_theme)


def _add_themes(
    menu: QMenu, chosen: Callable[[], ThemeChoice], choose: Callable[[ThemeChoice], None]
) -> None:
    group = QActionGroup(menu)
    for name, words in THEMES:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(name == chosen())
        action.triggered.connect(lambda _=False, name=name: choose(name))
        menu.aboutToShow.connect(lambda action=action, name=name: action.setChecked(name == chosen()))
        group.addAction(action)
