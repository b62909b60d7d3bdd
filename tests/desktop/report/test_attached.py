"""The pages behind a report: on sheets of their own, whole, marked, and counted at the foot."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageRanges, QPageSize, QPdfWriter, QTextCursor

from desktop.clinical.reference import default_table
from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.study import Study
from desktop.pages.directory import Specialist
from desktop.pages.names import EXAMPLES_ONLY, NOT_ADVICE, PageName
from desktop.pages.reading import Page, read_pages
from desktop.report.attached import attached_sheets
from desktop.report.draw import paint_report, write_pdf
from desktop.report.model import build_report
from desktop.report.page_document import PageLook, directory_document, text_document

A4_MM = 297.0
FONT = QFont()
FONT.setPixelSize(14)
LOOK = PageLook(FONT, "#111111", "#555555", "#0A6A72")


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    return make_study()


def made_page(text: str) -> Page:
    return Page(PageName.QUESTIONS, text, (), Path("questions.md"), True)


def made_directory(count: int) -> Page:
    entries = tuple(Specialist(f"Dr. {number}", "Radiology", "030 1", "Berlin") for number in range(count))
    return Page(PageName.SPECIALISTS, "", entries, Path("specialists.csv"), True)


def sheets_of(pdf: Path) -> list[str]:
    """Return the words of each sheet, as poppler reads them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    read = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True)
    return read.stdout.rstrip("\f").split("\f")


def test_every_page_is_printed_on_sheets_of_its_own(study: Study, tmp_path: Path) -> None:
    pages = tuple(read_pages().values())
    write_pdf(build_report(study, default_table(), pages), tmp_path / "report.pdf")
    report, *attached = sheets_of(tmp_path / "report.pdf")
    assert "Page 1 of" in report
    assert NOT_ADVICE not in report
    assert all(NOT_ADVICE in sheet and PHANTOM_MARK in sheet for sheet in attached)
    counted = [re.search(r"Page (\d+) of (\d+)", sheet) for sheet in attached]
    assert [each and int(each[1]) for each in counted] == list(range(2, len(attached) + 2))
    assert {each and int(each[2]) for each in counted} == {len(attached) + 1}
    words = " ".join(" ".join(attached).split())
    for said in ("Does the picture leave this computer?", "Bisphosphonates", "doi.org/10.17226/13050"):
        assert said in words
    assert EXAMPLES_ONLY in attached[-1]
    assert "jose.muster@example.org" in attached[-1]


def test_attached_pages_do_not_name_the_patient(study: Study, tmp_path: Path) -> None:
    write_pdf(build_report(study, default_table(), tuple(read_pages().values())), tmp_path / "report.pdf")
    report, *attached = sheets_of(tmp_path / "report.pdf")
    assert study.patient.name is not None
    assert study.patient.name in report
    assert not any(study.patient.name in sheet for sheet in attached)


def test_a_report_without_pages_stays_one_sheet(study: Study, tmp_path: Path) -> None:
    write_pdf(build_report(study, default_table()), tmp_path / "report.pdf")
    (sheet,) = sheets_of(tmp_path / "report.pdf")
    assert "Page 1 of 1" in sheet


def test_a_long_directory_is_printed_whole(study: Study, tmp_path: Path) -> None:
    write_pdf(build_report(study, default_table(), [made_directory(400)]), tmp_path / "report.pdf")
    _, *attached = sheets_of(tmp_path / "report.pdf")
    named = re.findall(r"Dr\. \d+", " ".join(attached))
    assert named == [f"Dr. {number}" for number in range(400)]


def test_a_heading_stays_with_its_words() -> None:
    filler = "words\n\n"
    fitting = next(n for n in range(1, 200) if len(attached_sheets([made_page(filler * n)], A4_MM)) == 2)
    for lines in range(fitting - 4, fitting):
        (first, *_) = attached_sheets([made_page(f"{filler * lines}## Heading\n\n{filler * 3}")], A4_MM)
        layout, height = first.document.documentLayout(), first.document.pageSize().height()
        heading = first.document.find("Heading").block()
        tops = [layout.blockBoundingRect(block).top() for block in (heading, heading.next())]
        assert len({int(top // height) for top in tops}) == 1


def test_only_the_sheets_asked_for_are_printed(study: Study, tmp_path: Path) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    writer.setPageRanges(QPageRanges.fromString("2-3"))
    paint_report(build_report(study, default_table(), [made_directory(100)]), writer)
    (tmp_path / "report.pdf").write_bytes(bytes(buffer.data().data()))
    numbers = [re.search(r"Page (\d+)", sheet) for sheet in sheets_of(tmp_path / "report.pdf")]
    assert [each and each[1] for each in numbers] == ["2", "3"]


def test_a_document_fetches_nothing_whatever_it_names(tmp_path: Path) -> None:
    """The reader refuses such pages; were one to come through, nothing is read for it all the same."""
    picture = tmp_path / "secret.png"
    picture.write_bytes(b"not for pages")
    document = text_document(made_page(f"![a]({picture.as_uri()}) <b>bold</b> words"), LOOK)
    assert document.loadResource(2, picture.as_uri()) is None
    assert document.resource(2, picture.as_uri()) is None
    assert "<b>bold</b> words" in document.toPlainText()


def test_an_entry_shows_only_what_it_has() -> None:
    entry = Specialist("Dr. A", "", "030 1", "")
    assert directory_document([entry], LOOK).toPlainText() == "Dr. A\n030 1"


def test_links_and_words_have_the_colours_of_the_look() -> None:
    document = text_document(made_page("see [this](https://example.org)"), replace(LOOK, ink="#FFFFFF"))
    cursor = QTextCursor(document)
    cursor.setPosition(2)
    assert cursor.charFormat().foreground().color().name() == "#ffffff"
    cursor.setPosition(7)
    assert cursor.charFormat().anchorHref() == "https://example.org"
    assert cursor.charFormat().foreground().color().name() == "#0a6a72"


def test_a_paragraph_of_many_links_is_laid_out_once() -> None:
    """Dressed one by one, with a layout after each, these took minutes."""
    document = text_document(made_page("<https://example.org/a> " * 3_000), LOOK)
    assert document.toPlainText().count("https://example.org/a") == 3_000
