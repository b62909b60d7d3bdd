"""Regions and evidence as drawn over a picture."""

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from desktop.findings.result import Point
from desktop.report.outlines import (
    OUTLINE,
    draw_evidence,
    draw_labels,
    draw_regions,
    evidence_colour,
    evidence_image,
)

pytestmark = pytest.mark.usefixtures("qapp")
SMALL = ((20.0, 20.0), (40.0, 20.0), (40.0, 40.0), (20.0, 40.0))
LARGE = ((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0))
TURNED = ((90.0, 10.0), (90.0, 90.0), (10.0, 90.0), (10.0, 10.0))
EVEN = ((1.0, 1.0), (1.0, 1.0))
NONE = ((0.0, 0.0), (0.0, 0.0))


def place(point: Point) -> QPointF:
    return QPointF(*point)


@pytest.fixture
def black() -> QImage:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    return image


def test_an_outline_lies_on_its_corners_and_has_a_dark_rim_on_white(black: QImage) -> None:
    black.fill(Qt.GlobalColor.white)
    painter = QPainter(black)
    draw_regions(painter, {"t12": SMALL}, place)
    painter.end()
    along = [black.pixelColor(x, 30).lightnessF() for x in range(10, 30)]
    assert min(along) < 0.2
    assert black.pixelColor(20, 30).hueF() == pytest.approx(QColor(OUTLINE.line).hueF(), abs=0.05)
    assert black.pixelColor(30, 30) == QColor("white")
    assert black.pixelColor(14, 30) == QColor("white")


def test_the_region_that_is_chosen_has_the_broader_line(black: QImage) -> None:
    lit = []
    for chosen in (None, "t12"):
        image = black.copy()
        painter = QPainter(image)
        draw_regions(painter, {"t12": SMALL}, place, chosen=chosen)
        painter.end()
        lit.append(sum(image.pixelColor(x, 30).lightnessF() > 0.3 for x in range(10, 30)))
    assert lit[1] > lit[0] > 0


def test_evidence_rises_in_brightness_and_cover(black: QImage) -> None:
    colours = [evidence_colour(step / 10) for step in range(11)]
    greys = [0.2126 * each.redF() + 0.7152 * each.greenF() + 0.0722 * each.blueF() for each in colours]
    assert greys == sorted(greys)
    assert [each.alphaF() for each in colours] == sorted(each.alphaF() for each in colours)
    assert colours[0].alphaF() == 0


def test_a_map_lies_from_its_regions_first_corner(black: QImage) -> None:
    upper_left = ((1.0, 0.0), (0.0, 0.0))
    for corners, evident in ((LARGE, (20, 20)), (TURNED, (80, 20))):
        image = black.copy()
        painter = QPainter(image)
        draw_evidence(painter, {"chest": evidence_image(upper_left)}, {"chest": corners}, place)
        painter.end()
        places = [(20, 20), (80, 20), (80, 80), (20, 80)]
        lit = {at: image.pixelColor(*at).lightnessF() for at in places}
        assert max(lit, key=lambda at: lit[at]) == evident
        assert image.pixelColor(3, 3) == QColor("black")


def test_where_regions_overlap_the_smallest_is_seen(black: QImage) -> None:
    images = {"t12": evidence_image(NONE), "chest": evidence_image(EVEN)}
    painter = QPainter(black)
    draw_evidence(painter, images, {"t12": SMALL, "chest": LARGE}, place)
    painter.end()
    assert black.pixelColor(30, 30) == QColor("black")
    assert black.pixelColor(70, 70).lightnessF() > 0.3


def test_a_region_without_area_is_left_out(black: QImage) -> None:
    painter = QPainter(black)
    draw_evidence(painter, {"t12": evidence_image(EVEN)}, {"t12": (SMALL[0],) * 4}, place)
    draw_regions(painter, {"t12": (SMALL[0],) * 4}, place)
    painter.end()
    assert black.pixelColor(60, 60) == QColor("black")


def test_two_regions_at_one_place_have_their_names_above_each_other() -> None:
    heights = []
    box = ((100.0, 50.0), (300.0, 50.0), (300.0, 250.0), (100.0, 250.0))
    for names in (["right_ribs"], ["right_ribs", "left_ribs"]):
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        painter.setFont(QFont("DejaVu Sans", 9))
        draw_labels(painter, dict.fromkeys(names, box), place, QRectF(image.rect()))
        painter.end()
        heights.append(sum(image.pixelColor(103, y) != QColor("black") for y in range(300)))
    assert heights[1] == pytest.approx(2 * heights[0], abs=2)


def test_names_keep_out_of_what_is_covered_and_off_points() -> None:
    box = ((100.0, 50.0), (300.0, 50.0), (300.0, 250.0), (100.0, 250.0))
    corners = [(x, y) for x in (101, 298) for y in (52, 248)]
    for points, covered, free in (
        ([], [], (298, 52)),
        ([QPointF(290, 60)], [], (298, 248)),
        ([], [QRectF(0, 0, 400, 150)], (298, 248)),
        ([], [QRectF(0, 0, 400, 300)], None),
    ):
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        painter.setFont(QFont("DejaVu Sans", 9))
        room = QRectF(0, 50, 400, 200)
        far_left = ((0.0, 100.0), (1.0, 100.0), (1.0, 101.0), (0.0, 101.0))
        draw_labels(painter, {"t12": box, "chest": far_left}, place, room, OUTLINE, points, covered)
        painter.end()
        assert [at for at in corners if image.pixelColor(*at) != QColor("black")] == ([free] if free else [])


def test_a_region_out_of_sight_has_no_name(black: QImage) -> None:
    far = tuple((x + 500.0, y) for x, y in SMALL)
    painter = QPainter(black)
    draw_labels(painter, {"t12": far}, place, QRectF(0, 0, 100, 100))  # type: ignore[dict-item]
    painter.end()
    empty = QImage(100, 100, QImage.Format.Format_RGB32)
    empty.fill(Qt.GlobalColor.black)
    assert black == empty
