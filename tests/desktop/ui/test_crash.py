"""What a crash report says, and what it must not."""

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.ui.crash_dialog import CrashDialog
from desktop.ui.crash_text import crash_text

SECRETS = ("Anna", "1953-05-02", "/home/anna")


@pytest.fixture
def error() -> Exception:
    try:
        try:
            raise ValueError("Anna, born 1953-05-02")
        except ValueError as cause:
            raise KeyError("/home/anna/scan.dcm") from cause
    except KeyError as error:
        return error


def test_names_the_kinds_and_places_of_the_whole_chain(error: Exception) -> None:
    text = crash_text(error)
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_crash.py" in text
    assert "PySide6" in text


def test_holds_no_message_and_no_folder(error: Exception) -> None:
    assert not [secret for secret in SECRETS if secret in crash_text(error)]


def test_dialog_copies_the_report(qtbot: QtBot, error: Exception) -> None:
    dialog = CrashDialog(error)
    qtbot.addWidget(dialog)
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == crash_text(error)
