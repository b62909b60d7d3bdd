"""The pages in the window: found, read, searched, edited, and printed with the report when asked."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from desktop.pages.names import EXAMPLES_ONLY, NOT_ADVICE, PageName
from desktop.paths import data_dir
from desktop.ui.information import MENU_WORDS
from desktop.ui.information_window import InformationWindow
from desktop.ui.main_window import MainWindow
from desktop.ui.page_view import PageView

ROWS = "name,specialty,contact,place\n" + "".join(f"Dr. {n},Radiology,030 {n},Berlin\n" for n in range(150))
Opener = Callable[[str], PageView]


def settled(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)


def own_file(name: str, text: str) -> Path:
    path = data_dir() / "pages" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> Opener:
    """Return a function that opens a page by its command and returns its view."""

    def open_page(name: str) -> PageView:
        window.actions_by_name[name].trigger()
        settled(window, qtbot)
        return window.findChild(InformationWindow).views[PageName(name)]

    return open_page


@pytest.fixture
def judged(window: MainWindow, picture_file: Path, qtbot: QtBot) -> MainWindow:
    window.screening.open([picture_file])
    settled(window, qtbot)
    return window


@pytest.mark.parametrize("name", list(PageName))
def test_every_page_is_found_in_the_information_menu(window: MainWindow, opened: Opener, name: str) -> None:
    assert window.actions_by_name[name] in window.menus["Information"].actions()
    view = opened(name)
    assert view.isVisible()
    assert view.caution_words.text().startswith(NOT_ADVICE)
    assert view.source.text() == "This page came with Trabecula."
    assert not view.problem.isVisible()
    assert view.browser.toPlainText()


def test_the_window_of_the_pages_is_opened_once(window: MainWindow, opened: Opener) -> None:
    opened("questions")
    opened("treatment")
    (shown,) = window.findChildren(InformationWindow)
    assert shown.tabs.tabText(shown.tabs.currentIndex()) == "Treatment"


def test_the_window_of_the_pages_closes_with_its_window(window: MainWindow, opened: Opener) -> None:
    view = opened("treatment")
    window.close()
    assert not view.isVisible()


def test_a_clinics_page_is_shown_and_read_anew_when_it_is_come_back_to(
    window: MainWindow, opened: Opener, qtbot: QtBot
) -> None:
    path = own_file("treatment.md", "# Ours\n\nFirst words.\n")
    view = opened("treatment")
    assert "First words." in view.browser.toPlainText()
    assert view.source.text() == f"Your page: {path}"
    path.write_text("# Ours\n\nOther words.\n", "utf-8")
    window.information.read()
    settled(window, qtbot)
    assert "Other words." in view.browser.toPlainText()
    path.unlink()  # pulled away while it is open
    window.information.read()
    settled(window, qtbot)
    assert "Bisphosphonates" in view.browser.toPlainText()


def test_a_faulty_page_is_said_and_the_shipped_one_stands(opened: Opener) -> None:
    own_file("treatment.md", "# Ours\n\n![a](https://example.org/a.png)\n")
    view = opened("treatment")
    assert view.problem.isVisible()
    assert "line 3 has a picture" in view.problem_words.text()
    assert "Bisphosphonates" in view.browser.toPlainText()


def test_specialists_are_searched_as_one_types(opened: Opener, qtbot: QtBot) -> None:
    view = opened("specialists")
    assert EXAMPLES_ONLY in view.caution_words.text()
    assert view.search.hasFocus()
    qtbot.keyClicks(view.search, "RHEUM jose")
    assert "José Müster" in view.browser.toPlainText()
    assert "Ada" not in view.browser.toPlainText()
    assert view.found.text() == "1 of 4"
    qtbot.keyClicks(view.search, "xyz")
    assert view.browser.toPlainText() == ""
    assert view.found.text() == "None matches: type fewer words."


def test_enter_in_the_search_edits_nothing(window: MainWindow, opened: Opener, qtbot: QtBot) -> None:
    view = opened("specialists")
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    settled(window, qtbot)
    assert view.status.text() == ""
    assert not (data_dir() / "pages").exists()
    assert view.isVisible()


def test_a_long_directory_is_shown_in_part_and_found_whole(opened: Opener, qtbot: QtBot) -> None:
    own_file("specialists.csv", ROWS)
    view = opened("specialists")
    assert EXAMPLES_ONLY not in view.caution_words.text()
    assert view.found.text().startswith("150 of 150, the first 100 are shown")
    assert "Dr. 149" not in view.browser.toPlainText()
    qtbot.keyClicks(view.search, "149")
    assert "Dr. 149" in view.browser.toPlainText()


def test_a_click_on_an_address_copies_it_and_opens_nothing(opened: Opener) -> None:
    view = opened("treatment")
    view.browser.anchorClicked.emit(QUrl("https://doi.org/10.17226/13050"))
    assert QGuiApplication.clipboard().text() == "https://doi.org/10.17226/13050"
    assert view.status.text().endswith("https://doi.org/10.17226/13050")
    assert "Bisphosphonates" in view.browser.toPlainText()
    view.browser.anchorClicked.emit(QUrl("mailto:a@example.org"))
    assert QGuiApplication.clipboard().text() == "a@example.org"
    view.browser.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert QGuiApplication.clipboard().text() == "a@example.org"


def test_a_click_on_another_page_turns_to_it(window: MainWindow, opened: Opener) -> None:
    view = opened("questions")
    view.browser.anchorClicked.emit(QUrl("specialists.csv"))
    shown = window.findChild(InformationWindow)
    assert shown.tabs.currentWidget() is shown.views[PageName.SPECIALISTS]


def test_a_page_is_edited_in_a_copy(window: MainWindow, opened: Opener, qtbot: QtBot) -> None:
    view = opened("questions")
    view.edit.click()
    settled(window, qtbot)
    path = data_dir() / "pages" / "questions.md"
    assert path.is_file()
    assert str(path) in view.status.text()
    assert QGuiApplication.clipboard().text() == str(path)
    assert view.source.text() == f"Your page: {path}"


def test_a_folder_that_cannot_be_written_is_said_on_the_page(
    window: MainWindow, opened: Opener, qtbot: QtBot
) -> None:
    view = opened("questions")
    data_dir().parent.mkdir(parents=True, exist_ok=True)
    data_dir().write_text("a file where the folder should be")
    view.edit.click()
    settled(window, qtbot)
    assert "cannot be copied" in view.status.text()
    assert "allow writing there" in view.status.text()


def test_the_choice_of_printed_pages_is_one_in_menu_and_page_and_is_kept(
    window: MainWindow, opened: Opener
) -> None:
    view = opened("treatment")
    view.printed.setChecked(True)
    assert window.settings.printed_pages == (PageName.TREATMENT,)
    menu = next(each for each in window.menus["File"].findChildren(QMenu) if each.title() == MENU_WORDS)
    choices = {action.text(): action for action in menu.actions()}
    assert [words for words, action in choices.items() if action.isChecked()] == ["Treatment"]
    choices["Treatment"].trigger()
    assert not view.printed.isChecked()
    assert window.settings.printed_pages == ()


def test_chosen_pages_are_saved_with_the_report_and_a_faulty_one_is_said(
    judged: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_file("treatment.md", "<b>Ours</b>")
    for name in (PageName.QUESTIONS, PageName.TREATMENT):
        judged.information.printed[name].setChecked(True)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "report.pdf"), ""))
    judged.actions_by_name["save_pdf"].trigger()
    settled(judged, qtbot)
    assert any(f"Your page {path} is not shown" in sentence for sentence in judged.messages.sentences)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    read = subprocess.run(
        ["pdftotext", str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True, text=True
    )
    assert "Does the picture leave this computer?" in read.stdout
    assert "Bisphosphonates" in read.stdout
    assert "Sampletown" not in read.stdout
    assert set(re.findall(r"Page \d of (\d)", read.stdout)) == {"3"}


def test_the_preview_shows_the_chosen_pages_too(judged: MainWindow, qtbot: QtBot) -> None:
    judged.information.printed[PageName.QUESTIONS].setChecked(True)
    judged.actions_by_name["preview"].trigger()
    settled(judged, qtbot)
    dialog = judged.findChild(QPrintPreviewDialog)
    qtbot.waitUntil(dialog.isVisible)
    assert not dialog.grab().isNull()
    dialog.close()


def test_pages_are_named_for_those_who_do_not_see_them(window: MainWindow, opened: Opener) -> None:
    view = opened("specialists")
    for widget in (view.search, view.browser, view.printed, view.edit):
        assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_pages_follow_the_theme(window: MainWindow, opened: Opener) -> None:
    view = opened("treatment")
    before = view.browser.document().begin().charFormat().foreground().color()
    window._theme.choose("dark")
    assert view.browser.document().begin().charFormat().foreground().color() != before
