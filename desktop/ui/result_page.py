"""The page of one result: outcome, numbers, curve, warnings, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.clinical.reference import ReferenceTable
from desktop.findings.marks import (
    LIMITS,
    PHANTOM_MARK,
    evidence_sentence,
    moved_sentence,
    promise_sentence,
)
from desktop.findings.patient_match import mismatch_sentence
from desktop.findings.result import Finding, NotMeasured, ScreeningResult, Status
from desktop.pages.names import PageName
from desktop.report.curve import build_curve
from desktop.report.table import table_notes
from desktop.report.words import percent
from desktop.ui.case import Case
from desktop.ui.class_card import class_rows, height_rows
from desktop.ui.curve_view import CurveView
from desktop.ui.labels import heading, muted, plain, section
from desktop.ui.member_card import member_rows, model_rows
from desktop.ui.numbers import headline, vertebra_table
from desktop.ui.outcome_badge import OutcomeBadge
from desktop.ui.region_card import EvidenceButton, RegionShares, command_button, moved_notice
from desktop.ui.theme import Theme

MOVED_AMISS = "Landmarks were moved by hand: move them to where they belong, or put them back."
MOVABLE = "The landmarks are shown in the picture: move them to where they belong, and it is judged anew."
_STATUS_TITLES = {Status.REFUSED: "Not judged", Status.FAILED: "Could not be read"}


def result_page(case: Case, table: ReferenceTable, theme: Theme, commands: Mapping[str, QAction]) -> QWidget:
    """Return the widgets of a case's result, which must be there; `commands` are the ways out of it."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    assert case.result is not None
    if case.result.status is not Status.SCREENED:
        layout.addWidget(_refusal(case, case.result, commands))
    findings, outcome = case.result.findings, case.result.outcome
    if len(findings) > 1 and outcome is not None:
        layout.addWidget(OutcomeBadge(outcome, findings, theme.tokens))
        models = model_rows(findings)
        if models is not None:
            layout.addWidget(_card("The models side by side", models))
    for finding in findings:
        if len(findings) > 1:
            layout.addWidget(heading(f"{finding.model.family} {finding.model.version}"))
            if not isinstance(finding.evidence_maps, NotMeasured) and not finding.members:
                shows = EvidenceButton(finding.model.family)
                layout.addWidget(shows, alignment=Qt.AlignmentFlag.AlignLeft)
        if finding.moved_by_hand:
            layout.addWidget(moved_notice(finding.moved_by_hand, commands["put_back"]))
        _add_finding(layout, finding, case, table, theme)
    if findings:
        layout.addWidget(_card("What this does not say", _bullets(LIMITS)))
        layout.addWidget(_card("To read and to talk about", _pages(commands)))
    layout.addStretch(1)
    return page


def _add_finding(
    layout: QVBoxLayout, finding: Finding, case: Case, table: ReferenceTable, theme: Theme
) -> None:
    layout.addWidget(OutcomeBadge(finding.outcome, (finding,), theme.tokens))
    layout.addLayout(headline(finding))
    if not isinstance(finding.bmd_g_cm2, NotMeasured):
        _add_density(layout, finding, case, table, theme)
    for title, rows in (
        ("Classes", class_rows(finding, theme)),
        ("Votes of the members", member_rows(finding)),
        ("Vertebrae, as information", height_rows(finding)),
    ):
        if rows is not None:
            layout.addWidget(_card(title, rows))
    if not isinstance(finding.evidence_shares, NotMeasured):
        shares = QVBoxLayout()
        shares.addWidget(RegionShares(finding.evidence_shares, theme))
        layout.addWidget(_card("What the estimate draws on", shares))
    warnings = _warnings(finding, case)
    if warnings:
        layout.addWidget(_card("Good to know", _bullets(warnings)))
    layout.addWidget(_card("Why this outcome", _bullets(_reasons(finding))))
    layout.addWidget(_card("Where it comes from", _facts(finding, case)))


def _add_density(
    layout: QVBoxLayout, finding: Finding, case: Case, table: ReferenceTable, theme: Theme
) -> None:
    vertebrae = QVBoxLayout()
    vertebrae.addLayout(vertebra_table(finding))
    vertebrae.setSpacing(4)
    named = table if table.name == finding.reference_table else None
    for note in table_notes(finding, named):
        vertebrae.addWidget(muted(note, small=True))
    layout.addWidget(_card("Vertebrae", vertebrae))
    layout.addWidget(_card("Compared with others", _curve(finding, case, table, theme)))


def _warnings(finding: Finding, case: Case) -> list[str]:
    said_elsewhere = (
        f"{PHANTOM_MARK}.",
        promise_sentence(finding),
        mismatch_sentence(case.differing),
        moved_sentence(finding.moved_by_hand),
    )
    return [words for words in finding.warnings if words not in said_elsewhere]


def _curve(finding: Finding, case: Case, table: ReferenceTable, theme: Theme) -> QVBoxLayout:
    body = QVBoxLayout()
    if table.name == finding.reference_table:
        body.addWidget(CurveView(build_curve(case.patient, finding.bmd_g_cm2, table), theme))
    else:
        body.addWidget(
            plain(
                f"This result was compared with the table {finding.reference_table}, which is not the one in "
                "use: change the patient or the view to have it judged again."
            )
        )
    return body


def _reasons(finding: Finding) -> list[str]:
    probability = finding.osteoporosis_probability
    if isinstance(probability, NotMeasured):
        first = probability.reason
    else:
        first = (
            f"The model puts the probability of a T-score at or below \u22122.5 at {percent(probability)}; "
            f"two cut-offs on that probability decide, not {_does_not_decide(finding)}."
        )
    return [first, evidence_sentence(finding.model.evidence)]


def _does_not_decide(finding: Finding) -> str:
    measured = not isinstance(finding.bmd_g_cm2, NotMeasured)
    return "the range of the T-score" if measured else "the classes that are left open"


def _facts(finding: Finding, case: Case) -> QGridLayout:
    model = finding.model
    seconds = case.result.seconds if case.result else None
    rows = [
        ("Model", f"{model.family} {model.version}"),
        (
            "SHA-256",
            "\u200b".join(model.sha256[start : start + 8] for start in range(0, len(model.sha256), 8)),
        ),
        ("Signed by", model.signer),
        ("Arithmetic", "float" if finding.ran_in_float else "8-bit integers"),
    ]
    if seconds is not None:
        rows.append(("Time", f"{seconds.read + seconds.analyse:.2f} s"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    for row, (name, words) in enumerate(rows):
        title = muted(name, small=True)
        title.setWordWrap(False)
        grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(plain(words), row, 1, Qt.AlignmentFlag.AlignTop)
    return grid


def _bullets(sentences: Sequence[str]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    for row, sentence in enumerate(sentences):
        dot = muted("\u2022")
        grid.addWidget(dot, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(plain(sentence), row, 1, Qt.AlignmentFlag.AlignTop)
    return grid


def _pages(commands: Mapping[str, QAction]) -> QVBoxLayout:
    body = QVBoxLayout()
    body.setSpacing(6)
    for name in PageName:
        body.addWidget(command_button(commands[name]), alignment=Qt.AlignmentFlag.AlignLeft)
    return body


def _refusal(case: Case, result: ScreeningResult, commands: Mapping[str, QAction]) -> QFrame:
    body = QVBoxLayout()
    body.setSpacing(10)
    body.addWidget(heading(_STATUS_TITLES[result.status]))
    body.addWidget(plain(result.reason or ""))
    if case.moved:
        body.addWidget(plain(MOVED_AMISS))
        body.addWidget(command_button(commands["put_back"]), alignment=Qt.AlignmentFlag.AlignLeft)
        return _card("", body)
    if result.refused_landmarks and case.radiograph is not None:
        body.addWidget(plain(MOVABLE))
    body.addWidget(command_button(commands["view"]), alignment=Qt.AlignmentFlag.AlignLeft)
    return _card("", body)


def _card(title: str, body: QVBoxLayout | QGridLayout) -> QFrame:
    frame = QFrame()
    frame.setProperty("look", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(14, 10, 14, 12)
    layout.setSpacing(7)
    if title:
        layout.addWidget(section(title))
    layout.addLayout(body)
    return frame
