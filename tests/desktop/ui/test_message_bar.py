"""Messages that stop nobody."""

from pytestqt.qtbot import QtBot

from desktop.ui.message_bar import MOST_MESSAGES, MessageBar
from desktop.ui.theme import Theme


def test_says_keeps_and_forgets(qtbot: QtBot, theme: Theme) -> None:
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    assert not bar.isVisible()
    for number in range(MOST_MESSAGES + 1):
        bar.say(f"Sentence {number}.")
    assert bar.sentences == ["Sentence 1.", "Sentence 2.", "Sentence 3."]
    bar.say("Sentence 1.")
    assert bar.sentences == ["Sentence 2.", "Sentence 3.", "Sentence 1."]
    bar._messages[0].away.click()
    assert bar.sentences == ["Sentence 3.", "Sentence 1."]
    bar.clear()
    assert bar.sentences == []
    assert not bar.isVisible()


def test_what_is_about_a_picture_goes_with_it(qtbot: QtBot, theme: Theme) -> None:
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    bar.say("The settings were broken.", "notice")
    bar.say("Saved as report.pdf.", "notice", passing=True)
    bar.turn_over()
    assert bar.sentences == ["The settings were broken."]
