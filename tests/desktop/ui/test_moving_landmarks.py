"""Landmarks in the window: moved with mouse and keys, judged anew, put back, kept."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.clinical.chest import regions_of
from desktop.errors import BundleError
from desktop.findings.marks import moved_sentence
from desktop.findings.result import Point, ScreeningResult, Seconds, Status
from desktop.imaging.radiograph import Patient
from desktop.ui.main_window import MainWindow
from desktop.ui.outcome_badge import OutcomeBadge
from desktop.ui.overlay import Layer
from desktop.ui.result_text import result_text
from tests.desktop.ui.landmark_drag import LEFT, drag, idle, move_mouse, place_of

ACROSS = "The landmarks make no sense: T12 lies above the cervical spine."


def words(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.result.findChildren(QLabel) if label.isVisible())


def test_a_dragged_landmark_is_judged_anew_told_and_kept(chest: MainWindow, desk: Any, qtbot: QtBot) -> None:
    before, scale = chest.viewer.overlay.markings.landmarks["t12"], chest.viewer.viewport.scale
    drag(chest, qtbot, "t12", QPoint(20, -12))
    idle(chest, qtbot)
    put = (before[0] + 20 / scale, before[1] - 12 / scale)
    assert desk.moved[-1] == {"t12": pytest.approx(put)}
    assert len(desk.moved) == 2
    finding = desk.kept[1].result.findings[0]
    assert finding.moved_by_hand == ("t12",)
    assert finding.landmarks["t12"] == pytest.approx(put)
    assert "1 landmark was moved by hand, and the result rests on that: T12." in words(chest)
    assert list(desk.kept) == [1]


def test_outlines_follow_while_a_landmark_is_held_and_nothing_is_judged(
    chest: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    viewer = chest.viewer
    viewer.overlay.show_layer(Layer.LANDMARKS, True)
    start = place_of(chest, "t12")
    qtbot.mousePress(viewer, LEFT, pos=start)
    move_mouse(chest, start + QPoint(30, 0))
    held = viewer.overlay.editor.landmarks
    corner = regions_of(held)["t12"][1]
    x, y = viewer.viewport.of_pixel(corner)
    ratio = viewer.devicePixelRatioF()
    shown = viewer.grab().toImage().pixelColor(int(x * ratio), int(y * ratio))
    assert abs(shown.hue() - QColor(chest._theme.tokens.outline.ink).hue()) < 12
    assert len(desk.moved) == 1
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    qtbot.mouseRelease(viewer, LEFT, pos=start)
    idle(chest, qtbot)
    assert len(desk.moved) == 1


def test_keys_choose_a_landmark_move_it_and_put_it_back(chest: MainWindow, desk: Any, qtbot: QtBot) -> None:
    viewer = chest.viewer
    first, second = list(viewer.overlay.markings.landmarks)[:2]
    x, y = viewer.overlay.markings.landmarks[second]
    viewer.setFocus()
    view = viewer.viewport
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Tab):
        qtbot.keyClick(viewer, key)
    assert viewer.overlay.editor.chosen == second != first
    assert "arrows move it" in viewer.accessibleDescription()
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.keyClick(viewer, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.viewport == view
    qtbot.waitUntil(lambda: len(desk.moved) == 2, timeout=30_000)
    idle(chest, qtbot)
    assert desk.moved[-1] == {second: (x - 1, y + 10)}
    assert "moved by hand" in viewer.accessibleDescription()
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    idle(chest, qtbot)
    assert desk.moved[-1] == {}
    assert viewer.overlay.markings.landmarks[second] == (x, y)
    assert "moved by hand" not in words(chest)


def test_tab_leaves_the_picture_after_the_last_landmark(chest: MainWindow, qtbot: QtBot) -> None:
    viewer = chest.viewer
    viewer.setFocus()
    for _ in viewer.overlay.markings.landmarks:
        qtbot.keyClick(viewer, Qt.Key.Key_Tab)
        assert viewer.hasFocus()
    qtbot.keyClick(viewer, Qt.Key.Key_Tab)
    assert not viewer.hasFocus()
    assert viewer.overlay.editor.chosen is None


def test_without_handles_tab_leaves_at_once_and_arrows_pan(chest: MainWindow, qtbot: QtBot) -> None:
    viewer = chest.viewer
    chest.viewer_bar.actions_by_name["landmarks"].trigger()
    viewer.setFocus()
    x = viewer.viewport.x
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.viewport.x == x - 40
    qtbot.keyClick(viewer, Qt.Key.Key_Tab)
    assert not viewer.hasFocus()


def refusing(desk: Any) -> Callable[..., ScreeningResult]:
    """Return an analysis that refuses whatever was moved."""
    judge = desk.judge

    def analyse(radiograph: Any, view: Any, patient: Any, moved: dict[str, Point]) -> ScreeningResult:
        result: ScreeningResult = judge(radiograph, view, patient, moved)
        if not moved:
            return result
        return ScreeningResult(result.file, Status.REFUSED, ACROSS, result.view, (), Seconds(0, 0))

    return analyse


def test_where_moved_landmarks_make_no_sense_the_reason_is_shown_and_they_can_be_put_back(
    chest: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    chest.screening._services = replace(chest.screening._services, analyse=refusing(desk))
    drag(chest, qtbot, "t12", QPoint(0, -40))
    idle(chest, qtbot)
    assert ACROSS in words(chest)
    assert chest.result.findChild(OutcomeBadge) is None
    assert set(chest.viewer.overlay.markings.moved) == {"t12"}
    assert len(chest.viewer.overlay.markings.regions) == 7
    assert not chest.viewer.overlay.offers(Layer.EVIDENCE)
    drag(chest, qtbot, "cervical_spine", QPoint(5, 5))
    idle(chest, qtbot)
    assert set(desk.moved[-1]) == {"t12", "cervical_spine"}
    buttons = [each for each in chest.result.findChildren(QPushButton) if each.isVisible()]
    next(button for button in buttons if button.text() == "Put landmarks back").click()
    idle(chest, qtbot)
    assert chest.result.findChild(OutcomeBadge) is not None
    assert chest.viewer.overlay.markings.moved == {}


def test_a_refusal_of_moved_landmarks_leaves_the_study_as_it_was_kept(
    chest: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    kept = chest.screening.case.study
    chest.screening._services = replace(chest.screening._services, analyse=refusing(desk))
    drag(chest, qtbot, "t12", QPoint(0, -40))
    idle(chest, qtbot)
    assert chest.screening.case.result.status is Status.REFUSED
    assert chest.screening._services.study(kept.id).result == kept.result
    report = chest.output.report()
    assert ACROSS in str(report.verdict)
    assert not report.figures


def test_a_patient_who_is_refused_after_a_move_is_kept_as_refused(
    chest: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    drag(chest, qtbot, "t12", QPoint(20, 0))
    idle(chest, qtbot)
    chest.screening._services = replace(chest.screening._services, analyse=refusing(desk))
    chest.screening.set_patient(Patient(name="Eva", age_years=12))
    idle(chest, qtbot)
    assert desk.kept[1].result.status is Status.REFUSED
    assert not chest.output.report().figures


def test_while_it_is_judged_anew_the_old_result_is_faded_and_cannot_be_printed(
    chest: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    go = threading.Event()
    judge = desk.judge

    def slow(*asked: Any) -> ScreeningResult:
        go.wait(10)
        result: ScreeningResult = judge(*asked)
        return result

    chest.screening._services = replace(chest.screening._services, analyse=slow)
    drag(chest, qtbot, "t12", QPoint(20, 0))
    badge = chest.result.findChild(OutcomeBadge)
    assert badge.isVisible()
    assert not badge.isEnabled()
    assert not chest.actions_by_name["print"].isEnabled()
    assert chest.mark.isVisible()
    drag(chest, qtbot, "t12", QPoint(20, 0))
    go.set()
    idle(chest, qtbot)
    assert chest.result.findChild(OutcomeBadge).isEnabled()
    assert chest.screening.case.result.findings[0].landmarks["t12"] == chest.screening.case.moved["t12"]
    assert chest.actions_by_name["print"].isEnabled()


def test_where_it_cannot_be_judged_anew_the_result_of_before_stands(
    chest: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    def broken(*asked: Any) -> ScreeningResult:
        raise BundleError("The model cannot be opened: reinstall Trabecula.")

    chest.screening._services = replace(chest.screening._services, analyse=broken)
    drag(chest, qtbot, "t12", QPoint(20, 0))
    idle(chest, qtbot)
    assert chest.messages.sentences == ["The model cannot be opened: reinstall Trabecula."]
    assert chest.result.findChild(OutcomeBadge).isEnabled()
    assert chest.viewer.overlay.markings.moved == {}


def test_the_result_in_words_names_what_was_moved(chest: MainWindow, qtbot: QtBot) -> None:
    assert "by hand" not in result_text(chest.screening.case)
    drag(chest, qtbot, "t12", QPoint(20, 0))
    idle(chest, qtbot)
    assert moved_sentence(("t12",)) in result_text(chest.screening.case).splitlines()


def test_cancelled_it_stays_as_it_was_before(chest: MainWindow, desk: Any, qtbot: QtBot) -> None:
    go = threading.Event()
    judge = desk.judge
    chest.screening._services = replace(
        chest.screening._services, analyse=lambda *asked: go.wait(10) and judge(*asked)
    )
    at = chest.viewer.overlay.markings.landmarks["t12"]
    drag(chest, qtbot, "t12", QPoint(20, 0))
    chest.screening.cancel()
    go.set()
    idle(chest, qtbot)
    assert chest.viewer.overlay.markings.landmarks["t12"] == at
    assert chest.result.findChild(OutcomeBadge).isEnabled()


def test_a_kept_study_knows_what_was_moved(chest: MainWindow, desk: Any, qtbot: QtBot) -> None:
    drag(chest, qtbot, "t12", QPoint(20, 0))
    idle(chest, qtbot)
    put = chest.screening.case.moved
    chest.screening.select(1)
    idle(chest, qtbot)
    assert chest.screening.case.moved == put
    chest.screening.set_patient(Patient(name="Eva", age_years=66))
    idle(chest, qtbot)
    assert desk.moved[-1] == put
    chest.actions_by_name["put_back"].trigger()
    idle(chest, qtbot)
    assert desk.kept[1].result.findings[0].moved_by_hand == ()
