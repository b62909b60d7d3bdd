"""Pages behind the reports of the command line: those asked for, the clinic's where they are good."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from desktop.paths import data_dir

pytestmark = pytest.mark.usefixtures("with_model")


def words_of(pdf) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    return subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True, text=True).stdout


def test_a_name_prints_as_it_is_or_as_its_code_points(trabecula, write_dicom_spine, tmp_path):
    path = write_dicom_spine(SpecificCharacterSet="ISO_IR 192", PatientName="王^小明")
    assert trabecula("screen", path, "--report", tmp_path / "reports").status == 0
    words = words_of(tmp_path / "reports" / "spine.pdf")
    assert "⟨U+738B⟩, ⟨U+5C0F 660E⟩" in words or "王, 小明" in words


def test_pages_asked_for_are_behind_each_report(trabecula, spine, tmp_path):
    own = data_dir() / "pages"
    own.mkdir(parents=True)
    (own / "questions.md").write_text("# Our questions\n\nWho are we?\n", "utf-8")
    (own / "treatment.md").write_text("<b>broken</b>", "utf-8")
    out = tmp_path / "reports"
    asked = ("--report", out, "--pages", "questions,treatment")
    ended = trabecula("screen", spine, *asked, "--view", "dxa_spine")
    assert ended.status == 0
    assert "treatment.md is not shown, because line 1 has HTML" in ended.err
    words = words_of(out / f"{spine.stem}.pdf")
    assert "Who are we?" in words
    assert "Bisphosphonates" in words
    assert "Sampletown" not in words


@pytest.mark.parametrize("names", ["leaflet", "questions,leaflet", ""])
def test_a_page_that_there_is_not_is_wrong_use(trabecula, spine, tmp_path, names):
    ended = trabecula("screen", spine, "--report", tmp_path / "reports", "--pages", names)
    assert ended.status == 2
    assert "questions,treatment,specialists" in ended.err


def test_pages_without_reports_are_wrong_use(trabecula, spine):
    ended = trabecula("screen", spine, "--pages", "questions")
    assert ended.status == 2
    assert "--report" in ended.err
