"""Pixels on screen: as the file asks, windowed, inverted, coloured, and marked when they leave."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop.findings.marks import PHANTOM_MARK
from desktop.imaging.radiograph import Radiograph, Window
from desktop.ui.display import Display, shown_window
from desktop.ui.picture import rendered, with_mark
from desktop.ui.tokens import LIGHT

RAMP = np.arange(256, dtype=np.float32).reshape(16, 16)


def levels(image: QImage) -> NDArray[np.uint8]:
    grey = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return flat[:, : 3 * grey.width()].reshape(grey.height(), grey.width(), 3).copy()


def ramp(colour: bool = False, window: Window | None = None) -> Radiograph:
    stored = np.repeat(RAMP.astype(np.uint8)[..., None], 3, axis=2) if colour else None
    if stored is not None:
        stored[0, 0] = (255, 255, 0)
    return Radiograph(Path("x.png"), RAMP, 255.0, colour=stored, window=window)


def test_eight_bit_pixels_are_shown_as_they_are() -> None:
    shown = levels(rendered(ramp(), Display()))
    assert np.array_equal(shown[..., 0], RAMP)


def test_colour_screens_are_shown_as_stored() -> None:
    shown = levels(rendered(ramp(colour=True), Display()))
    assert tuple(shown[0, 0]) == (255, 255, 0)
    assert np.array_equal(shown[1:, :, 2], RAMP[1:])


def test_inverting_swaps_black_and_white() -> None:
    for colour in (False, True):
        plain = levels(rendered(ramp(colour), Display()))
        inverted = levels(rendered(ramp(colour), Display(inverted=True)))
        assert np.array_equal(inverted, 255 - plain)


def test_a_window_stretches_what_lies_in_it() -> None:
    for colour in (False, True):
        shown = levels(rendered(ramp(colour), Display(Window(128, 64))))
        assert shown[5, 0].max() == 0  # level 80
        assert shown[15, 15].min() == 255
        assert 100 < shown[8, 0, 0] < 160


def test_the_window_in_force_is_the_users_then_the_files_then_the_whole_range() -> None:
    assert shown_window(ramp(window=Window(40, 80)), Display(Window(1, 2))) == Window(1, 2)
    assert shown_window(ramp(window=Window(40, 80)), Display()) == Window(40, 80)
    assert shown_window(ramp(), Display()) == Window(127.5, 255)


def test_a_picture_leaves_with_its_mark_on_a_band_below(qtbot: QtBot) -> None:
    image = rendered(ramp(), Display()).scaled(500, 400)
    marked = with_mark(image, PHANTOM_MARK)
    assert marked.width() == 500
    assert marked.height() > 400
    assert levels(marked)[:400].shape == (400, 500, 3)
    assert np.array_equal(levels(marked)[:400], levels(image))
    band = levels(marked)[400:]
    ink, ground = QColor(LIGHT.mark.ink), QColor(LIGHT.mark.ground)
    assert tuple(band[0, 0]) == (ground.red(), ground.green(), ground.blue())
    assert (np.abs(band.astype(int) - [ink.red(), ink.green(), ink.blue()]).sum(axis=2) < 60).sum() > 200


def test_a_clinical_picture_leaves_as_it_is(qtbot: QtBot) -> None:
    image = rendered(ramp(), Display())
    assert with_mark(image, None) is image
