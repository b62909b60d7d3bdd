"""A bar above the work that says what went wrong or is worth knowing, without stopping anyone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.ui.icons import icon
from desktop.ui.theme import Theme

MOST_MESSAGES = 3

Kind = Literal["error", "notice"]


class Message(QFrame):
    """One sentence with its sign and a button that takes it away."""

    def __init__(self, kind: Kind, sentence: str, theme: Theme, passing: bool) -> None:
        super().__init__()
        self.setProperty("look", kind)
        self.sentence = sentence
        self.passing = passing
        tone = getattr(theme.tokens, kind)
        sign = QLabel()
        sign.setPixmap(icon("warning" if kind == "error" else "info", tone.ink).pixmap(18, 18))
        sign.setAccessibleName("Error" if kind == "error" else "Notice")
        words = QLabel(sentence)
        words.setWordWrap(True)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.away = QToolButton()
        self.away.setIcon(icon("close", tone.ink))
        self.away.setToolTip("Close this message")
        self.away.setAccessibleName("Close this message")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(sign)
        layout.addWidget(words, 1)
        layout.addWidget(self.away)


class MessageBar(QWidget):
    """The newest messages, one under the other; the same sentence is not said twice."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._messages: list[Message] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 6, 8, 0)
        self._layout.setSpacing(4)
        self.setAccessibleName("Messages")
        self.hide()

    @property
    def sentences(self) -> list[str]:
        """What is said now, oldest first."""
        return [message.sentence for message in self._messages]

    def say(self, sentence: str, kind: Kind = "error", passing: bool = False) -> None:
        """Show a sentence until the user closes it or newer ones push it out.

        passing: it is about the picture on screen, and goes when another one is shown.
        """
        for message in list(self._messages):
            if message.sentence == sentence or len(self._messages) >= MOST_MESSAGES:
                self._take_away(message)
        message = Message(kind, sentence, self._theme, passing)
        message.away.clicked.connect(lambda: self._take_away(message))
        self._messages.append(message)
        self._layout.addWidget(message)
        self.show()

    def say_each(self, sentences: Sequence[str]) -> None:
        """Show several sentences about what went wrong."""
        for sentence in sentences:
            self.say(sentence)

    def turn_over(self) -> None:
        """Take away what was about the picture that was on screen."""
        for message in [each for each in self._messages if each.passing]:
            self._take_away(message)

    def clear(self) -> None:
        """Take all messages away."""
        for message in list(self._messages):
            self._take_away(message)

    def _take_away(self, message: Message) -> None:
        if message in self._messages:
            self._messages.remove(message)
            self._layout.removeWidget(message)
            message.hide()
            message.deleteLater()
        self.setVisible(bool(self._messages))
