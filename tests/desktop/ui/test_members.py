"""The panel of a picture that an ensemble and a regression judged: votes, and who does not agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.findings.result import Finding, Member, NotMeasured, Outcome, ScreeningResult
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.ui.main_window import MainWindow
from desktop.ui.overlay import Layer
from desktop.ui.region_card import EvidenceButton
from desktop.ui.result_panel import ResultPanel
from tests.desktop.ui.conftest import made_result

SILENT = NotMeasured("This model measures no bone density.")
REGION = {"lumbar_spine": ((60.0, 30.0), (140.0, 30.0), (140.0, 270.0), (60.0, 270.0))}
WHOLE, OF_CNN, OF_VGG16 = (((0.5, 1.0), (0.0, 0.2)), ((1.0, 0.0), (0.0, 0.0)), ((0.0, 0.0), (0.0, 1.0)))
MEMBERS = (
    Member("cnn", Outcome.FLAGGED, 0.71, {}, 0.824, OF_CNN),
    Member("vgg16", Outcome.UNCERTAIN, 0.33, {}, -0.02, OF_VGG16),
    Member("resnet_forest", Outcome.NOT_FLAGGED, 0.06, {}, -1.31),
)


def ensemble(regression: Finding) -> Finding:
    return replace(
        regression,
        model=replace(regression.model, family="stacked_ensemble"),
        outcome=Outcome.NOT_FLAGGED,
        osteoporosis_probability=0.21,
        bmd_g_cm2=SILENT,
        t_score=SILENT,
        z_score=SILENT,
        regions=REGION,
        evidence_maps={"lumbar_spine": WHOLE},
        members=MEMBERS,
    )


def judged_twice(radiograph: Radiograph, view: View | None, patient: Patient) -> ScreeningResult:
    result = made_result(radiograph, view, patient)
    return replace(result, findings=(*result.findings, ensemble(result.findings[0])))


@pytest.fixture
def judged(window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot) -> MainWindow:
    desk.analyse = judged_twice
    window.resize(1280, 720)
    window.screening.open([picture_file])
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    return window


class Painted(QObject):
    """Notes how high the result is at each painting."""

    def __init__(self, panel: ResultPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.heights_px: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint and self._panel._result is not None:
            self.heights_px.append(self._panel._result.height())
        return False


def words_of(window: MainWindow) -> list[str]:
    return [label.text() for label in window.result.findChildren(QLabel) if label.isVisibleTo(window.result)]


def test_each_members_vote_and_probability_is_on_screen(judged: MainWindow) -> None:
    words = words_of(judged)
    for member, vote, probability in (
        ("CNN", "Flagged", "71 %"),
        ("VGG16", "Uncertain", "33 %"),
        ("ResNet with forest", "Not flagged", "6 %"),
    ):
        at = words.index(member)
        assert words[at + 1 : at + 3] == [vote, probability]
    assert any(said.startswith("The members disagree: CNN says flagged") for said in words)


def test_models_that_do_not_agree_stand_side_by_side(judged: MainWindow) -> None:
    words = words_of(judged)
    assert any(
        said.startswith("The models do not agree: dxa_bmd (from bone density) says flagged") for said in words
    )
    assert "81 %" in words
    assert "21 %" in words
    assert "51 %" not in words  # their mean


def test_the_evidence_of_each_member_is_shown_when_asked_for(judged: MainWindow) -> None:
    buttons = {button.text(): button for button in judged.result.findChildren(EvidenceButton)}
    assert set(buttons) == {"Ensemble", "CNN", "VGG16"}  # here the forest has no map
    shown = judged.viewer.overlay
    for words, evidence in (("CNN", OF_CNN), ("VGG16", OF_VGG16), ("Ensemble", WHOLE)):
        buttons[words].click()
        assert shown.shows(Layer.EVIDENCE)
        assert shown.markings.evidence == {"lumbar_spine": evidence}
        assert (words in shown.markings.model) is (words != "Ensemble")


def test_the_panel_leaves_the_picture_its_room(judged: MainWindow) -> None:
    assert judged.result.width() < judged.width() * 0.4


def test_a_long_result_is_never_painted_squashed(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    desk.analyse = judged_twice
    window.resize(1280, 720)
    painted = Painted(window.result)
    window.result.widget().installEventFilter(painted)
    window.screening.open([picture_file])
    qtbot.waitUntil(lambda: window.runner.idle and bool(painted.heights_px), timeout=30_000)
    assert set(painted.heights_px) == {window.result._result.height()}
    assert painted.heights_px[0] > window.result.height()


def test_the_copied_result_says_who_disagrees(judged: MainWindow) -> None:
    judged.actions_by_name["copy_text"].trigger()
    text = QGuiApplication.clipboard().text()
    assert "The models do not agree: " in text
    assert "The members disagree: " in text


def test_the_result_leads_to_the_pages(judged: MainWindow, qtbot: QtBot) -> None:
    button = next(each for each in judged.result.findChildren(QPushButton) if each.text() == "Treatment")
    button.click()
    qtbot.waitUntil(lambda: judged.runner.idle, timeout=30_000)
    shown = judged.information._shown
    assert shown is not None
    assert shown.tabs.tabText(shown.tabs.currentIndex()) == "Treatment"
