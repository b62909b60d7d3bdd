"""What the members of an ensemble, and several models of one picture, say beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from desktop.findings.result import Finding, NotMeasured
from desktop.findings.votes import member_words, models_sentence
from desktop.report.members import member_notes, member_table
from desktop.report.table import ScoreTable, model_table
from desktop.ui.class_card import table_grid
from desktop.ui.labels import muted, plain
from desktop.ui.region_card import EvidenceButton


def member_rows(finding: Finding) -> QVBoxLayout | None:
    """Return each member's vote with how they agree, first in words; None for a single network."""
    table = member_table(finding)
    if table is None:
        return None
    said, meaning = member_notes(finding)
    rows = QVBoxLayout()
    rows.setSpacing(6)
    rows.addWidget(plain(said))
    rows.addLayout(table_grid(table))
    rows.addWidget(muted(meaning, small=True))
    if not isinstance(finding.evidence_maps, NotMeasured):
        rows.addLayout(_evidence_buttons(finding))
    return rows


def _evidence_buttons(finding: Finding) -> QGridLayout:
    """Return a button for the evidence of the whole and of each member that has a map."""
    family = finding.model.family
    named = [("", "Ensemble")]
    named += [
        (each.name, member_words(each.name)) for each in finding.members if each.evidence_map is not None
    ]
    grid = QGridLayout()
    grid.addWidget(muted("Evidence in the picture:", small=True), 0, 0, 1, 3)
    for number, (member, words) in enumerate(named):
        button = EvidenceButton(family, member, words)
        grid.addWidget(button, 1 + number // 2, number % 2, Qt.AlignmentFlag.AlignLeft)
    grid.setColumnStretch(2, 1)
    return grid


def model_rows(findings: Sequence[Finding]) -> QVBoxLayout | None:
    """Return what each model says, and in words where they do not agree; None where a single one spoke."""
    table = model_table(findings)
    if table is None:
        return None
    rows = QVBoxLayout()
    rows.setSpacing(6)
    said = models_sentence(findings)
    if said:
        rows.addWidget(plain(said))
    rows.addLayout(table_grid(_narrow(table)))
    return rows


def _narrow(table: ScoreTable) -> ScoreTable:
    """Return what fits a panel: model, outcome and probability; scores and BMD stand below, with each."""
    heads, *rows = ((cells[0], cells[1], cells[-1]) for cells in (table.heads, *table.rows))
    return ScoreTable(heads, tuple(rows))
