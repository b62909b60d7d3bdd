"""A report on PDF, printer, preview and picture: one drawing, several devices."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from desktop.report.attached import attached_sheets, draw_attached
from desktop.report.files import write_whole
from desktop.report.model import Report
from desktop.report.page import draw_foot_line, draw_report
from desktop.report.sheet import Sheet

__all__ = ["draw_report", "page_image", "paint_report", "pdf_bytes", "write_pdf"]

PageSize = Literal["A4", "Letter"]
PDF_DOTS_PER_INCH = 600
_SIZES = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}


def write_pdf(report: Report, path: Path, page_size: PageSize = "A4") -> None:
    """Write the report to `path`, whole or not at all; StorageError where the place does not take it."""
    write_whole(path, pdf_bytes(report, page_size))


def pdf_bytes(report: Report, page_size: PageSize = "A4") -> bytes:
    """Return the report as PDF; its title and keywords do not name the patient."""
    _ensure_application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"Trabecula: {report.title}")
    writer.setCreator(report.program)
    writer.setResolution(PDF_DOTS_PER_INCH)
    writer.setPageLayout(
        QPageLayout(QPageSize(_SIZES[page_size]), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    paint_report(report, writer)
    return bytes(buffer.data().data())


def paint_report(report: Report, device: QPagedPaintDevice) -> None:
    """Draw the report and the pages behind it on a device without margins of its own (`setFullPage`).

    Where the user asked for some of the sheets only, the others are left out.
    """
    painter = QPainter(device)
    rect = QRectF(0, 0, device.width(), device.height())
    sheet = Sheet(painter, rect)
    attached = attached_sheets(report.pages, sheet.height_mm)
    sheets = 1 + len(attached)
    for position, number in enumerate(_wanted(device, sheets)):
        if position:
            device.newPage()
        if number == 1:
            draw_report(painter, report, rect, sheets)
        else:
            draw_attached(painter, sheet, attached[number - 2])
            draw_foot_line(sheet, report, number, sheets)
    painter.end()


def _wanted(device: QPagedPaintDevice, sheets: int) -> list[int]:
    ranges = device.pageRanges()
    every = list(range(1, sheets + 1))
    return [number for number in every if ranges.isEmpty() or ranges.contains(number)] or every


def page_image(report: Report, width_px: int = 1240) -> QImage:
    """Return the page as a picture on A4, 150 dots an inch by default."""
    _ensure_application()
    image = QImage(width_px, round(width_px * 297 / 210), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw_report(painter, report, QRectF(image.rect()))
    painter.end()
    return image


@cache
def _ensure_application() -> QGuiApplication | None:
    # fonts need one; without a window, as from the command line, it is made here and kept by the cache
    if QGuiApplication.instance() is not None:
        return None
    return QGuiApplication(["trabecula", "-platform", "offscreen"])
