"""The form for what is known of the patient; it says beside each field what makes no sense."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.findings.patient_match import mismatch_sentence, mismatches
from desktop.imaging.radiograph import Patient, Sex
from desktop.ui.labels import look
from desktop.ui.patient_check import CheckedForm, Fields, checked, fields_of

_ROWS = (
    ("name", "Name", "Family name, given name", ""),
    ("identifier", "Patient ID", "", ""),
    ("birth_date", "Birth date", "YYYY-MM-DD", ""),
    ("sex", "Sex", "", ""),
    ("age_years", "Age", "", "years"),
    ("weight_kg", "Weight", "", "kg"),
    ("height_cm", "Height", "", "cm"),
)
_SEXES: tuple[tuple[str, Sex | None], ...] = (("Not known", None), ("Female", Sex.FEMALE), ("Male", Sex.MALE))


class PatientForm(QDialog):
    """Edits a patient; `patient` holds the result after the dialog was accepted."""

    def __init__(
        self, patient: Patient, picture: Patient | None, examined: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Patient")
        self.setMinimumWidth(440)
        self.patient = patient
        self._picture = picture or Patient()
        self._examined = examined
        self.edits: dict[str, QLineEdit] = {}
        self.hints: dict[str, QLabel] = {}
        self.sex = QComboBox()
        self.sex.setMinimumHeight(30)
        for words, sex in _SEXES:
            self.sex.addItem(words, sex)
        self.notice, self.notice_words = _notice()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self._fill(fields_of(patient))
        self._check()

    def fields(self) -> Fields:
        """Return what is typed now."""
        typed = {name: edit.text() for name, edit in self.edits.items()}
        return Fields(sex=_SEXES[self.sex.currentIndex()][1], **typed)

    def accept(self) -> None:  # noqa: D102
        form = self._check()
        if form.problems:
            first = next(name for name, *_ in _ROWS if name in form.problems)
            self.edits[first].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.patient = form.patient
        super().accept()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        lead = QLabel(
            "Sex and age decide whether T\u2011 or Z\u2011scores are given. What is not known stays empty."
        )
        lead.setWordWrap(True)
        lead.setProperty("look", "muted")
        layout.addWidget(lead)
        layout.addWidget(self.notice)
        layout.addLayout(self._grid())
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        look(self.buttons.button(QDialogButtonBox.StandardButton.Save), "primary")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        for row, (name, words, placeholder, unit) in enumerate(_ROWS):
            field = self.sex if name == "sex" else self._edit(name, placeholder)
            label = QLabel(f"{words}:")
            label.setBuddy(field)
            field.setAccessibleName(f"{words} in {unit}" if unit else words)
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(field, 1)
            if unit:
                line.addWidget(QLabel(unit))
            grid.setRowMinimumHeight(2 * row + 1, 6)
            grid.addWidget(label, 2 * row, 0)
            grid.addLayout(line, 2 * row, 1)
            if name in self.edits:
                grid.addWidget(self.hints[name], 2 * row + 1, 1)
        self.sex.currentIndexChanged.connect(self._check)
        return grid

    def _edit(self, name: str, placeholder: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setPlaceholderText(placeholder)
        edit.setMaxLength(120)
        edit.textChanged.connect(self._check)
        hint = QLabel()
        hint.setWordWrap(True)
        hint.setProperty("look", "wrong")
        hint.hide()
        self.edits[name], self.hints[name] = edit, hint
        return edit

    def _fill(self, fields: Fields) -> None:
        for name, edit in self.edits.items():
            edit.setText(getattr(fields, name))
        self.sex.setCurrentIndex([sex for _, sex in _SEXES].index(fields.sex))

    def _check(self) -> CheckedForm:
        form = checked(self.fields(), self._examined)
        for name, hint in self.hints.items():
            hint.setText(form.problems.get(name, ""))
            hint.setVisible(name in form.problems)
        differing = mismatches(form.patient, self._picture)
        self.notice_words.setText(mismatch_sentence(differing))
        self.notice.setVisible(bool(differing))
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))
        return form


def _notice() -> tuple[QFrame, QLabel]:
    notice = QFrame()
    notice.setProperty("look", "notice")
    words = QLabel()
    words.setWordWrap(True)
    layout = QHBoxLayout(notice)
    layout.setContentsMargins(12, 8, 12, 8)
    layout.addWidget(words)
    notice.hide()
    return notice, words
