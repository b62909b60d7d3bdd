"""Classes and vertebral heights on the page, of a lateral spine whose corners are known."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.clinical.reference import default_table
from desktop.findings.marks import CLASS_TITLES, HEIGHTS_MEANING, classes_sentence, possible_sentence
from desktop.findings.result import Finding, NotMeasured, Outcome, VertebralHeights, ViewFinding
from desktop.findings.study import Study
from desktop.imaging.radiograph import View
from desktop.report.classes import class_notes, class_table, height_notes, height_table
from desktop.report.draw import write_pdf
from desktop.report.model import PROBABILITY, build_report

NO_DENSITY = NotMeasured("This model measures no bone density.")
NO_SPACING = "The picture tells no pixel spacing."


@pytest.fixture
def spine_study(make_study: Callable[..., Study]) -> Study:
    """Return a study of a lateral picture 400 x 300 of which a model told classes, L2 crushed."""
    kept = make_study()
    first = kept.result.findings[0]
    finding = replace(
        first,
        model=replace(first.model, family="lumbar_xray"),
        outcome=Outcome.FLAGGED,
        osteoporosis_probability=0.32,
        bmd_g_cm2=NO_DENSITY,
        t_score=NO_DENSITY,
        z_score=NO_DENSITY,
        class_probabilities={
            "t_above_minus_1": 0.195,
            "t_minus_1_to_minus_2_5": 0.485,
            "t_at_or_below_minus_2_5": 0.32,
        },
        possible_classes=("t_minus_1_to_minus_2_5", "t_at_or_below_minus_2_5"),
        reference_table="",
        vertebrae_used=("L1", "L2", "L3"),
        not_measured={},
        vertebrae={"L1": (199.5, 99.5), "L2": (199.5, 149.5)},
        regions={"l1_l3": ((100.0, 50.0), (300.0, 50.0), (300.0, 250.0), (100.0, 250.0))},
        fractures={"L1": 0, "L2": 2},
        vertebral_heights={
            "L1": VertebralHeights(1.0, 0.9, -0.01, 30.04, 27.0, 30.0),
            "L2": VertebralHeights(0.7, 0.8, 0.284, 21.0, 24.0, 30.0),
        },
    )
    result = replace(kept.result, view=ViewFinding(View.LUMBAR_LATERAL, 1.0), findings=(finding,))
    return replace(kept, result=result, size_px=(400, 300))


def only(study: Study) -> Finding:
    return study.result.findings[0]


def test_the_gravest_class_comes_first_and_tells_whether_it_stays_open(spine_study: Study) -> None:
    table = class_table(only(spine_study))
    assert [row[1:] for row in table.rows] == [("32 %", "yes"), ("48 %", "yes"), ("20 %", "\u2014")]
    assert table.rows[0][0] == CLASS_TITLES["t_at_or_below_minus_2_5"]
    assert not any("steop" in row[0] for row in table.rows)  # an estimate carries no category


def test_the_classes_left_open_are_told_with_what_holds_for_them(spine_study: Study) -> None:
    notes = class_notes(only(spine_study))
    assert notes[0].endswith("Vertebrae used: L1, L2, L3.")
    assert notes[1].startswith(
        "The picture leaves open: T\u00a0\u2264\u00a0\u22122.5 or T from \u22122.5 to \u22121."
    )
    assert "for 90%" in notes[1]
    assert "not verified on patients" in notes[1]


def test_a_single_class_or_none_left_open(spine_study: Study) -> None:
    only_one = replace(only(spine_study), possible_classes=("t_above_minus_1",))
    assert "leaves open: T above \u22121." in possible_sentence(only_one)
    assert possible_sentence(replace(only_one, possible_classes=NotMeasured("No set."))) == ""


def test_heights_and_grades_stand_by_vertebra(spine_study: Study) -> None:
    assert height_table(only(spine_study)).rows == (
        ("L1", "30.0", "27.0", "30.0", "0 %", "0"),
        ("L2", "21.0", "24.0", "30.0", "28 %", "2"),
    )
    assert height_notes(only(spine_study))[-1] == HEIGHTS_MEANING


def test_without_a_pixel_spacing_the_reason_stands_for_the_lengths(spine_study: Study) -> None:
    ratios = {"L1": VertebralHeights(1.0, 0.9, 0.3)}
    finding = replace(
        only(spine_study),
        vertebral_heights=ratios,
        fractures=NotMeasured("Too few vertebrae."),
        not_measured={
            "vertebral_heights.mm": NO_SPACING,
            "vertebral_heights.T12": "Not whole.",
            "vertebral_heights.L5": "Not whole.",
        },
    )
    assert height_table(finding).rows == (("L1", "\u2014", "\u2014", "\u2014", "30 %", "\u2014"),)
    notes = height_notes(finding)
    assert set(notes) == {NO_SPACING, "T12, L5: Not whole.", "Too few vertebrae.", HEIGHTS_MEANING}


def test_a_crushed_vertebra_is_to_be_read_whatever_the_outcome(spine_study: Study) -> None:
    told = [note for note in height_notes(only(spine_study)) if "read for a fracture" in note]
    assert len(told) == 1
    assert told[0].startswith("Check the corners of L2: ")
    mild = replace(only(spine_study), fractures={"L1": 0, "L2": 1})
    assert not any("read for a fracture" in note for note in height_notes(mild))


def test_a_finding_of_bmd_has_neither_classes_nor_heights(make_study: Callable[..., Study]) -> None:
    finding = only(make_study())
    assert isinstance(class_table(finding), NotMeasured)
    assert height_table(finding) is None
    assert height_notes(finding) == ()


def test_the_report_of_classes_has_no_score_and_says_why_there_is_no_curve(spine_study: Study) -> None:
    report = build_report(spine_study, default_table())
    assert [fact.label for fact in report.figures] == [PROBABILITY]
    assert report.figures[0].value == "32 %"
    assert report.table == class_table(only(spine_study))
    assert report.curve == NO_DENSITY
    assert report.vertebrae == {"L1": (0.5, pytest.approx(1 / 3)), "L2": (0.5, 0.5)}
    assert "Reference" not in {fact.label for fact in report.provenance}


def test_what_the_classes_promise_is_told_once(spine_study: Study) -> None:
    promise = classes_sentence(0.9, "phantom")
    finding = replace(only(spine_study), warnings=(promise, "The picture is dark."))
    report = build_report(
        replace(spine_study, result=replace(spine_study.result, findings=(finding,))), default_table()
    )
    assert report.warnings == ("The picture is dark.",)
    assert promise in report.notes[1]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
def test_the_page_has_classes_heights_and_names(spine_study: Study, tmp_path: Path, qapp: object) -> None:
    write_pdf(build_report(spine_study, default_table()), tmp_path / "spine.pdf")
    command = ["pdftotext", "-layout", str(tmp_path / "spine.pdf"), "-"]
    words = " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    for said in (
        "T from \u22122.5 to \u22121",
        "48 %",
        "leaves open",
        "Genant grade",
        "28 %",
        "L1-L3",
        NO_DENSITY.reason,
    ):
        assert said in words
    assert "change of bone density" in words
