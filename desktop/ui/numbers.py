"""The numbers of a finding as labels: the group's large, each vertebra's in a row."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from desktop.clinical.lumbar import GROUP
from desktop.findings.result import Finding, Interval, NotMeasured
from desktop.report.model import PROBABILITY
from desktop.report.words import DASH, percent, range_words, signed
from desktop.ui.labels import READABLE, heading, muted, rule, section
from desktop.ui.tokens import HEADLINE_TEXT

_HEADS = ("", "BMD, g/cm²", "range", "{kind}-score, est.", "range")


def headline(finding: Finding) -> QHBoxLayout:
    """Return L1-L4's score and BMD, large, each with its range; without BMD, how probable osteoporosis is."""
    row = QHBoxLayout()
    row.setSpacing(10)
    if isinstance(finding.bmd_g_cm2, NotMeasured):
        row.addWidget(_probability(finding), 1)
        return row
    score = _scores(finding)
    row.addWidget(_figure(f"{finding.score_kind}-score {GROUP}, estimated", score, 1), 1)
    row.addWidget(_figure(f"BMD {GROUP}, g/cm²", finding.bmd_g_cm2, 3), 1)
    return row


def vertebra_table(finding: Finding) -> QGridLayout:
    """Return a row for each vertebra and for the group; what was not measured shows a dash and its reason."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(5)
    for column, words in enumerate(_HEADS):
        label = muted(words.format(kind=finding.score_kind), small=True)
        label.setWordWrap(False)
        grid.addWidget(label, 0, column, _side(column))
    for row, site in enumerate(sites(finding), start=1):
        _fill_row(grid, 2 * row, site, finding)
    for column in (1, 2, 3, 4):
        grid.setColumnStretch(column, 1)
    return grid


def sites(finding: Finding) -> list[str]:
    """Return the sites of a finding, the group last."""
    bmd = {} if isinstance(finding.bmd_g_cm2, NotMeasured) else finding.bmd_g_cm2
    return sorted(bmd, key=lambda site: (site == GROUP, site))


def _scores(finding: Finding) -> Mapping[str, Interval] | NotMeasured:
    return finding.t_score if finding.score_kind == "T" else finding.z_score


def _probability(finding: Finding) -> QFrame:
    frame = _frame(PROBABILITY)
    layout = frame.layout()
    assert layout is not None
    each = finding.osteoporosis_probability
    told = each.reason if isinstance(each, NotMeasured) else percent(each)
    large = not isinstance(each, NotMeasured)
    layout.addWidget(heading(told, HEADLINE_TEXT) if large else muted(told, small=True))
    if isinstance(finding.bmd_g_cm2, NotMeasured):
        layout.addWidget(muted(finding.bmd_g_cm2.reason, small=True))
    frame.setAccessibleName(f"{PROBABILITY}: {told}")
    return frame


def _figure(title: str, values: Mapping[str, Interval] | NotMeasured, places: int) -> QFrame:
    frame = _frame(title)
    layout = frame.layout()
    assert isinstance(layout, QVBoxLayout)
    value = None if isinstance(values, NotMeasured) else values.get(GROUP)
    if value is not None:
        large = heading(signed(value.value, places), HEADLINE_TEXT)
        layout.addWidget(large)
        layout.addWidget(muted(range_words(value, places)))
        frame.setAccessibleName(f"{title}: {large.text()}, {range_words(value, places)}")
    else:
        reason = values.reason if isinstance(values, NotMeasured) else f"Not measured for {GROUP}."
        layout.addWidget(muted(reason, small=True))
    layout.addStretch(1)
    return frame


def _frame(title: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("look", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(14, 10, 14, 10)
    layout.setSpacing(1)
    layout.addWidget(section(title))
    return frame


def _fill_row(grid: QGridLayout, row: int, site: str, finding: Finding) -> None:
    if site == GROUP:
        grid.addWidget(rule(), row - 1, 0, 1, 5)
    name = QLabel(site)
    name.setProperty("look", "strong")
    grid.addWidget(name, row, 0)
    for column, values, places in ((1, finding.bmd_g_cm2, 3), (3, _scores(finding), 1)):
        value = None if isinstance(values, NotMeasured) else values.get(site)
        texts = (
            (signed(value.value, places), range_words(value, 2 if places == 3 else 1))
            if value
            else (DASH, "")
        )
        for offset, text in enumerate(texts):
            label = QLabel(text) if offset == 0 else muted(text)
            label.setTextInteractionFlags(READABLE)
            label.setWordWrap(False)
            label.setToolTip("" if value else _why(finding, site, column))
            if site == GROUP and offset == 0:
                label.setProperty("look", "strong")
            grid.addWidget(label, row, column + offset, _side(column + offset))


def _value_and_range(value: Interval | None, places: int) -> tuple[str, str]:
    if value is None:
        return DASH, ""
    return signed(value.value, places), range_words(value, min(places, 2))


def _why(finding: Finding, site: str, column: int) -> str:
    values = finding.bmd_g_cm2 if column == 1 else _scores(finding)
    if isinstance(values, NotMeasured):
        return values.reason
    field = "bmd_g_cm2" if column == 1 else f"{finding.score_kind.lower()}_score"
    return finding.not_measured.get(f"{field}.{site}", "Not measured.")


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
