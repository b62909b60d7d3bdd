"""The patient dialog."""

from datetime import date

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop.imaging.radiograph import Patient, Sex
from desktop.ui.patient_form import PatientForm
from desktop.ui.theme import Theme

ANNA = Patient("TEST^ANNA", "PH-0001", "1953-05-02", Sex.FEMALE, 71, 61.5, 160.0)


@pytest.fixture
def form(qtbot: QtBot, theme: Theme) -> PatientForm:
    form = PatientForm(ANNA, ANNA, date(2024, 11, 20))
    qtbot.addWidget(form)
    form.show()
    return form


def test_shows_what_is_known(form: PatientForm) -> None:
    assert form.edits["name"].text() == "TEST, ANNA"
    assert form.sex.currentText() == "Female"
    assert not form.notice.isVisible()


def test_points_out_another_patient_while_typing(form: PatientForm) -> None:
    form.edits["identifier"].setText("PH-0002")
    assert form.notice.isVisible()
    assert "ID differs" in form.notice_words.text()
    form.edits["identifier"].setText("ph0001")
    assert not form.notice.isVisible()


def test_a_wrong_field_keeps_the_form_open_and_says_why(form: PatientForm) -> None:
    form.edits["weight_kg"].setText("900")
    form.accept()
    assert form.isVisible()
    assert form.hints["weight_kg"].isVisible()
    assert "between 20 and 350 kg" in form.hints["weight_kg"].text()
    assert form.patient == ANNA


def test_accepted_fields_become_the_patient(form: PatientForm) -> None:
    form.edits["birth_date"].setText("")
    form.edits["age_years"].setText("68")
    form.sex.setCurrentIndex(2)
    form.accept()
    assert form.result() == QDialog.DialogCode.Accepted
    assert form.patient.age_years == 68
    assert form.patient.sex is Sex.MALE


def test_every_field_has_a_name_for_screen_readers(form: PatientForm) -> None:
    assert form.edits["weight_kg"].accessibleName() == "Weight in kg"
    assert form.sex.accessibleName() == "Sex"
