"""The program around its windows: settings, several windows on one store, a clean end."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import paths
from desktop.clinical import reference
from desktop.clinical.reference import default_table, load_tables
from desktop.imaging.radiograph import View
from desktop.log import stop_log
from desktop.pages.names import PageName
from desktop.settings import load_settings
from desktop.store import Store
from desktop.ui import about
from desktop.ui.application import Program
from desktop.ui.commands import COMMANDS
from desktop.ui.crash_dialog import CrashDialog
from desktop.ui.installed import STUDIES_FILE, installed_services
from desktop.ui.main_window import MainWindow
from desktop.ui.services import Services
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.tasks import Lane


@pytest.fixture
def services(desk: Any) -> Services:
    """Return the real store behind a made-up reader and model."""
    here = installed_services(default_table, load_tables)
    return replace(here, read=desk.read, prepare=lambda: (), analyse=desk.judge)


@pytest.fixture
def program(qapp: QApplication, services: Services) -> Iterator[Program]:
    program = Program(qapp, services)
    yield program
    for window in program.windows:
        window.close()
    program.close()


def opened(program: Program, qtbot: QtBot, *files: Path) -> MainWindow:
    window = program.new_window(files)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.started and window.runner.idle, timeout=30_000)
    return window


def test_files_of_the_command_line_are_screened(program: Program, picture_file: Path, qtbot: QtBot) -> None:
    window = opened(program, qtbot, picture_file)
    assert window.screening.case.study.id == 1
    assert (paths.data_dir() / "studies.sqlite").is_file()


def test_two_windows_work_on_one_store(program: Program, picture_file: Path, qtbot: QtBot) -> None:
    first, second = opened(program, qtbot), opened(program, qtbot)
    second.screening.open([picture_file])
    qtbot.waitUntil(lambda: second.runner.idle)
    first.list_studies()
    qtbot.waitUntil(lambda: first.runner.idle)
    assert first.studies.model.rowCount() == 1
    first.screening.select(1)
    qtbot.waitUntil(lambda: first.runner.idle)
    second.screening.delete(1)
    qtbot.waitUntil(lambda: second.runner.idle)
    first.screening.select(1)
    qtbot.waitUntil(lambda: first.runner.idle)
    assert "deleted" in first.messages.sentences[0]


def test_two_programs_work_on_one_store(
    qapp: QApplication, services: Services, desk: Any, picture_file: Path, qtbot: QtBot, program: Program
) -> None:
    here = installed_services(default_table, load_tables)
    other = Program(qapp, replace(here, read=desk.read, prepare=lambda: (), analyse=desk.judge))
    windows = [opened(program, qtbot, picture_file), opened(other, qtbot, picture_file)]
    for window in windows:
        window.list_studies()
        qtbot.waitUntil(lambda window=window: window.runner.idle)
        assert window.studies.model.rowCount() == 2
    windows[1].close()
    other.close()


def test_what_one_window_chooses_holds_in_the_others_and_is_kept(program: Program, qtbot: QtBot) -> None:
    first, second = opened(program, qtbot), opened(program, qtbot)
    first.information.printed[PageName.TREATMENT].setChecked(True)
    assert second.information.printed[PageName.TREATMENT].isChecked()
    second.information.printed[PageName.QUESTIONS].setChecked(True)
    assert [name for name, each in first.information.printed.items() if each.isChecked()] == [
        PageName.QUESTIONS,
        PageName.TREATMENT,
    ]
    first._choose_theme("dark")
    second.close()  # which keeps where it stood, and nothing that was chosen elsewhere is undone
    program.theme.choose("light")
    written = Event()
    program.lanes.submit(Lane.DISK, written.set)
    assert written.wait(30)
    kept = load_settings(paths.config_dir()).settings
    assert (kept.theme, kept.printed_pages) == ("dark", (PageName.QUESTIONS, PageName.TREATMENT))


def test_the_window_comes_back_as_it_was_left(qapp: QApplication, services: Services, qtbot: QtBot) -> None:
    program = Program(qapp, services)
    window = opened(program, qtbot)
    window.resize(1000, 640)
    window._choose_theme("dark")
    window.actions_by_name["studies"].setChecked(False)
    window.studies.hide()
    window.close()
    program.close()
    kept = load_settings(paths.config_dir()).settings
    assert kept.theme == "dark"
    assert not kept.studies_shown
    again = Program(qapp, services)
    window = opened(again, qtbot)
    assert again.theme.tokens.dark
    assert not window.studies.isVisible()
    again.theme.choose("light")
    window.close()
    again.close()


def test_broken_settings_are_said_and_defaults_used(
    qapp: QApplication, services: Services, qtbot: QtBot
) -> None:
    paths.config_dir().mkdir(parents=True)
    (paths.config_dir() / "settings.json").write_text("{")
    program = Program(qapp, services)
    window = opened(program, qtbot)
    assert "settings file was broken" in window.messages.sentences[0]
    window.close()
    program.close()


def test_a_home_that_cannot_be_written_only_loses_the_settings(
    qapp: QApplication, services: Services, qtbot: QtBot
) -> None:
    paths.config_dir().parent.mkdir(parents=True, exist_ok=True)
    paths.config_dir().write_text("a file where the folder should be")
    program = Program(qapp, services)
    window = opened(program, qtbot)
    window._choose_theme("light")
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    assert any("could not be saved" in sentence for sentence in window.messages.sentences)
    window.close()
    program.close()


def test_a_landmark_moved_just_before_the_program_ends_is_kept(
    program: Program, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    desk.view, desk.shows_chest = View.CHEST_FRONTAL, True
    window = opened(program, qtbot, picture_file)
    program.lanes.submit(Lane.INFERENCE, lambda: sleep(0.3))
    window.screening.move_landmarks({"t12": (100.0, 245.0)})
    window.close()
    program.close()
    with Store.open(paths.data_dir() / STUDIES_FILE) as store:
        assert store.get(1).result.findings[0].landmarks["t12"] == (100.0, 245.0)


def test_a_store_that_cannot_be_opened_is_a_sentence(
    program: Program, picture_file: Path, qtbot: QtBot
) -> None:
    paths.data_dir().parent.mkdir(parents=True, exist_ok=True)
    paths.data_dir().write_text("a file where the folder should be")
    window = opened(program, qtbot, picture_file)
    assert window.messages.sentences
    assert window.screening.case.result is not None


def test_a_bug_in_the_event_loop_reaches_the_crash_dialog(
    program: Program, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window = opened(program, qtbot)
    program.show_bug(ValueError, ValueError("TEST^ANNA"), None)
    dialog = window.findChild(CrashDialog)
    assert "ValueError" in dialog.text.toPlainText()
    dialog.close()
    capsys.readouterr()


def test_help_lists_every_key() -> None:
    text = about.shortcuts_text()
    assert not [command.keys for command in COMMANDS if command.keys not in text]
    assert "not for clinical use" in about.about_text()


def test_no_two_commands_share_their_keys(program: Program, qtbot: QtBot) -> None:
    window = opened(program, qtbot)
    actions = [*window.actions_by_name.values(), *window.viewer_bar.actions_by_name.values()]
    keys = [action.shortcut().toString() for action in actions if not action.shortcut().isEmpty()]
    assert len(keys) == len(set(keys))


def test_another_reference_table_is_chosen_in_the_settings(
    qapp: QApplication, desk: Any, picture_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = msgspec.structs.replace(default_table(), name="Clinic 2019")
    monkeypatch.setattr(
        reference, "load_tables", lambda: {each.name: each for each in (default_table(), ours)}
    )
    program = Program(qapp)
    here = program.services
    program._services = replace(here, read=desk.read, prepare=lambda: (), analyse=desk.judge)
    del program.services
    window = opened(program, qtbot, picture_file)
    asked = len(desk.analysed)
    monkeypatch.setattr(
        SettingsDialog, "exec", lambda dialog: dialog.choice.setCurrentText("Clinic 2019") or True
    )
    window.actions_by_name["settings"].trigger()
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    assert here.table().name == "Clinic 2019"
    assert len(desk.analysed) == asked + 1
    window.close()
    program.close()
    assert load_settings(paths.config_dir()).settings.reference_table == "Clinic 2019"


def test_settings_that_were_not_saved_change_nothing(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(program, qtbot)
    monkeypatch.setattr(SettingsDialog, "exec", lambda _: False)
    before = program.settings
    window.actions_by_name["settings"].trigger()
    assert program.settings == before


def test_a_window_of_the_user_keeps_a_log(
    qapp: QApplication, services: Services, qtbot: QtBot, own_folders: Path
) -> None:
    program = Program(qapp, services, keeps_log=True)
    window = opened(program, qtbot)
    window.close()
    program.close()
    stop_log()
    assert "starts" in (own_folders / "logs" / "trabecula.log").read_text()
