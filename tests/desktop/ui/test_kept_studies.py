"""Kept studies whose file was replaced, and studies that two windows have on screen, on the real store."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.imaging.radiograph import View
from desktop.settings import Settings
from desktop.store import Store
from desktop.store.studies import CHANGED, DELETED
from desktop.ui.main_window import MainWindow
from desktop.ui.outcome_badge import OutcomeBadge
from desktop.ui.tasks import Lane, Lanes
from desktop.ui.theme import Theme
from desktop.ui.viewer_link import FILE_REPLACED
from tests.desktop.ui.conftest import made_result
from tests.desktop.ui.landmark_drag import drag, idle, place_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "studies.sqlite") as opened:
        yield opened


@pytest.fixture
def windows(
    qtbot: QtBot, desk: Any, store: Store, lanes: Lanes, theme: Theme, picture_file: Path
) -> list[MainWindow]:
    """Two windows on one store; the first has judged a chest, and both show its study, number 1."""
    desk.view, desk.shows_chest = View.CHEST_FRONTAL, True
    services = replace(
        desk.services(),
        add=store.add,
        update=store.update_patient,
        ids=store.ids,
        rows=store.rows,
        study=store.get,
        delete=store.delete,
    )
    opened = [MainWindow(Settings(), theme) for _ in range(2)]
    for window in opened:
        qtbot.addWidget(window)
        window.resize(1280, 900)
        window.show()
        window.start(services, lanes)
    opened[0].screening.open([picture_file])
    idle(opened[0], qtbot)
    opened[1].screening.select(1)
    idle(opened[1], qtbot)
    return opened


def test_another_picture_in_a_study_s_place_is_neither_shown_nor_judged_as_that_study(
    windows: list[MainWindow], desk: Any, store: Store, picture_file: Path, qtbot: QtBot
) -> None:
    window, _ = windows
    kept, judged = store.get(1), len(desk.analysed)
    picture_file.write_bytes(b"another patient")
    window.screening.select(1)
    idle(window, qtbot)
    assert window.messages.sentences == [FILE_REPLACED]
    assert window.screening.case.radiograph is None
    assert window.result.findChild(OutcomeBadge) is not None
    window.viewer.overlay.editor.press(
        (place_of(window, "t12").x(), place_of(window, "t12").y()), window.viewer.viewport
    )
    qtbot.keyClick(window.viewer, Qt.Key.Key_Down)
    window.viewer.overlay.editor.finish()
    window.screening.set_patient(replace(kept.patient, age_years=50))
    idle(window, qtbot)
    assert len(desk.analysed) == judged
    assert store.get(1) == replace(kept, patient=replace(kept.patient, age_years=50), revision=2)
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert window.screening.case.study.id == 2
    assert window.messages.sentences == []


def test_a_file_that_is_as_it_was_judged_is_shown_with_its_study(
    windows: list[MainWindow], picture_file: Path, qtbot: QtBot
) -> None:
    picture_file.write_bytes(picture_file.read_bytes())
    windows[0].screening.select(1)
    idle(windows[0], qtbot)
    assert windows[0].screening.case.radiograph is not None
    assert windows[0].messages.sentences == []


def test_a_study_that_another_window_deleted_is_said_and_stays_on_screen(
    windows: list[MainWindow], store: Store, qtbot: QtBot
) -> None:
    here, there = windows
    there.screening.delete(1)
    idle(there, qtbot)
    drag(here, qtbot, "t12", QPoint(20, 0))
    idle(here, qtbot)
    assert here.messages.sentences == [DELETED]
    assert here.screening.case.finding.moved_by_hand == ("t12",)
    assert here.result.findChild(OutcomeBadge).isEnabled()
    here.screening.set_patient(replace(here.screening.case.patient, age_years=50))
    idle(here, qtbot)
    assert here.messages.sentences == [DELETED]
    assert store.ids() == []


def test_what_another_window_changed_is_shown_and_not_undone(
    windows: list[MainWindow], store: Store, qtbot: QtBot
) -> None:
    here, there = windows
    drag(there, qtbot, "t12", QPoint(20, 0))
    idle(there, qtbot)
    kept = store.get(1)
    drag(here, qtbot, "cervical_spine", QPoint(0, 20))
    idle(here, qtbot)
    assert store.get(1) == kept
    assert here.messages.sentences == [CHANGED]
    assert here.screening.case.finding == kept.result.findings[0]
    drag(here, qtbot, "cervical_spine", QPoint(0, 20))
    idle(here, qtbot)
    assert set(store.get(1).result.findings[0].moved_by_hand) == {"t12", "cervical_spine"}


def test_a_window_is_not_in_its_own_way(windows: list[MainWindow], store: Store, qtbot: QtBot) -> None:
    here, _ = windows
    go = threading.Event()
    here.runner.start(Lane.DISK, lambda _: go.wait(10), lambda _: None, here.say_error)
    for moved in ({"t12": (100.0, 245.0)}, {"t12": (100.0, 250.0)}):
        here.screening.move_landmarks(moved)
        qtbot.waitUntil(lambda: here.screening.case.result is not None)
    go.set()
    idle(here, qtbot)
    assert here.messages.sentences == []
    assert store.get(1).result.findings[0].landmarks["t12"] == (100.0, 250.0)
    assert here.screening.case.study == store.get(1)


def test_a_change_that_comes_too_late_names_its_picture_once_another_is_shown(
    windows: list[MainWindow], desk: Any, picture_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    here, there = windows
    drag(there, qtbot, "t12", QPoint(20, 0))
    idle(there, qtbot)
    go = threading.Event()
    desk.analyse = lambda radiograph, view, patient: go.wait(10) and made_result(radiograph, view, patient)
    here.screening.move_landmarks({"t12": (100.0, 245.0)})
    (tmp_path / "other.png").write_bytes(b"other")
    here.screening.open([tmp_path / "other.png"])
    qtbot.waitUntil(lambda: here.screening.case.radiograph.path != picture_file)
    go.set()
    idle(here, qtbot)
    assert here.messages.sentences == [f"spine.png: {CHANGED}"]
    assert here.screening.case.study.id == 2


def test_a_landmark_that_was_just_moved_is_kept_when_the_window_is_closed(
    windows: list[MainWindow], desk: Any, lanes: Lanes, store: Store, qtbot: QtBot
) -> None:
    here, _ = windows
    go = threading.Event()
    lanes.submit(Lane.INFERENCE, lambda: go.wait(10) and None)
    drag(here, qtbot, "cervical_spine", QPoint(0, 20))
    place = place_of(here, "t12")
    here.viewer.overlay.editor.press((place.x(), place.y()), here.viewer.viewport)
    here.viewer.overlay.editor.release()
    qtbot.keyClick(here.viewer, Qt.Key.Key_Down)
    here.close()
    go.set()
    lanes.close()
    assert set(store.get(1).result.findings[0].moved_by_hand) == {"t12", "cervical_spine"}
