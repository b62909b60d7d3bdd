"""Regions, shares and moved landmarks on the page."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from desktop.clinical.reference import default_table
from desktop.findings.marks import EVIDENCE_MEANING
from desktop.findings.study import Study
from desktop.report.draw import page_image, write_pdf
from desktop.report.evidence import TITLE
from desktop.report.model import build_report
from desktop.report.outlines import OUTLINE
from desktop.report.page import PICTURE_WIDTH
from desktop.report.sheet import LEFT

pytestmark = pytest.mark.usefixtures("qapp")


def printed(study: Study, path: Path) -> str:
    write_pdf(build_report(study, default_table()), path)
    command = ["pdftotext", "-layout", str(path), "-"]
    return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def is_outline(image: QImage, x: int, y: int) -> bool:
    colour, line = image.pixelColor(x, y), QColor(OUTLINE.line)
    return colour.saturation() > 60 and abs(colour.hue() - line.hue()) < 15


def test_regions_are_told_in_shares_of_the_picture(chest_study: Study) -> None:
    report = build_report(chest_study, default_table())
    assert report.regions["t12"][0] == (0.5, 0.75)
    assert report.regions["t12"][2] == (0.6, 0.85)


def test_without_the_pictures_size_no_region_is_drawn_at_a_wrong_place(chest_study: Study) -> None:
    report = build_report(replace(chest_study, size_px=None), default_table())
    assert report.regions == {}
    assert report.shares != ()


def test_the_largest_share_comes_first_by_its_name(chest_study: Study) -> None:
    shares = build_report(chest_study, default_table()).shares
    assert shares == (("Whole chest", 0.7), ("T12", 0.3))


def test_moved_landmarks_are_the_first_warning_and_told_once(chest_study: Study) -> None:
    warnings = build_report(chest_study, default_table()).warnings
    assert warnings[0].endswith("moved by hand, and the result rests on that: T12.")
    assert warnings[1:] == ("The picture is dark.",)


@pytest.mark.parametrize("size_px", [(400, 300), (800, 600), (3000, 2250)])
def test_an_outline_lies_on_its_place_of_the_picture_whatever_its_size(
    chest_study: Study, size_px: tuple[int, int]
) -> None:
    scale = size_px[0] / 400
    finding = chest_study.result.findings[0]
    larger = {
        name: tuple(((x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5) for x, y in corners)
        for name, corners in finding.regions.items()  # type: ignore[union-attr]
    }
    result = replace(chest_study.result, findings=(replace(finding, regions=larger),))
    study = replace(chest_study, result=result, size_px=size_px)
    image = page_image(build_report(study, default_table()), 2480)
    mm = image.width() / 210
    top = next(y for y in range(image.height()) if image.pixelColor(round((LEFT + 1) * mm), y).value() < 5)
    x = round((LEFT + 0.6 * PICTURE_WIDTH) * mm)
    y = round(top + 0.83 * PICTURE_WIDTH * 0.75 * mm)
    assert any(is_outline(image, at, y) for at in range(x - 3, x + 4))
    assert not any(is_outline(image, at, y) for at in range(x + 12, x + 40))


def colourful(image: QImage) -> int:
    """Return how many pixels of the page's picture are of a colour that no outline has."""
    mm = image.width() / 210
    ends = round(LEFT * mm), round((LEFT + PICTURE_WIDTH) * mm)
    found = 0
    for y in range(image.height() // 3, image.height() // 2):
        for x in range(*ends):
            colour = image.pixelColor(x, y)
            found += colour.saturation() > 40 and not 150 < colour.hue() < 210
    return found


def test_evidence_is_laid_over_the_picture_on_the_page(chest_study: Study) -> None:
    finding = chest_study.result.findings[0]
    maps = {"chest": ((0.9, 0.8), (0.9, 1.0))}
    with_maps = replace(chest_study.result, findings=(replace(finding, evidence_maps=maps),))
    bare, shown = (
        page_image(build_report(study, default_table()), 620)
        for study in (chest_study, replace(chest_study, result=with_maps))
    )
    assert colourful(shown) > 100 * (1 + colourful(bare))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
def test_the_page_has_the_shares_and_the_moves_in_words(chest_study: Study, tmp_path: Path) -> None:
    words = printed(chest_study, tmp_path / "chest.pdf")
    for said in (TITLE, "70 %", "30 %", "Whole chest", "moved by hand", EVIDENCE_MEANING.split(".")[0][:30]):
        assert said in words


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
def test_a_page_without_regions_says_nothing_of_them(
    make_study: Callable[..., Study], tmp_path: Path
) -> None:
    words = printed(make_study(), tmp_path / "spine.pdf")
    assert TITLE not in words
    assert "by hand" not in words


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
def test_with_many_warnings_and_two_models_shares_and_limits_stay(
    chest_study: Study, twice_judged_study: Study, tmp_path: Path
) -> None:
    long = tuple(f"Warning {k}: the polarity of this picture was not stated. " * 3 for k in range(20))
    first = replace(chest_study.result.findings[0], warnings=long)
    other = twice_judged_study.result.findings[0]
    study = replace(chest_study, result=replace(chest_study.result, findings=(first, other)))
    words = printed(study, tmp_path / "both.pdf")
    for said in (
        TITLE,
        "Whole chest",
        "moved by hand",
        "change of bone density",
        "more, shown in the program",
    ):
        assert said in words
