"""Who the picture shows, at the head of the result, with a notice where the form does not match it."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.findings.patient_match import mismatch_sentence
from desktop.imaging.radiograph import Patient
from desktop.ui.case import Case
from desktop.ui.labels import heading, muted, plain
from desktop.ui.patient_check import display_name, patient_line


class PatientCard(QFrame):
    """The patient in three lines and the button to edit them."""

    def __init__(self, edit: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.name = heading("", 1.1)
        self.who = plain("")
        self.more = muted("", small=True)
        self.edit_button = QPushButton("Edit…")
        self.edit_button.setToolTip(edit.toolTip())
        self.edit_button.setAccessibleName("Edit the patient")
        self.edit_button.clicked.connect(edit.trigger)
        self.notice, self.notice_words = _notice()
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.who)
        row = QHBoxLayout()
        row.addLayout(words, 1)
        row.addWidget(self.edit_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 12, 10)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.more)
        layout.addWidget(self.notice)

    def show_case(self, case: Case) -> None:
        """Show the patient of a case."""
        patient = case.patient
        self.name.setText(display_name(patient.name) or "Name not known")
        self.who.setText(patient_line(patient))
        self.more.setText(_more(patient, case))
        self.more.setVisible(bool(self.more.text()))
        sentences = [mismatch_sentence(case.differing), _missing(patient)]
        self.notice_words.setText("\n".join(words for words in sentences if words))
        self.notice.setVisible(bool(self.notice_words.text()))


def _more(patient: Patient, case: Case) -> str:
    day = case.study.study_date if case.study else case.radiograph and case.radiograph.study_date
    parts = (("ID", patient.identifier), ("born", patient.birth_date), ("picture", day))
    return "  \u00b7  ".join(f"{name} {value}" for name, value in parts if value)


def _missing(patient: Patient) -> str:
    missing = [word for word, value in (("sex", patient.sex), ("age", patient.age_years)) if value is None]
    if not missing:
        return ""
    return f"Enter the {' and '.join(missing)}: they decide about T\u2011 or Z\u2011score and the curve."


def _notice() -> tuple[QFrame, QLabel]:
    frame = QFrame()
    frame.setProperty("look", "notice")
    words = plain("")
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(10, 7, 10, 7)
    layout.addWidget(words)
    frame.hide()
    return frame, words
