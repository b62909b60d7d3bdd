"""The list of studies: only rows in sight are read, and all rows are written alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.findings.result import Outcome, Status
from desktop.findings.study import StudyRow
from desktop.imaging.radiograph import Patient, Sex
from desktop.ui.studies_list import StudiesModel
from desktop.ui.studies_panel import StudiesPanel
from desktop.ui.theme import Theme

MANY = list(range(20_000, 0, -1))


def row(study_id: int, outcome: Outcome | None = Outcome.FLAGGED, name: str | None = None) -> StudyRow:
    patient = Patient(name=name or f"NO^{study_id}", sex=Sex.FEMALE, age_years=70)
    status = Status.SCREENED if outcome else Status.REFUSED
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return StudyRow(study_id, now, patient, None, Path("a.png"), status, outcome, b"")


@pytest.fixture
def panel(theme: Theme, qtbot: QtBot) -> StudiesPanel:
    """A panel whose wanted rows are read at once, and noted in `asked`."""
    panel = StudiesPanel()
    panel.furnish(theme)
    panel.asked = []

    def read(ids: list[int]) -> None:
        panel.asked.append(ids)
        panel.set_rows([row(study_id) for study_id in ids])

    panel.rows_wanted.connect(read, Qt.ConnectionType.QueuedConnection)
    panel.resize(236, 600)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def words(model: StudiesModel, line: int) -> str:
    return model.data(model.index(line))


def test_of_many_studies_only_those_in_sight_are_read(panel: StudiesPanel, qtbot: QtBot) -> None:
    panel.set_ids(MANY, None)
    qtbot.waitUntil(lambda: "NO" in words(panel.model, 0))
    panel.list.scrollToBottom()
    qtbot.waitUntil(lambda: "1, NO" in words(panel.model, 19_999) or "NO, 1" in words(panel.model, 19_999))
    assert panel.model.rowCount() == 20_000
    assert sum(len(ids) for ids in panel.asked) < 200


def test_rows_that_scrolled_by_are_forgotten(panel: StudiesPanel, qtbot: QtBot) -> None:
    panel.set_ids(MANY, None)
    for start in range(0, 3000, 50):
        panel.set_rows([row(study_id) for study_id in MANY[start : start + 50]])
    assert words(panel.model, 0) == ""
    assert "NO" in words(panel.model, 2999)


def test_a_new_study_leaves_the_place_that_is_looked_at(panel: StudiesPanel, qtbot: QtBot) -> None:
    panel.set_ids(MANY, None)
    panel.list.scrollTo(panel.model.index(5000), panel.list.ScrollHint.PositionAtTop)
    panel.set_ids([20_001, *MANY], None)
    top = panel.list.indexAt(panel.list.viewport().rect().topLeft())
    assert panel.model.rowCount() == 20_001
    assert abs(top.row() - 5000) <= 1


def test_a_row_that_changed_is_read_anew(panel: StudiesPanel, qtbot: QtBot) -> None:
    panel.set_ids([2, 1], None)
    panel.set_rows([row(2, name="OLD^NAME"), row(1)])
    panel.set_ids([2, 1], None)
    assert "OLD" in words(panel.model, 0)
    qtbot.waitUntil(lambda: "NO" in words(panel.model, 0))


def test_a_row_that_could_not_be_read_is_asked_for_again(theme: Theme, qtbot: QtBot) -> None:
    model = StudiesModel()
    asked = []
    model.wanted.connect(asked.append)
    model.set_ids([1])
    for count in (1, 2):
        words(model, 0)
        qtbot.waitUntil(lambda count=count: len(asked) == count)
        model.set_rows(())
    assert asked == [[1], [1]]


def test_the_day_stands_in_every_row(panel: StudiesPanel, qtbot: QtBot) -> None:
    """What is painted below the outcome is the same for each outcome, so all rows show it or none does."""
    panel.rows_wanted.disconnect()
    outcomes = (Outcome.FLAGGED, Outcome.UNCERTAIN, Outcome.NOT_FLAGGED, None)
    panel.set_ids([4, 3, 2, 1], None)
    panel.set_rows([row(4 - k, outcome, "SAME^NAME") for k, outcome in enumerate(outcomes)])
    qtbot.waitExposed(panel)
    image = panel.list.viewport().grab().toImage()
    lines = [panel.list.visualRect(panel.model.index(k)) for k in range(4)]
    height = lines[0].height() // 3
    days = [image.copy(line.adjusted(70, 2 * height, -8, -4)) for line in lines]
    assert all(day == days[0] for day in days)
    assert days[0] != QImage(days[0].size(), days[0].format())
