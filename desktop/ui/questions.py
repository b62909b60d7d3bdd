"""What the window asks in a dialog: pictures to open, whether to delete, a reference table, the patient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.imaging.radiograph import Patient
from desktop.ui.case import Case
from desktop.ui.patient_form import PatientForm
from desktop.ui.services import Services
from desktop.ui.settings_dialog import SettingsDialog

PICTURES = "Pictures (*.dcm *.dicom *.dic *.png *.jpg *.jpeg *.tif *.tiff *.bmp);;All files (*)"
DELETE_QUESTION = "Delete this study from the list? The picture's file is not touched. This cannot be undone."


def ask_pictures(window: QWidget, folder: str) -> list[Path]:
    """Return the files that the user chose, first seen in `folder`; none where they thought better of it."""
    files, _ = QFileDialog.getOpenFileNames(window, "Open pictures", folder, PICTURES)
    return [Path(file) for file in files]


def may_delete(window: QWidget) -> bool:
    """Return whether the user wants a study to be deleted."""
    buttons = QMessageBox.StandardButton
    return QMessageBox.question(window, "Delete study", DELETE_QUESTION) == buttons.Yes


def ask_table(window: QWidget, services: Services) -> str | None:
    """Return the name of the reference table that the user chose, None where they thought better of it."""
    dialog = SettingsDialog(list(services.tables().values()), services.table(), window)
    return dialog.table_name if dialog.exec() else None


def ask_patient(window: QWidget, case: Case, accepted: Callable[[Patient], None]) -> None:
    """Open the form for the patient of `case`; what was entered is handed to `accepted`."""
    picture = case.radiograph.patient if case.radiograph else Patient()
    form = PatientForm(case.patient, picture, case.examined, window)
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    form.accepted.connect(lambda: accepted(form.patient))
    form.open()
