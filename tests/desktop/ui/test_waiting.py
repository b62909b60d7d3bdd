"""Pictures that wait for the user to name their view keep what the form says of them, and of no other."""

from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from desktop.imaging.radiograph import Patient, Sex, View
from desktop.ui.main_window import MainWindow
from tests.desktop.ui.landmark_drag import idle

EVA = Patient(name="Eva", sex=Sex.FEMALE, age_years=66)


def open_files(window: MainWindow, desk: Any, qtbot: QtBot, *files: Path) -> None:
    """Open files whose view nobody knows."""
    desk.view = None
    for file in files:
        file.write_bytes(b"picture")
    window.screening.open(files)
    idle(window, qtbot)


def test_what_the_form_says_of_a_waiting_picture_is_kept(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    open_files(window, desk, qtbot, tmp_path / "a.png", tmp_path / "b.png")
    window.screening.set_patient(EVA)
    window.screening.show_waiting()
    idle(window, qtbot)
    assert window.screening.case.patient.age_years == 66
    window.screening.name_view(View.DXA_SPINE)
    idle(window, qtbot)
    assert desk.kept[1].patient.age_years == 66
    assert window.screening.waiting == 1


def test_it_is_kept_where_all_that_wait_are_named_at_once(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    open_files(window, desk, qtbot, tmp_path / "b.png", tmp_path / "a.png")
    window.screening.set_patient(EVA)
    open_files(window, desk, qtbot, tmp_path / "c.png")
    window.screening.name_view(View.DXA_SPINE, for_all=True)
    idle(window, qtbot)
    patients = {study.file.name: study.patient for study in desk.kept.values()}
    assert patients == {"a.png": desk.patient, "b.png": EVA, "c.png": desk.patient}


def test_it_is_not_said_of_another_picture_in_its_place(
    window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    open_files(window, desk, qtbot, tmp_path / "a.png")
    window.screening.set_patient(EVA)
    (tmp_path / "a.png").write_bytes(b"another patient")
    window.screening.show_waiting()
    idle(window, qtbot)
    assert window.screening.case.patient == desk.patient
    window.screening.name_view(View.DXA_SPINE)
    idle(window, qtbot)
    assert desk.kept[1].patient == desk.patient
    assert window.screening.waiting == 0
