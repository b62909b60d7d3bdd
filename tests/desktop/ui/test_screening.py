"""Cases on their way through the window: asked, judged, corrected, kept, and when things go wrong."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.findings.result import ScreeningResult, Seconds, Status
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.ui.case import Case
from desktop.ui.crash_dialog import CrashDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.outcome_badge import OutcomeBadge
from desktop.ui.patient_form import PatientForm
from desktop.ui.viewer_link import FILE_GONE


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)


def words(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.result.findChildren(QLabel) if label.isVisible())


def files(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_bytes(b"" if "empty" in name else b"picture")
    return [folder / name for name in names]


def test_a_bad_file_is_a_sentence_and_the_others_are_done(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    window.screening.open(files(tmp_path, "empty.dcm", "b.png"))
    idle(window, qtbot)
    assert window.messages.sentences == ["empty.dcm: The file is empty or gone: choose another one."]
    assert window.screening.case.radiograph.path.name == "b.png"
    assert len(desk.kept) == 1


def test_a_silent_file_is_not_judged_before_its_view_is_confirmed(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.view = None
    window.screening.open(files(tmp_path, "a.png", "b.png", "c.png"))
    idle(window, qtbot)
    assert window.result.question.isVisible()
    assert desk.analysed == []
    assert window.studies.waiting.text() == "3 pictures wait for their view"
    assert not window.result.question.go.isEnabled()
    window.result.question.choices.button(0).click()
    window.result.question.go.click()
    idle(window, qtbot)
    assert [view for view, _ in desk.analysed] == [View.DXA_SPINE]
    assert window.studies.waiting.text() == "2 pictures wait for their view"
    window.studies.waiting.click()
    idle(window, qtbot)
    assert window.result.question.for_all.isVisible()
    window.result.question.choices.button(0).click()
    window.result.question.for_all.click()
    window.result.question.go.click()
    idle(window, qtbot)
    assert len(desk.kept) == 3
    assert not window.studies.waiting.isVisible()


def test_a_silent_file_whose_view_is_plain_is_judged_without_asking(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.view, desk.seen = None, View.DXA_SPINE
    window.screening.open(files(tmp_path, "a.png", "b.png"))
    idle(window, qtbot)
    assert [view for view, _ in desk.analysed] == [View.DXA_SPINE] * 2
    assert not window.result.question.isVisible()
    assert window.screening.waiting == 0
    assert len(desk.kept) == 2


def test_while_the_gate_looks_nothing_is_asked(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    window.screening._show(Case(desk.read(files(tmp_path, "a.png")[0]), desk.patient, looked_at=True))
    assert not window.result.question.isVisible()
    assert window.result.working.isVisible()


def test_a_refusal_gives_its_reason_and_a_way_out(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    def refuse(radiograph: Radiograph, view: View | None, patient: Patient) -> ScreeningResult:
        reason = "This is a view that no model judges: open one of spine DXA."
        return ScreeningResult(str(radiograph.path), Status.REFUSED, reason, None, (), Seconds(0, 0))

    desk.analyse = refuse
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert "Not judged" in words(window)
    assert "This is a view that no model judges" in words(window)
    window.actions_by_name["view"].trigger()
    assert window.result.question.isVisible()
    desk.analyse = None
    window.result.question.choices.button(0).click()
    window.result.question.go.click()
    idle(window, qtbot)
    assert window.result.findChild(OutcomeBadge) is not None
    assert list(desk.kept) == [1]


def test_a_changed_patient_is_judged_again_in_the_same_study(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    window.actions_by_name["patient"].trigger()
    form = window.findChild(PatientForm)
    form.edits["birth_date"].setText("")
    form.edits["age_years"].setText("44")
    form.accept()
    idle(window, qtbot)
    assert list(desk.kept) == [1]
    assert desk.kept[1].patient.age_years == 44
    assert "Z-score L1-L4, estimated" in words(window)


def test_a_full_disk_is_a_sentence_and_the_result_stays(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    desk.full = True
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert window.messages.sentences == ["The disk is full: free space and keep the study again."]
    assert window.result.findChild(OutcomeBadge) is not None
    assert window.actions_by_name["save_study"].isEnabled()
    assert window.actions_by_name["save_pdf"].isEnabled()
    desk.full = False
    window.actions_by_name["save_study"].trigger()
    idle(window, qtbot)
    assert list(desk.kept) == [1]
    assert not window.actions_by_name["save_study"].isEnabled()


def test_a_result_of_a_picture_no_longer_shown_is_kept_and_not_shown(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    go = threading.Event()
    slow, quick = files(tmp_path, "slow.png", "quick.png")

    def analyse(radiograph: Radiograph, view: View | None, patient: Patient) -> ScreeningResult:
        if radiograph.path == slow:
            go.wait(5)
        desk.analyse = None
        return desk.judge(radiograph, view, patient)

    desk.analyse = analyse
    window.screening.open([slow])
    qtbot.waitUntil(lambda: window.screening.case is not None)
    window.screening.open([quick])
    qtbot.waitUntil(lambda: window.screening.case.radiograph.path == quick)
    go.set()
    idle(window, qtbot)
    assert window.screening.case.radiograph.path == quick
    assert len(desk.kept) == 2


def test_the_last_of_two_corrections_wins(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    for age in (60, 61, 62):
        window.screening.set_patient(replace(window.screening.case.patient, age_years=age, birth_date=None))
    idle(window, qtbot)
    assert window.screening.case.patient.age_years == 62
    assert desk.kept[1].patient.age_years == 62


def test_a_kept_study_is_shown_with_its_own_copy_when_the_file_is_gone(
    window: MainWindow, picture_file: Path, qtbot: QtBot
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    picture_file.unlink()
    window.screening.select(1)
    idle(window, qtbot)
    assert window.viewer.has_picture
    assert FILE_GONE in window.messages.sentences
    assert window.result.findChild(OutcomeBadge) is not None


def test_a_picture_whose_disk_is_pulled_away_stays_open_to_work_on(
    chest: MainWindow, picture_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    picture_file.unlink()
    chest.screening.move_landmarks({"t12": (104.0, 240.0)})
    idle(chest, qtbot)
    assert chest.screening.case.finding.moved_by_hand == ("t12",)
    chest.output.write_pdf(tmp_path / "report.pdf")
    idle(chest, qtbot)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert chest.messages.sentences == [f"Saved as {tmp_path / 'report.pdf'}."]


def test_deleting_asks_first(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    window.actions_by_name["delete"].trigger()
    idle(window, qtbot)
    assert list(desk.kept) == [1]
    window.actions_by_name["delete"].trigger()
    idle(window, qtbot)
    assert desk.kept == {}
    assert window.empty.isVisible()
    assert picture_file.exists()


def test_a_bug_opens_the_crash_dialog_and_the_window_lives_on(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    def broken(*_: object) -> ScreeningResult:
        raise ZeroDivisionError("TEST^ANNA")

    desk.analyse = broken
    window.screening.open([picture_file])
    idle(window, qtbot)
    dialog = window.findChild(CrashDialog)
    assert "ZeroDivisionError" in dialog.text.toPlainText()
    assert "ANNA" not in dialog.text.toPlainText()
    dialog.close()
    desk.analyse = None
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert window.result.findChild(OutcomeBadge) is not None


def test_cancel_drops_what_has_not_begun(window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot) -> None:
    began, go = threading.Event(), threading.Event()
    read = desk.read

    def slow(path: Path) -> Radiograph:
        began.set()
        go.wait(5)
        return read(path)

    window.screening._services = replace(window.screening._services, read=slow)
    window.screening.open(files(tmp_path, "a.png", "b.png", "c.png"))
    began.wait(5)
    assert window.top.cancel.isVisible()
    window.top.cancel.click()
    go.set()
    idle(window, qtbot)
    assert desk.kept == {}
    assert window.empty.isVisible()


def test_a_folder_of_pictures_is_read_piece_by_piece(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    ahead: list[int] = []
    reads: list[Path] = []
    read = desk.read

    def counted(path: Path) -> Radiograph:
        reads.append(path)
        ahead.append(len(reads) - len(desk.analysed))
        return read(path)

    window.screening._services = replace(window.screening._services, read=counted)
    window.screening.open(files(tmp_path, *(f"{number}.png" for number in range(12))))
    idle(window, qtbot)
    assert len(desk.kept) == 12
    assert max(ahead) <= 3
