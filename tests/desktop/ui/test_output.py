"""What leaves the window: PDF, PNG, clipboard, preview."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinterInfo, QPrintPreviewDialog
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.findings.marks import PHANTOM_MARK
from desktop.ui.main_window import MainWindow
from desktop.ui.output import NO_PRINTER


@pytest.fixture
def judged(window: MainWindow, picture_file: Path, qtbot: QtBot) -> MainWindow:
    window.screening.open([picture_file])
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    return window


def test_the_report_is_saved_as_pdf_where_the_user_says(
    judged: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "anna"), ""))
    judged.actions_by_name["save_pdf"].trigger()
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    assert (tmp_path / "anna.pdf").read_bytes().startswith(b"%PDF")
    assert judged.messages.sentences == [f"Saved as {tmp_path / 'anna.pdf'}."]
    assert judged.settings.report_folder == str(tmp_path)


@pytest.mark.parametrize("typed", ["anna", "anna 12.3"])
def test_a_name_without_the_suffix_gets_it_and_replaces_nothing_unasked(
    judged: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), ""))
    target = tmp_path / f"{typed}.pdf"
    target.write_bytes(b"before")
    judged.actions_by_name["save_pdf"].trigger()
    assert target.read_bytes() == b"before"
    assert "is there already" in judged.messages.sentences[0]
    target.unlink()
    judged.actions_by_name["save_pdf"].trigger()
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    assert target.read_bytes().startswith(b"%PDF")


def test_a_full_disk_is_a_sentence_and_the_old_file_stays(
    judged: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(b"before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    judged.output.write_pdf(target)
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    judged.output.write_picture(tmp_path / "picture.png")
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    assert target.read_bytes() == b"before"
    assert len(judged.messages.sentences) == 2
    assert all("is full" in sentence for sentence in judged.messages.sentences)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.pdf", "spine.png"]


def test_an_exported_picture_carries_the_mark_and_what_is_on_screen(
    judged: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    judged.viewer.invert()
    judged.output.write_picture(tmp_path / "picture.png")
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    saved = QImage(str(tmp_path / "picture.png"))
    assert saved.width() == 200
    assert saved.height() > 300
    assert saved.pixelColor(100, 60) == judged.viewer.picture_shown().pixelColor(100, 60)


def test_a_copied_picture_carries_the_mark_too(judged: MainWindow) -> None:
    judged.actions_by_name["copy"].trigger()
    assert QGuiApplication.clipboard().image().height() > 300


def test_the_copied_result_starts_with_the_mark_and_names_nobody(judged: MainWindow) -> None:
    judged.actions_by_name["copy_text"].trigger()
    text = QGuiApplication.clipboard().text()
    assert text.startswith(PHANTOM_MARK)
    assert "L1-L4: 0.755 (0.665 to 0.845) g/cm² BMD" in text
    assert "estimated" in text
    assert "ANNA" not in text


def test_a_result_that_could_not_be_kept_can_still_be_saved(
    window: MainWindow, desk: Any, picture_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.full = True
    window.screening.open([picture_file])
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    window.output.write_pdf(tmp_path / "report.pdf")
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_preview_draws_the_report(judged: MainWindow, qtbot: QtBot) -> None:
    judged.actions_by_name["preview"].trigger()
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    dialog = judged.findChild(QPrintPreviewDialog)
    qtbot.waitUntil(dialog.isVisible)
    assert not dialog.grab().isNull()
    dialog.close()


def test_nothing_is_written_when_the_user_thinks_again(
    judged: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    judged.actions_by_name["save_pdf"].trigger()
    judged.actions_by_name["export"].trigger()
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    assert [path.name for path in tmp_path.iterdir()] == ["spine.png"]


def test_without_a_printer_a_sentence_says_what_to_do(
    judged: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    judged.actions_by_name["print"].trigger()
    assert judged.messages.sentences == [NO_PRINTER]


def test_the_report_is_printed_on_the_chosen_printer(
    judged: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt prints to a file here, as the dialog offers it beside the printers."""

    def chosen(dialog: QPrintDialog) -> bool:
        dialog.printer().setOutputFileName(str(tmp_path / "printed.pdf"))
        return True

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["office"])
    monkeypatch.setattr(QPrintDialog, "exec", chosen)
    judged.actions_by_name["print"].trigger()
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert b"ANNA" not in printed
    assert judged.messages.sentences == []
