"""Colours that can be read, in both themes."""

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from desktop.findings.result import Outcome
from desktop.ui.stylesheet import stylesheet
from desktop.ui.theme import Theme
from desktop.ui.tokens import DARK, LIGHT, Tokens, contrast, readable_pairs

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_words_stand_out_by_at_least_4_5_to_1(tokens: Tokens) -> None:
    weak = {name: contrast(*pair) for name, pair in readable_pairs(tokens).items() if contrast(*pair) < 4.5}
    assert weak == {}


@BOTH
def test_every_outcome_has_a_tone_of_its_own(tokens: Tokens) -> None:
    assert len({tokens.of_outcome(outcome).ink for outcome in Outcome}) == len(Outcome)


@BOTH
def test_no_colour_of_the_style_sheet_is_left_open(tokens: Tokens) -> None:
    assert "$" not in stylesheet(tokens)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_a_chosen_theme_holds_and_is_told(qapp: QApplication, theme: Theme) -> None:
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.tokens.dark))
    theme.choose("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window
    theme.choose("light")
    assert told[0] is True
    assert told[-1] is False
