"""The window on the real reader, model session, store and report: a file in, a page out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.analysis import analyse
from desktop.clinical.chest import REGIONS
from desktop.clinical.reference import default_table, load_tables
from desktop.findings.marks import moved_sentence
from desktop.findings.result import Point, ScreeningResult, Status
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View
from desktop.models import Models
from desktop.ui.application import Program
from desktop.ui.installed import installed_services
from desktop.ui.main_window import MainWindow
from desktop.ui.output import report_of

OpenWindow = Callable[[Models], MainWindow]


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot) -> Iterator[OpenWindow]:
    """Return a function that opens a window on these models."""
    programs: list[Program] = []

    def opened(models: Models) -> MainWindow:
        here = installed_services(default_table, load_tables)

        def judge(
            radiograph: Radiograph, view: View | None, patient: Patient, moved: Mapping[str, Point]
        ) -> ScreeningResult:
            return analyse(radiograph, models, view=view, patient=patient, moved_landmarks=moved)

        programs.append(Program(qapp, replace(here, prepare=lambda: models.problems, analyse=judge)))
        window = programs[-1].new_window()
        qtbot.addWidget(window)
        qtbot.waitUntil(lambda: window.started and window.runner.idle, timeout=30_000)
        return window

    yield opened
    for program in programs:
        for window in program.windows:
            window.close()
        program.close()


def test_a_picture_in_a_report_out(
    open_window: OpenWindow, models: Models, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(models)
    picture = tmp_path / "spine.png"
    Image.fromarray(np.tile(np.arange(60, 120, dtype=np.uint8), (400, 5))).save(picture)

    def idle() -> None:
        qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)

    window.screening.open([picture])
    idle()
    window.screening.set_patient(Patient(name="Test, Anna", sex=Sex.FEMALE, age_years=71))
    window.screening.name_view(View.DXA_SPINE)
    idle()
    case = window.screening.case
    assert case is not None, window.messages.sentences
    assert case.study is not None, window.messages.sentences
    assert case.study.result.status is Status.SCREENED
    assert case.study.patient.age_years == 71
    window.output.write_pdf(tmp_path / "report.pdf")
    idle()
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    window.screening.select(case.study.id)
    idle()
    assert window.screening.case is not None
    assert window.screening.case.finding == case.finding


def test_a_chest_with_a_landmark_moved_is_kept_and_opened_again(
    open_window: OpenWindow, chest_models: Models, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(chest_models)
    picture = tmp_path / "chest.png"
    Image.fromarray(np.tile(np.arange(40, 240, dtype=np.uint8), (1200, 6))).save(picture)

    def idle() -> None:
        qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)

    window.screening.open([picture])
    idle()
    window.screening.set_patient(Patient(name="Test, Anna", sex=Sex.FEMALE, age_years=71))
    window.screening.name_view(View.CHEST_FRONTAL)
    idle()
    first = window.screening.case.finding
    assert first is not None, window.messages.sentences
    editor = window.viewer.overlay.editor
    while editor.chosen != "t12":
        qtbot.keyClick(window.viewer, Qt.Key.Key_Tab)
    for _ in range(4):
        qtbot.keyClick(window.viewer, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    editor.finish()
    idle()
    case = window.screening.case
    x, y = first.landmarks["t12"]
    assert case.finding.moved_by_hand == ("t12",)
    assert case.finding.landmarks["t12"] == pytest.approx((x + 40, y))
    assert case.finding.bmd_g_cm2 != first.bmd_g_cm2
    window.screening.select(case.study.id)
    idle()
    assert window.screening.case.finding == case.finding
    report = report_of(window.screening.case, default_table())
    assert report.warnings[0] == moved_sentence(("t12",))
    assert set(report.regions) == set(REGIONS)
    picture.unlink()
    window.screening.select(case.study.id)
    idle()
    assert window.viewer.overlay.markings.regions == case.finding.regions
    for _ in range(30):
        qtbot.keyClick(window.viewer, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert window.viewer.overlay.editor.landmarks["t12"] == case.finding.landmarks["t12"]


def test_landmarks_moved_out_of_order_are_refused_and_put_back(
    open_window: OpenWindow, chest_models: Models, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(chest_models)
    picture = tmp_path / "chest.png"
    Image.fromarray(np.tile(np.arange(40, 240, dtype=np.uint8), (600, 3))).save(picture)
    window.screening.open([picture])
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    window.screening.name_view(View.CHEST_FRONTAL)
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    first = window.screening.case.finding
    assert first is not None, window.screening.case.result.reason
    landmarks = first.landmarks
    swapped = {"t12": landmarks["cervical_spine"], "cervical_spine": landmarks["t12"]}
    window.screening.move_landmarks(swapped)
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    case = window.screening.case
    assert case.result.status is Status.REFUSED
    assert "no anatomical sense" in case.result.reason
    assert window.viewer.overlay.editor.landmarks["t12"] == swapped["t12"]
    window.actions_by_name["put_back"].trigger()
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    assert window.screening.case.finding.landmarks == landmarks
