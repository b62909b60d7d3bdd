"""A lateral spine in the window: vertebrae and their corners, classes, heights, and corners moved by hand."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.analysis.spine_heights import NO_SPACING, fractures_of, vertebral_heights
from desktop.clinical.lumbar_lateral import (
    CORNERS,
    LEVELS,
    REGION,
    REGION_CORNERS,
    corners_of,
    region_of,
)
from desktop.findings.result import NotMeasured, Point, ScreeningResult, ViewFinding
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.ui.bar_row import BarRow
from desktop.ui.main_window import MainWindow
from desktop.ui.overlay import Layer
from desktop.ui.result_text import result_text
from tests.desktop.ui.conftest import made_result
from tests.desktop.ui.landmark_drag import drag, idle

NO_DENSITY = NotMeasured("This model measures no bone density.")
ACROSS = {"anterior": 60.0, "middle": 90.0, "posterior": 120.0}
SPINE: Mapping[str, Point] = {
    name: (ACROSS[name.rsplit("_", 1)[1]], 20.0 + 38.0 * number + (28.0 if "inferior" in name else 0.0))
    for number, level in enumerate(LEVELS)
    for name in corners_of(level)
}


def lateral(
    radiograph: Radiograph, view: View | None, patient: Patient, moved: Mapping[str, Point]
) -> ScreeningResult:
    """Return a finding of classes on corners that are known."""
    result = made_result(radiograph, view, patient)
    corners = {**SPINE, **moved}
    heights, no_mm = vertebral_heights(corners, None)
    finding = replace(
        result.findings[0],
        bmd_g_cm2=NO_DENSITY,
        t_score=NO_DENSITY,
        z_score=NO_DENSITY,
        class_probabilities={
            "t_above_minus_1": 0.05,
            "t_minus_1_to_minus_2_5": 0.14,
            "t_at_or_below_minus_2_5": 0.81,
        },
        possible_classes=("t_at_or_below_minus_2_5",),
        vertebrae_used=("L1", "L2", "L3"),
        not_measured=no_mm,
        landmarks=corners,
        regions={REGION: region_of(corners)},
        evidence_maps={REGION: ((0.1, 0.9), (0.3, 1.0))},
        fractures=fractures_of(corners, None),
        vertebral_heights=heights,
        moved_by_hand=tuple(moved),
    )
    return replace(result, view=ViewFinding(View.LUMBAR_LATERAL, 1.0), findings=(finding,))


@pytest.fixture
def spine(window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot) -> MainWindow:
    """A window on a judged lateral spine."""

    def analyse(*asked: Any) -> ScreeningResult:
        desk.moved.append(asked[3])
        return lateral(*asked)

    desk.view = View.LUMBAR_LATERAL
    window.resize(1280, 900)
    window.screening._services = replace(window.screening._services, analyse=analyse)
    window.screening.open([picture_file])
    idle(window, qtbot)
    return window


def test_classes_and_heights_stand_in_place_of_bone_density(spine: MainWindow) -> None:
    labels = [label.text() for label in spine.result.findChildren(QLabel)]
    bars = [row.accessibleName() for row in spine.result.findChildren(BarRow)]
    assert [bar.rsplit(": ", 1)[1] for bar in bars] == ["81 %", "14 %", "5 %"]
    assert bars[0].startswith("T\u00a0\u2264\u00a0\u22122.5")
    for said in ("Genant grade", "T12", "L5", NO_SPACING, NO_DENSITY.reason):
        assert said in labels
    assert any("leaves open: T\u00a0\u2264\u00a0\u22122.5." in words for words in labels)
    assert not any("Compared with others" in words or "BMD L1-L4" in words for words in labels)
    told = result_text(spine.screening.case)
    assert "81 %" in told
    assert "BMD" not in told


def test_tab_goes_from_vertebra_to_vertebra_and_page_keys_around_one(spine: MainWindow, qtbot: QtBot) -> None:
    viewer = spine.viewer
    viewer.setFocus()
    seen = []
    for _ in LEVELS:
        qtbot.keyClick(viewer, Qt.Key.Key_Tab)
        seen.append(viewer.overlay.editor.chosen)
    assert seen == [corners_of(level)[0] for level in LEVELS]
    qtbot.keyClick(viewer, Qt.Key.Key_PageUp)
    assert viewer.overlay.editor.chosen == "s1_superior_posterior"
    qtbot.keyClick(viewer, Qt.Key.Key_PageDown)
    assert viewer.overlay.editor.chosen == "s1_superior_anterior"
    assert "page down" in viewer.accessibleDescription()
    qtbot.keyClick(viewer, Qt.Key.Key_Tab)
    assert not viewer.hasFocus()


def test_the_region_follows_a_corner_while_it_is_held_and_all_is_judged_anew(
    spine: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    viewer, name = spine.viewer, "l2_superior_anterior"
    viewer.setFocus()
    for key in (Qt.Key.Key_Tab,) * 3:
        qtbot.keyClick(viewer, key)
    assert viewer.overlay.editor.chosen == name
    qtbot.keyClick(viewer, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    held = viewer.overlay._regions()[REGION]
    assert held == region_of({**SPINE, name: (50.0, SPINE[name][1])})
    qtbot.waitUntil(lambda: len(desk.moved) == 2, timeout=30_000)
    idle(spine, qtbot)
    assert desk.moved[-1] == {name: (50.0, SPINE[name][1])}
    assert desk.kept[1].result.findings[0].moved_by_hand == (name,)
    drag(spine, qtbot, "t12_superior_posterior", QPoint(8, 4))
    idle(spine, qtbot)
    assert set(desk.moved[-1]) == {name, "t12_superior_posterior"}


def test_vertebrae_are_drawn_with_the_landmarks_and_hidden_with_them(spine: MainWindow) -> None:
    viewer = spine.viewer
    shown = viewer.grab().toImage()
    x, y = viewer.viewport.of_pixel((ACROSS["anterior"], SPINE["l3_superior_anterior"][1] + 14.0))
    place = QPoint(round(x), round(y))
    viewer.overlay.show_layer(Layer.LANDMARKS, False)
    assert viewer.grab().toImage().pixelColor(place) != shown.pixelColor(place)


def test_all_39_corners_can_be_taken_hold_of(spine: MainWindow) -> None:
    viewer = spine.viewer
    assert set(SPINE) == set(CORNERS) > set(REGION_CORNERS)
    for name, point in SPINE.items():
        assert viewer.overlay.editor.at(viewer.viewport.of_pixel(point), viewer.viewport) == name
