"""What a finding of classes says: how probable each is, which stay open, and the vertebrae's heights."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout

from desktop.findings.marks import CLASS_TITLES
from desktop.findings.result import Finding, NotMeasured
from desktop.report.classes import class_notes, height_notes, height_table
from desktop.report.table import ScoreTable
from desktop.report.words import percent
from desktop.ui.bar_row import BarRow
from desktop.ui.labels import READABLE, muted
from desktop.ui.theme import Theme

_WIDEST = max(CLASS_TITLES.values(), key=len)


def class_rows(finding: Finding, theme: Theme) -> QVBoxLayout | None:
    """Return a bar for each class, the gravest first, and which the picture leaves open; None without."""
    probabilities = finding.class_probabilities
    if isinstance(probabilities, NotMeasured):
        return None
    rows = QVBoxLayout()
    rows.setSpacing(0)
    for name, title in CLASS_TITLES.items():
        if name in probabilities:
            rows.addWidget(BarRow(title, percent(probabilities[name]), probabilities[name], _WIDEST, theme))
    rows.addSpacing(4)
    for note in class_notes(finding):
        rows.addWidget(muted(note, small=True))
    return rows


def height_rows(finding: Finding) -> QVBoxLayout | None:
    """Return the table of the vertebrae's heights and grades with its notes; None without heights."""
    table = height_table(finding)
    if table is None:
        return None
    rows = QVBoxLayout()
    rows.setSpacing(4)
    rows.addLayout(table_grid(table))
    for note in height_notes(finding):
        rows.addWidget(muted(note, small=True))
    return rows


def table_grid(table: ScoreTable) -> QGridLayout:
    """Return a table's cells as labels, the first column strong."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(5)
    for row, cells in enumerate((table.heads, *table.rows)):
        for column, words in enumerate(cells):
            label = muted(words, small=True) if row == 0 else QLabel(words)
            label.setWordWrap(row == 0 and column > 0)
            label.setTextInteractionFlags(READABLE)
            if column == 0 and row > 0:
                label.setProperty("look", "strong")
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            label.setAlignment(side)
            grid.addWidget(label, row, column, side)
    for column in range(1, len(table.heads)):
        grid.setColumnStretch(column, 1)
    return grid
