"""Every command of the window once; menus, tool bar and help are made from this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from desktop.ui.icons import icon
from desktop.ui.tokens import Tokens

if TYPE_CHECKING:
    from desktop.ui.case import Case


class Needs(Enum):
    """What must be on screen for a command to make sense."""

    NOTHING = 0
    CASE = 1
    PICTURE = 2
    UNSAVED = 3
    STUDY = 4
    RESULT = 5
    MOVED = 6


@dataclass(frozen=True)
class Command:
    """One command; `keys` as Qt writes them, `tip` says what it does."""

    name: str
    menu: str
    words: str
    keys: str
    tip: str
    icon: str | None = None
    needs: Needs = Needs.NOTHING
    rule_before: bool = False


_CASE, _PICTURE, _RESULT = Needs.CASE, Needs.PICTURE, Needs.RESULT
_STUDY, _UNSAVED, _MOVED = Needs.STUDY, Needs.UNSAVED, Needs.MOVED

PUT_BACK = "Undo all moves of landmarks by hand"
COMMANDS: tuple[Command, ...] = (
    Command("open", "File", "Open…", "Ctrl+O", "Open pictures and screen them", "open"),
    Command("new_window", "File", "New window", "Ctrl+N", "Open a second window on the same studies"),
    Command("save_pdf", "File", "Save report…", "Ctrl+S", "Save the report as PDF", "pdf", _RESULT, True),
    Command("export", "File", "Export picture…", "Ctrl+E", "Save the picture as shown", "picture", _PICTURE),
    Command("save_study", "File", "Keep study again", "", "Try to keep this result again", None, _UNSAVED),
    Command("preview", "File", "Print preview…", "Ctrl+Shift+P", "See the page first", None, _RESULT, True),
    Command("print", "File", "Print…", "Ctrl+P", "Print the report", "print", _RESULT),
    Command("close", "File", "Close window", "Ctrl+W", "Close this window", rule_before=True),
    Command("quit", "File", "Quit", "Ctrl+Q", "Close all windows"),
    Command("copy", "Edit", "Copy picture", "Ctrl+C", "Copy the picture as shown", "copy", _PICTURE),
    Command("copy_text", "Edit", "Copy result as text", "Ctrl+Shift+C", "Copy it in words", None, _RESULT),
    Command("patient", "Edit", "Patient…", "Ctrl+I", "Say who this is", "person", _CASE, True),
    Command("view", "Edit", "Change view…", "", "Say what the picture shows", None, _PICTURE),
    Command("put_back", "Edit", "Put landmarks back", "Ctrl+Backspace", PUT_BACK, "put-back", _MOVED),
    Command("delete", "Edit", "Delete study…", "", "Delete it; its file stays", "delete", _STUDY, True),
    Command("settings", "Edit", "Settings…", "Ctrl+,", "Choose the reference table", rule_before=True),
    Command("studies", "View", "Studies", "F9", "Show or hide the list of studies", "studies"),
    Command("questions", "Information", "Frequent questions", "", "Questions of staff and patients", "info"),
    Command("treatment", "Information", "Treatment", "", "Medication and lifestyle, with sources"),
    Command("specialists", "Information", "Specialists", "", "Whom to send a patient to"),
    Command("shortcuts", "Help", "Keyboard shortcuts", "F1", "All keys in one list"),
    Command("about", "Help", "About Trabecula", "", "Version, models and licences"),
)
TOOL_BAR = ("studies", "open", "", "patient", "export", "save_pdf", "print")
MENUS = ("File", "Edit", "View", "Information", "Help")


def make_actions(slots: Mapping[str, Callable[[], object]], parent: QObject) -> dict[str, QAction]:
    """Return an action for every command; each must have its slot."""
    actions = {}
    for command in COMMANDS:
        action = QAction(command.words, parent)
        if command.keys:
            action.setShortcut(command.keys)
        action.setToolTip(f"{command.tip} ({command.keys})" if command.keys else command.tip)
        action.setStatusTip(command.tip)
        action.setCheckable(command.name == "studies")
        action.triggered.connect(lambda _=False, slot=slots[command.name]: slot())
        actions[command.name] = action
    return actions


def paint_icons(actions: Mapping[str, QAction], tokens: Tokens) -> None:
    """Give the actions their icons in a theme's colours."""
    for command in COMMANDS:
        if command.icon:
            actions[command.name].setIcon(icon(command.icon, tokens.text, tokens.border))


def enable(actions: Mapping[str, QAction], case: Case | None) -> None:
    """Allow the commands for which all that they need is on screen."""
    there = _there(case) | {Needs.NOTHING}
    for command in COMMANDS:
        actions[command.name].setEnabled(command.needs in there)


def _there(case: Case | None) -> set[Needs]:
    if case is None:
        return set()
    there = {Needs.CASE}
    if case.radiograph is not None or case.study is not None:
        there.add(Needs.PICTURE)
    if case.moved and case.radiograph is not None:
        there.add(Needs.MOVED)
    if case.result is not None:
        there |= {Needs.RESULT, Needs.UNSAVED if case.study is None else Needs.STUDY}
    return there
