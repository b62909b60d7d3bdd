"""Landmarks for which a picture was refused, moved by hand; and bugs while a picture is judged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.findings.result import Point, ScreeningResult, Seconds, Status
from desktop.imaging.radiograph import View
from desktop.ui.crash_dialog import CrashDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.outcome_badge import OutcomeBadge
from desktop.ui.result_page import MOVABLE
from tests.desktop.ui.landmark_drag import drag, idle

ACROSS = "The landmarks do not fit what the picture shows: check that it shows one chest."


def words(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.result.findChildren(QLabel) if label.isVisible())


def mistrusting(desk: Any) -> Callable[..., ScreeningResult]:
    """Return an analysis that refuses the landmarks it finds, and judges where one was moved."""
    judge = desk.judge

    def analyse(radiograph: Any, view: Any, patient: Any, moved: dict[str, Point]) -> ScreeningResult:
        result: ScreeningResult = judge(radiograph, view, patient, moved)
        if moved:
            return result
        refused = ScreeningResult(result.file, Status.REFUSED, ACROSS, result.view, (), Seconds(0, 0))
        return replace(refused, refused_landmarks=result.findings[0].landmarks)

    return analyse


@pytest.fixture
def mistrusted(window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot) -> MainWindow:
    """A window on a chest whose own landmarks were refused."""
    desk.view, desk.shows_chest = View.CHEST_FRONTAL, True
    window.resize(1280, 900)
    window.screening._services = replace(window.screening._services, analyse=mistrusting(desk))
    window.screening.open([picture_file])
    idle(window, qtbot)
    return window


def test_landmarks_for_which_a_picture_is_refused_are_shown_moved_and_judged_anew(
    mistrusted: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    assert ACROSS in words(mistrusted)
    assert MOVABLE in words(mistrusted)
    assert len(mistrusted.viewer.overlay.markings.landmarks) == 16
    assert len(mistrusted.viewer.overlay.markings.regions) == 7
    drag(mistrusted, qtbot, "t12", QPoint(20, -12))
    idle(mistrusted, qtbot)
    assert mistrusted.result.findChild(OutcomeBadge).isEnabled()
    assert desk.kept[1].result.findings[0].moved_by_hand == ("t12",)
    mistrusted.actions_by_name["put_back"].trigger()
    idle(mistrusted, qtbot)
    assert ACROSS in words(mistrusted)


def test_a_kept_refusal_still_has_its_landmarks(mistrusted: MainWindow, qtbot: QtBot) -> None:
    mistrusted.screening.select(1)
    idle(mistrusted, qtbot)
    assert len(mistrusted.viewer.overlay.markings.landmarks) == 16
    drag(mistrusted, qtbot, "t12", QPoint(20, -12))
    assert len(mistrusted.viewer.overlay.markings.landmarks) == 16
    idle(mistrusted, qtbot)
    assert mistrusted.result.findChild(OutcomeBadge) is not None


def test_a_bug_while_it_is_judged_anew_leaves_the_result_of_before(chest: MainWindow, qtbot: QtBot) -> None:
    def broken(*asked: Any) -> ScreeningResult:
        raise ZeroDivisionError

    chest.screening._services = replace(chest.screening._services, analyse=broken)
    drag(chest, qtbot, "t12", QPoint(20, 0))
    idle(chest, qtbot)
    chest.findChild(CrashDialog).reject()
    assert chest.result.findChild(OutcomeBadge).isEnabled()
    assert chest.viewer.overlay.markings.moved == {}


def test_a_bug_at_the_first_judging_asks_for_the_view_again(
    window: MainWindow, picture_file: Path, qtbot: QtBot
) -> None:
    def broken(*asked: Any) -> ScreeningResult:
        raise ZeroDivisionError

    window.screening._services = replace(window.screening._services, analyse=broken)
    window.screening.open([picture_file])
    idle(window, qtbot)
    window.findChild(CrashDialog).reject()
    assert not window.result.working.isVisible()
    assert window.result.question.isVisible()
