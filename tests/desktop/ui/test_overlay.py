"""What lies over a picture in the window: shown, hidden, exported, at the right place."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.findings.anatomy_words import WHOLE_PICTURE
from desktop.findings.result import ScreeningResult
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.ui.main_window import MainWindow
from desktop.ui.markings import Markings
from desktop.ui.overlay import Layer, Overlay
from desktop.ui.region_card import EvidenceButton
from desktop.ui.tokens import LIGHT
from desktop.ui.viewer_bar import ViewerBar
from tests.desktop.ui.conftest import made_result
from tests.desktop.ui.landmark_drag import drag, idle


def test_a_finding_without_regions_shows_nothing_over_the_picture(
    window: MainWindow, picture_file: Path, qtbot: QtBot
) -> None:
    window.screening.open([picture_file])
    idle(window, qtbot)
    switches = [window.viewer_bar.actions_by_name[layer.value] for layer in Layer]
    assert not any(switch.isVisible() for switch in switches)
    assert not any(window.viewer.overlay.offers(layer) for layer in Layer)
    assert not window.actions_by_name["put_back"].isEnabled()


def test_each_layer_is_shown_and_hidden_by_its_switch(chest: MainWindow) -> None:
    viewer = chest.viewer
    for layer in Layer:
        action = chest.viewer_bar.actions_by_name[layer.value]
        assert action.isVisible()
        assert action.toolTip().endswith(f"({action.shortcut().toString()})")
        first = viewer.grab().toImage()
        action.trigger()
        assert viewer.grab().toImage() != first
        action.trigger()
        assert viewer.grab().toImage() == first


def test_a_region_lies_where_its_pixels_are_at_every_scale(chest: MainWindow) -> None:
    viewer, line = chest.viewer, QColor(chest._theme.tokens.outline.ink)
    viewer.overlay.show_layer(Layer.LANDMARKS, False)
    corners = viewer.overlay.markings.regions["t12"]
    side = ((corners[0][0] + corners[3][0]) / 2, (corners[0][1] + corners[3][1]) / 2)
    for factor in (1.0, 2.5):
        viewer.zoom(factor)
        viewer.reveal(side)
        x, y = viewer.viewport.of_pixel(side)
        ratio = viewer.devicePixelRatioF()
        shown = viewer.grab().toImage().pixelColor(int(x * ratio), int(y * ratio))
        assert abs(shown.hue() - line.hue()) < 12


def test_another_view_is_judged_without_the_landmarks_of_the_first(
    chest: MainWindow, desk: Any, qtbot: QtBot
) -> None:
    drag(chest, qtbot, "t12", QPoint(20, 0))
    idle(chest, qtbot)
    chest.screening.ask_view()
    assert not chest.viewer.overlay.offers(Layer.REGIONS)
    chest.screening.name_view(View.CHEST_FRONTAL)
    idle(chest, qtbot)
    assert desk.moved[-1] == {}


def test_regions_lie_right_on_the_kept_copy_and_do_not_move(
    chest: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    desk.kept[1] = replace(desk.kept[1], size_px=(400, 600))  # the copy is half as large
    picture_file.unlink()
    chest.screening.select(1)
    idle(chest, qtbot)
    viewer = chest.viewer
    assert viewer.overlay.offers(Layer.REGIONS)
    assert viewer.viewport.to_widget((400, 600))[1] <= viewer.height()
    drag(chest, qtbot, "t12", QPoint(20, 0))
    idle(chest, qtbot)
    assert len(desk.moved) == 1
    assert not chest.actions_by_name["put_back"].isEnabled()


def test_the_picture_leaves_with_what_is_shown_over_it(chest: MainWindow) -> None:
    with_regions = chest.viewer.picture_shown()
    for layer in Layer:
        chest.viewer.overlay.show_layer(layer, False)
    without = chest.viewer.picture_shown()
    assert with_regions.size() == without.size()
    assert with_regions != without


@pytest.mark.parametrize("size_px", [(300, 200), (3000, 2000)])
def test_a_large_picture_leaves_with_lines_in_proportion_at_the_same_place(
    qapp: QApplication, size_px: tuple[int, int]
) -> None:
    columns, rows = size_px
    box = (
        (columns * 0.4, rows * 0.3),
        (columns * 0.8, rows * 0.3),
        (columns * 0.8, rows * 0.7),
        (columns * 0.4, rows * 0.7),
    )
    overlay = Overlay()
    overlay.show_markings(Markings(regions={"t12": box}), "a picture")
    image = QImage(columns, rows, QImage.Format.Format_Grayscale8)
    image.fill(0)
    shown = overlay.on_picture(image, LIGHT)
    assert shown.size() == image.size()
    lit = [x for x in range(columns) if shown.pixelColor(x, rows // 2).lightnessF() > 0.4]
    left = [x for x in lit if x < columns * 0.6]
    assert sum(left) / len(left) == pytest.approx(columns * 0.4, abs=1)
    assert len(left) >= max(1, columns // 1000)


def test_a_region_that_is_pointed_at_in_the_result_stands_out_in_the_picture(chest: MainWindow) -> None:
    from desktop.ui.region_card import RegionShares

    shares = chest.result.findChild(RegionShares)
    rows = [row for row in shares.children() if hasattr(row, "pointed_at")]
    assert [row.accessibleName() for row in rows][:2] == [
        "Whole chest: 35 % of the answer",
        "T12: 25 % of the answer",
    ]
    before = chest.viewer.grab().toImage()
    rows[1].pointed_at.emit("t12")
    assert chest.viewer.overlay.region == "t12"
    assert chest.viewer.grab().toImage() != before
    rows[1].pointed_at.emit(None)
    assert chest.viewer.grab().toImage() == before
    for layer in Layer:
        chest.viewer.overlay.show_layer(layer, False)
    bare = chest.viewer.grab().toImage()
    rows[1].pointed_at.emit("t12")
    assert chest.viewer.grab().toImage() != bare


def test_evidence_is_faded_by_its_slider_down_to_nothing(chest: MainWindow) -> None:
    viewer, slider = chest.viewer, chest.viewer_bar.opacity
    assert not slider.isVisible()
    chest.viewer_bar.actions_by_name["evidence"].trigger()
    assert slider.isVisible()
    corners = viewer.overlay.markings.regions["chest"]
    middle = (sum(x for x, _ in corners) / 4 + 40, sum(y for _, y in corners) / 4)
    x, y = viewer.viewport.of_pixel(middle)
    hues = []
    for percent in (100, 50, 0):
        slider.setValue(percent)
        hues.append(viewer.grab().toImage().pixelColor(round(x), round(y)).saturation())
    assert hues[0] > hues[1] > hues[2]


def test_keys_fade_the_evidence_only_while_it_is_seen(chest: MainWindow) -> None:
    actions, slider = chest.viewer_bar.actions_by_name, chest.viewer_bar.opacity
    fainter, stronger = actions["evidence-fainter"], actions["evidence-stronger"]
    assert not fainter.isVisible()
    actions["evidence"].trigger()
    assert fainter.isVisible()
    for _ in range(3):
        fainter.trigger()
    stronger.trigger()
    assert slider.value() == 80


def test_how_faint_the_evidence_is_is_remembered(chest: MainWindow, qtbot: QtBot) -> None:
    chest.viewer_bar.opacity.setValue(35)
    with qtbot.waitSignal(chest.settings_changed) as kept:
        chest.close()
    (settings,) = kept.args
    assert settings.evidence_percent == 35
    assert ViewerBar(chest.viewer, chest._theme, settings.evidence_percent).opacity.value() == 35


def test_evidence_of_a_whole_picture_is_laid_over_it_without_an_outline(chest: MainWindow) -> None:
    box = ((-0.5, -0.5), (199.5, -0.5), (199.5, 299.5), (-0.5, 299.5))
    spine = Markings(regions={WHOLE_PICTURE: box}, evidence={WHOLE_PICTURE: ((0.0, 1.0), (0.0, 1.0))})
    viewer, actions = chest.viewer, chest.viewer_bar.actions_by_name
    viewer.overlay.show_markings(spine, object())
    assert not actions["regions"].isVisible()
    bare = viewer.grab().toImage()
    actions["evidence"].trigger()
    shown = viewer.grab().toImage()
    for x, differs in ((190.0, True), (5.0, False)):
        place = QPoint(*(round(each) for each in viewer.viewport.of_pixel((x, 150.0))))
        assert (shown.pixelColor(place) != bare.pixelColor(place)) is differs


def judged_by_two(radiograph: Radiograph, view: View | None, patient: Patient) -> ScreeningResult:
    """Return findings of two models that look at the whole picture, and at its upper half."""
    result = made_result(radiograph, view, patient)
    whole = ((-0.5, -0.5), (199.5, -0.5), (199.5, 299.5), (-0.5, 299.5))
    upper = ((-0.5, -0.5), (199.5, -0.5), (199.5, 149.5), (-0.5, 149.5))
    first = replace(
        result.findings[0], regions={WHOLE_PICTURE: whole}, evidence_maps={WHOLE_PICTURE: ((0.2, 1.0),)}
    )
    other = replace(
        first,
        model=replace(first.model, family="stacked_ensemble"),
        regions={"spine": upper},
        evidence_maps={"spine": ((1.0, 0.2),)},
    )
    return replace(result, findings=(first, other))


def test_a_spines_evidence_is_offered_and_of_two_models_the_one_that_was_asked_for_is_seen(
    window: MainWindow, desk: Any, picture_file: Path, qtbot: QtBot
) -> None:
    desk.analyse = judged_by_two
    window.screening.open([picture_file])
    idle(window, qtbot)
    overlay = window.viewer.overlay
    assert window.viewer_bar.actions_by_name["evidence"].isVisible()
    assert (overlay.markings.model, list(overlay.markings.evidence)) == ("dxa_bmd", [WHOLE_PICTURE])
    assert not overlay.shows(Layer.EVIDENCE)
    _, other = window.result.findChildren(EvidenceButton)
    other.click()
    assert overlay.shows(Layer.EVIDENCE)
    assert (overlay.markings.model, list(overlay.markings.evidence)) == ("stacked_ensemble", ["spine"])


def test_a_window_on_a_chest_fits_a_small_screen(chest: MainWindow) -> None:
    assert chest.minimumSizeHint().width() <= 1280
    assert chest.minimumSizeHint().height() <= 720
