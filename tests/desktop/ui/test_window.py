"""The window as staff see it: what stands where, what is said, and what keys and readers find."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QListView
from pytestqt.qtbot import QtBot

from desktop.findings.marks import INTERVAL_ON_PHANTOMS, PHANTOM_MARK
from desktop.findings.result import ScreeningResult
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View
from desktop.ui.curve_view import CurveView
from desktop.ui.main_window import MainWindow
from desktop.ui.outcome_badge import OutcomeBadge


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)


def words(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.result.findChildren(QLabel) if label.isVisible())


def files(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_bytes(b"" if "empty" in name else b"picture")
    return [folder / name for name in names]


def test_an_empty_window_says_what_to_do(window: MainWindow) -> None:
    assert window.empty.isVisible()
    assert window.empty.open_button.isVisible()
    assert not window.result.isVisible()
    assert not window.mark.isVisible()
    assert not window.actions_by_name["print"].isEnabled()


def test_an_opened_picture_is_shown_judged_and_kept(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert window.viewer.has_picture
    assert window.result.findChild(OutcomeBadge).accessibleName() == "Outcome: Flagged"
    assert "T-score L1-L4, estimated" in words(window)
    assert "0.755" in words(window)
    assert "ab12cd34" in words(window).replace("\u200b", "")
    assert list(desk.kept) == [1]
    assert window.studies.selected() == 1
    assert window.actions_by_name["print"].isEnabled()


def test_the_mark_stands_over_every_phantom_result(
    window: MainWindow, picture_file: Path, qtbot: QtBot
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert window.mark.isVisible()
    assert window.mark.words.text() == PHANTOM_MARK
    window.result.verticalScrollBar().setValue(window.result.verticalScrollBar().maximum())
    assert window.mark.isVisible()


def test_files_can_be_dropped(window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files(tmp_path, "a.png", "b.png")])
    event = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    idle(window, qtbot)
    assert len(desk.kept) == 2
    assert window.screening.case.radiograph.path.name == "a.png"


def test_a_form_of_another_patient_is_pointed_out(
    window: MainWindow, picture_file: Path, qtbot: QtBot
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    window.screening.set_patient(Patient(name="Other, Eva", identifier="7", sex=Sex.FEMALE, age_years=71))
    idle(window, qtbot)
    assert window.result.patient.notice.isVisible()
    assert "name and ID differ" in window.result.patient.notice_words.text()


def test_missing_sex_and_age_are_asked_for(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    desk.patient = Patient()
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert "Enter the sex and age" in window.result.patient.notice_words.text()


def test_studies_are_found_by_name(window: MainWindow, desk: Any, tmp_path: Path, qtbot: QtBot) -> None:
    for name, path in zip(("TEST^ANNA", "DOE^JANE"), files(tmp_path, "a.png", "b.png"), strict=True):
        desk.patient = Patient(name=name)
        window.screening.open([path])
        idle(window, qtbot)
    assert window.studies.model.rowCount() == 2
    window.studies.search.setText("jane")
    idle(window, qtbot)
    assert window.studies.model.rowCount() == 1
    window.studies.search.setText("nobody")
    idle(window, qtbot)
    assert window.studies.empty.isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (900, 600)])
def test_nothing_of_the_result_is_cut_off_at_its_side(
    window: MainWindow, picture_file: Path, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.screening.open([picture_file])
    idle(window, qtbot)
    qtbot.wait(50)
    assert window.width() <= max(size[0], window.minimumSizeHint().width())
    assert window.result.widget().width() <= window.result.viewport().width()
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720


def test_a_result_on_another_table_gets_no_curve_of_this_one(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    def on_another_table(radiograph: Radiograph, view: View | None, patient: Patient) -> ScreeningResult:
        desk.analyse = None
        result = desk.judge(radiograph, view, patient)
        return replace(result, findings=(replace(result.findings[0], reference_table="Clinic 2019"),))

    desk.analyse = on_another_table
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert window.result.findChild(CurveView) is None
    assert "compared with the table Clinic 2019" in words(window)


def test_a_range_says_what_it_promises(window: MainWindow, picture_file: Path, qtbot: QtBot) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    assert window.result.findChild(CurveView) is not None
    assert INTERVAL_ON_PHANTOMS in words(window)


def test_tab_goes_from_the_commands_to_the_studies_the_picture_and_the_result(window: MainWindow) -> None:
    order, widget = [], window.nextInFocusChain()
    while widget is not window:
        order.append(widget)
        widget = widget.nextInFocusChain()
    stations = [window.top, window.studies.list, window.viewer, window.result.patient.edit_button]
    places = [order.index(station) for station in stations]
    assert places == sorted(places)


def test_every_control_has_a_name_for_screen_readers(window: MainWindow) -> None:
    kinds = (QAbstractButton, QLineEdit, QListView)
    controls = [control for kind in kinds for control in window.findChildren(kind)]
    silent = [
        control
        for control in controls
        if not control.accessibleName() and not getattr(control, "text", str)()
        if not control.objectName().startswith("qt_") and not isinstance(control.parent(), QLineEdit)
    ]
    assert len(controls) > 15
    assert [type(control).__name__ + control.toolTip() for control in silent] == []


def test_each_of_several_models_is_named_over_what_it_said(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    def twice(radiograph: Radiograph, view: View | None, patient: Patient) -> ScreeningResult:
        desk.analyse, results = None, []
        for desk.l1_l4_g_cm2 in (0.9, 1.1):
            results.append(desk.judge(radiograph, view, patient))
        (first,), (second,) = (result.findings for result in results)
        other = replace(second, model=replace(second.model, family="stacked_ensemble"))
        return replace(results[0], findings=(first, other))

    desk.analyse = twice
    window.screening.open([picture_file])
    idle(window, qtbot)
    badges = [badge.accessibleName() for badge in window.result.findChildren(OutcomeBadge)]
    assert badges == ["Outcome: Uncertain", "Outcome: Uncertain", "Outcome: Not flagged"]
    assert "dxa_bmd 1.0.0" in words(window)
    assert "stacked_ensemble 1.0.0" in words(window)
