"""The window on the real reader, model session, store and report: a file in, a page out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.analysis import analyse
from desktop.clinical.reference import default_table, load_tables
from desktop.findings.result import Status
from desktop.imaging.radiograph import Patient, Sex, View
from desktop.models import Models
from desktop.ui.application import Program
from desktop.ui.installed import installed_services
from desktop.ui.main_window import MainWindow


@pytest.fixture
def window(qapp: QApplication, models: Models, qtbot: QtBot) -> Iterator[MainWindow]:
    here = installed_services(default_table, load_tables)
    program = Program(
        qapp,
        replace(
            here,
            prepare=lambda: models.problems,
            analyse=lambda radiograph, view, patient, moved: analyse(
                radiograph, models, view=view, patient=patient, moved_landmarks=moved
            ),
        ),
    )
    window = program.new_window()
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.started and window.runner.idle, timeout=30_000)
    yield window
    window.close()
    program.close()


def test_a_picture_in_a_report_out(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    picture = tmp_path / "spine.png"
    Image.fromarray(np.tile(np.arange(60, 120, dtype=np.uint8), (400, 5))).save(picture)

    def idle() -> None:
        qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)

    window.screening.open([picture])
    idle()
    window.screening.set_patient(Patient(name="Test, Anna", sex=Sex.FEMALE, age_years=71))
    window.screening.name_view(View.DXA_SPINE)
    idle()
    case = window.screening.case
    assert case is not None, window.messages.sentences
    assert case.study is not None, window.messages.sentences
    assert case.study.result.status is Status.SCREENED
    assert case.study.patient.age_years == 71
    window.output.write_pdf(tmp_path / "report.pdf")
    idle()
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    window.screening.select(case.study.id)
    idle()
    assert window.screening.case is not None
    assert window.screening.case.finding == case.finding
