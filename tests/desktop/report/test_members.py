"""Members of an ensemble on paper: each one's vote, and where models and members do not agree."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.clinical.reference import default_table
from desktop.findings.result import Member, NotMeasured, Outcome
from desktop.findings.study import Study
from desktop.findings.votes import EFFECT_MEANING
from desktop.report.draw import write_pdf
from desktop.report.members import member_table
from desktop.report.model import Report, build_report

MEMBERS = (
    Member("cnn", Outcome.FLAGGED, 0.71, {}, 0.824),
    Member("vgg16", Outcome.UNCERTAIN, 0.335, {}, -0.001),
    Member("resnet_forest", Outcome.NOT_FLAGGED, 0.004, {}, -1.31),
)
SILENT = NotMeasured("This model measures no bone density.")


@pytest.fixture
def voted_study(twice_judged_study: Study) -> Study:
    """Return a study that an ensemble and a regression judged; members and models disagree."""
    result = twice_judged_study.result
    ensemble = replace(result.findings[0], outcome=Outcome.NOT_FLAGGED, members=MEMBERS)
    return replace(twice_judged_study, result=replace(result, findings=(ensemble, *result.findings[1:])))


def printed(report: Report, path: Path) -> str:
    """Return the words on the report's paper, in one line."""
    write_pdf(report, path)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    read = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True, text=True)
    return " ".join(read.stdout.split())


def test_each_member_has_its_row(voted_study: Study) -> None:
    table = member_table(voted_study.result.findings[0])
    assert table is not None
    assert table.rows == (
        ("CNN", "Flagged", "71 %", "+0.82"),
        ("VGG16", "Uncertain", "34 %", "0.00"),
        ("ResNet with forest", "Not flagged", "below 1 %", "\u22121.31"),
    )
    assert member_table(voted_study.result.findings[1]) is None


def test_the_report_says_who_disagrees_and_averages_nothing(voted_study: Study, tmp_path: Path) -> None:
    report = build_report(voted_study, default_table())
    assert report.verdict.outcome is Outcome.FLAGGED
    words = printed(report, tmp_path / "report.pdf")
    assert "dxa_bmd (from bone density) says flagged" in words
    assert "not averaged" in words
    assert "The members disagree: CNN says flagged, VGG16 says uncertain" in words
    for cell in ("+0.82", "below 1 %", "44 %", "71 %"):
        assert cell in words
    assert "Page 1 of 1" in words


def test_the_usual_warnings_of_a_picture_without_tags_are_all_on_paper(
    voted_study: Study, tmp_path: Path
) -> None:
    said = (
        "L1-L4 is weighted by mean vertebral areas, because the model measures no areas.",
        "Whether the picture is mirrored cannot be told, and whether it is upside down not always; the "
        "answer is about the same: check that it is upright.",
        "The patient's age is not known: the T-score holds only for women after menopause and for men of 50 "
        "and over.",
        "The file does not say whether bone is bright or dark; it is taken to be bright.",
    )
    findings = tuple(replace(each, warnings=said) for each in voted_study.result.findings)
    study = replace(voted_study, result=replace(voted_study.result, findings=findings))
    report = build_report(study, default_table())
    assert report.warnings == said
    words = printed(report, tmp_path / "report.pdf")
    assert all(warning in words for warning in said)


def test_classes_that_are_not_shown_in_detail_stand_in_a_line(voted_study: Study) -> None:
    ensemble, regression = voted_study.result.findings
    classes = {"t_at_or_below_minus_2_5": 0.44, "t_minus_1_to_minus_2_5": 0.5, "t_above_minus_1": 0.06}
    told = replace(
        ensemble,
        class_probabilities=classes,
        possible_classes=("t_at_or_below_minus_2_5", "t_minus_1_to_minus_2_5"),
        bmd_g_cm2=SILENT,
    )
    result = replace(voted_study.result, findings=(told, regression))
    report = build_report(replace(voted_study, result=result), default_table())
    line = (
        "T\u00a0\u2264\u00a0\u22122.5: 44 %, T from \u22122.5 to \u22121: 50 %, T above \u22121: 6 %; "
        "left open: T\u00a0\u2264\u00a0\u22122.5 and T from \u22122.5 to \u22121."
    )
    assert report.votes_legend == (EFFECT_MEANING, f"stacked_ensemble: {line}")
    alone = replace(voted_study, result=replace(result, findings=(told,)))
    assert build_report(alone, default_table()).votes_legend == (EFFECT_MEANING,)


def test_a_report_of_one_network_has_no_members(twice_judged_study: Study) -> None:
    single = replace(twice_judged_study.result, findings=twice_judged_study.result.findings[1:])
    report = build_report(replace(twice_judged_study, result=single), default_table())
    assert report.members is None
    assert report.votes == ()
