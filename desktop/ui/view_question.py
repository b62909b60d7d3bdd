"""The question that is asked before a picture is judged whose file does not say what it shows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QPushButton, QRadioButton, QVBoxLayout, QWidget

from desktop.imaging.radiograph import View
from desktop.ui.labels import heading, muted
from desktop.ui.sentences import VIEW_HINTS, VIEW_NAMES


class ViewQuestion(QFrame):
    """Asks which view the picture shows; `answered` carries the View, and whether for all that wait."""

    answered = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.choices = QButtonGroup(self)
        self.for_all = QCheckBox()
        self.for_all.setAccessibleName("The same for the others that wait")
        self.go = QPushButton("Screen this picture")
        self.go.setProperty("look", "primary")
        self.go.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(6)
        layout.addWidget(heading("What does this picture show?", 1.1))
        layout.addWidget(muted("Its file does not say. Nothing is judged before you confirm the view."))
        for place, view in enumerate(View):
            choice = QRadioButton(VIEW_NAMES[view])
            choice.setAccessibleDescription(VIEW_HINTS[view])
            self.choices.addButton(choice, place)
            layout.addSpacing(4)
            layout.addWidget(choice)
            hint = muted(VIEW_HINTS[view], small=True)
            hint.setIndent(24)
            layout.addWidget(hint)
        layout.addSpacing(6)
        layout.addWidget(self.for_all)
        layout.addWidget(self.go)
        self.choices.idToggled.connect(lambda *_: self.go.setEnabled(self.choices.checkedId() >= 0))
        self.go.clicked.connect(self._answer)

    def ask(self) -> None:
        """Ask afresh."""
        self.choices.setExclusive(False)
        for button in self.choices.buttons():
            button.setChecked(False)
        self.choices.setExclusive(True)
        self.go.setEnabled(False)
        self.for_all.setChecked(False)

    def offer_others(self, others_waiting: int) -> None:
        """Offer to answer for the other pictures that wait too, where there are any."""
        several = f"the {others_waiting} others that wait"
        self.for_all.setText(f"The same for {several if others_waiting > 1 else 'the other that waits'}")
        self.for_all.setVisible(others_waiting > 0)
        if others_waiting == 0:
            self.for_all.setChecked(False)

    def _answer(self) -> None:
        self.answered.emit(list(View)[self.choices.checkedId()], self.for_all.isChecked())
