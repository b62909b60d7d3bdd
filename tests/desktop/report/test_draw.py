import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from desktop.clinical.reference import default_table
from desktop.errors import StorageError
from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.result import Outcome
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient
from desktop.report.draw import page_image, pdf_bytes, write_pdf
from desktop.report.model import Report, build_report
from desktop.report.page import MARK_GROUND
from desktop.report.sheet import printed

pytestmark = pytest.mark.usefixtures("qapp")
MakeStudy = Callable[..., Study]
WARNINGS = tuple(f"Warning {k}: the polarity of this picture was not stated. " * 4 for k in range(20))
NAMES = [
    "עדה בן־דוד " * 9,
    "الخوارزمي محمد بن موسى " * 9,
    "山田太郎" * 30,
    "O'Neill-Fitzgerald " * 9,
    "W" * 300,
]


@pytest.fixture
def report(make_study: MakeStudy) -> Report:
    return build_report(make_study(), default_table())


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def _margins_are_empty(image: QImage) -> bool:
    side = round(image.width() * 12 / 210)
    strips = [
        QRectF(0, 0, side, image.height()),
        QRectF(image.width() - side, 0, side, image.height()),
        QRectF(0, 0, image.width(), side / 2),
        QRectF(0, image.height() - side / 2, image.width(), side / 2),
    ]
    white = QColor("white").rgb()
    return all(
        image.pixel(x, y) == white
        for strip in strips
        for x in range(int(strip.left()), int(strip.right()), 3)
        for y in range(int(strip.top()), int(strip.bottom()), 3)
    )


@pytest.mark.parametrize(("size", "points"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_one_page_of_the_size_asked_for(report: Report, size: str, points: tuple[int, int]) -> None:
    pdf = pdf_bytes(report, size)  # type: ignore[arg-type]
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box is not None
    assert tuple(round(float(each)) for each in box.groups()) == points
    assert _pages(pdf) == 1


def test_no_patient_in_the_metadata(report: Report, tmp_path: Path) -> None:
    pdf = pdf_bytes(report)
    head = pdf[:2000] + pdf[-4000:]
    for encoded in (b"Doe", "Doe".encode("utf-16-be")):
        assert encoded not in head
    assert "Trabecula: Bone density screening".encode("utf-16-be") in pdf


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_words_are_in_the_pdf(make_study: MakeStudy, tmp_path: Path, outcome: Outcome) -> None:
    report = build_report(make_study(outcome=outcome), default_table())
    write_pdf(report, tmp_path / "report.pdf")
    printed = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.count(PHANTOM_MARK) == 2
    for words in (report.verdict.title, "4f" * 32, "0.793", "−2.6", "PID-0042", "not say", report.limits[1]):
        assert words in " ".join(printed.split())
    assert "normal" not in printed.casefold()


def test_the_mark_is_prominent(report: Report) -> None:
    image = page_image(report)
    assert image.pixel(image.width() // 8, round(image.height() * 12.5 / 297)) == QColor(MARK_GROUND).rgb()


@pytest.mark.parametrize("name", NAMES)
def test_long_names_of_any_script_stay_on_their_line(make_study: MakeStudy, name: str) -> None:
    study = make_study(Patient(name=name, identifier=name))
    assert _margins_are_empty(page_image(build_report(study, default_table()), 620))


@pytest.mark.parametrize("names", [("王, 小明", "李, 小华"), ("\U0010fffc", "\U0010fffd"), ("\x01", "\x02")])
def test_names_in_letters_that_no_font_has_do_not_look_alike(
    make_study: MakeStudy, names: tuple[str, str]
) -> None:
    one, other = (page_image(build_report(make_study(Patient(name=name)), default_table())) for name in names)
    assert one != other


def test_letters_that_no_font_has_are_code_points(report: Report) -> None:
    page_image(report)  # makes fonts known
    assert printed("Ærø \n Ω־Ж") == "Ærø \n Ω־Ж"
    assert printed("Wang \U0010fffd\U0010fffc\x01, x") == "Wang \u27e8U+10FFFD 10FFFC 0001\u27e9, x"


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_very_long_warnings_stay_on_one_page(report: Report, size: str) -> None:
    assert _pages(pdf_bytes(replace(report, warnings=WARNINGS), size)) == 1  # type: ignore[arg-type]
    assert _margins_are_empty(page_image(replace(report, warnings=WARNINGS), 620))


def test_a_refused_picture_is_drawn(refused_study: Study) -> None:
    assert _margins_are_empty(page_image(build_report(refused_study, default_table()), 620))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.lists(st.text(max_size=300), max_size=12).map(tuple))
def test_any_text_can_be_drawn(report: Report, words: str, warnings: tuple[str, ...]) -> None:
    verdict = replace(report.verdict, meaning=words)
    page_image(replace(report, verdict=verdict, warnings=warnings), 310)


def test_writing_to_no_folder_is_a_sentence(report: Report, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="choose another folder"):
        write_pdf(report, tmp_path / "absent" / "report.pdf")


def test_without_a_window_the_report_is_written_too(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "import numpy as np\n"
        "from desktop.findings.result import ScreeningResult, Seconds, Status\n"
        "from desktop.findings.study import new_study\n"
        "from desktop.imaging.radiograph import Patient, Radiograph\n"
        "from desktop.report.draw import write_pdf\n"
        "from desktop.report.model import build_report\n"
        "picture = Radiograph(Path('x.png'), np.zeros((8, 8), np.float32), 1.0)\n"
        "result = ScreeningResult('x.png', Status.REFUSED, 'Name the view.', None, (), Seconds(0, 0))\n"
        "write_pdf(build_report(new_study(picture, result, Patient()), None), Path(sys.argv[1]))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "report.pdf")], check=True)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def _white_share(image: QImage, area: QRectF) -> float:
    """Return the share of all-white squares, 5 mm wide, in an area of millimetres."""
    scale = image.width() / 210
    squares = [
        image.copy(round(x * scale), round(y * scale), round(5 * scale), round(5 * scale))
        for x in range(int(area.left()), int(area.right()) - 4, 5)
        for y in range(int(area.top()), int(area.bottom()) - 4, 5)
    ]
    empty = QImage(squares[0].size(), squares[0].format())
    empty.fill(QColor("white"))
    return sum(square == empty for square in squares) / len(squares)


@pytest.mark.parametrize("size_px", [(300, 640), (400, 400), (640, 300)])
def test_the_page_is_used_whatever_the_pictures_shape(
    make_study: MakeStudy, png: Callable[..., bytes], size_px: tuple[int, int]
) -> None:
    study = replace(make_study(), picture_png=png(size_px))
    image = page_image(build_report(study, default_table()), 620)
    assert _margins_are_empty(image)
    assert _white_share(image, QRectF(15, 85, 180, 120)) < 0.3


def test_two_models_fit_on_the_page(twice_judged_study: Study) -> None:
    report = build_report(twice_judged_study, default_table())
    assert _pages(pdf_bytes(report)) == 1
    assert _margins_are_empty(page_image(replace(report, warnings=WARNINGS), 620))


def test_a_report_whose_reference_table_is_gone_still_shows_its_bmd(make_study: MakeStudy) -> None:
    report = build_report(make_study(), None)
    assert _margins_are_empty(page_image(report, 620))
