"""What leaves the window: the report on paper and as PDF, the picture with its mark, the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog

from desktop.clinical.reference import ReferenceTable
from desktop.ui.case import Case
from desktop.ui.result_text import result_text
from desktop.ui.screening import Screening
from desktop.ui.tasks import Lane, TaskRunner
from desktop.ui.viewer import Viewer

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from desktop.pages.reading import Page
    from desktop.report.model import Report
    from desktop.ui.information import Information
    from desktop.ui.main_window import MainWindow


NO_PRINTER = "This computer has no printer: add one in its settings, or save the report as PDF."


class Output(QObject):
    """Prints, saves and copies the case on screen."""

    def __init__(
        self,
        window: MainWindow,
        screening: Screening,
        viewer: Viewer,
        runner: TaskRunner,
        table: Callable[[], ReferenceTable],
        information: Information,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._screening = screening
        self._viewer = viewer
        self._runner = runner
        self._table = table
        self._information = information
        self._preview_printer: QPrinter | None = None

    def save_pdf(self) -> None:
        """Ask for a file and save the report into it."""
        path = self._ask("Save report", "report.pdf", "PDF (*.pdf)")
        if path is not None:
            self.write_pdf(path)

    def write_pdf(self, path: Path) -> None:
        """Save the report as PDF; a failure is a sentence and leaves what was there."""
        case = self._screening.case
        if case is not None and case.result is not None:
            table, pages = self._table(), self._information.to_print()
            self._save(lambda: _write_pdf(case, table, pages(), path), path)

    def export_picture(self) -> None:
        """Ask for a file and save the picture as shown, the mark burned in."""
        path = self._ask("Export picture", "picture.png", "PNG (*.png)")
        if path is not None:
            self.write_picture(path)

    def write_picture(self, path: Path) -> None:
        """Save the picture as shown as PNG, with its mark."""
        from desktop.report.files import write_whole

        image = self.picture()

        def write() -> Sequence[str]:
            write_whole(path, png_bytes(image))
            return ()

        self._save(write, path)

    def copy_picture(self) -> None:
        """Put the picture as shown, with its mark, on the clipboard."""
        QGuiApplication.clipboard().setImage(self.picture())

    def copy_text(self) -> None:
        """Put the result in words on the clipboard."""
        case = self._screening.case
        if case is not None and case.result is not None:
            QGuiApplication.clipboard().setText(result_text(case))

    def picture(self) -> QImage:
        """Return the picture as shown, at its own size, with the mark of its result."""
        from desktop.ui.picture import with_mark

        case = self._screening.case
        return with_mark(self._viewer.picture_shown(), case.mark if case else None)

    def report(self) -> Report | None:
        """Return the report of the case on screen, None where nothing was judged yet."""
        case = self._screening.case
        return report_of(case, self._table()) if case is not None and case.result is not None else None

    def preview(self) -> None:
        """Show the report as it prints, its pages behind it; the dialog prints it too."""
        self._with_pages(self._preview)

    def print_report(self) -> None:
        """Ask for a printer and print the report, its pages behind it."""
        from PySide6.QtPrintSupport import QPrinterInfo

        if QPrinterInfo.availablePrinterNames():
            self._with_pages(self._print)
        else:
            self._window.say(NO_PRINTER)

    def _with_pages(self, go_on: Callable[[Report], None]) -> None:
        """Read the pages that go with the report of the case on screen and go on with it."""
        report = self.report()
        pages = self._information.to_print()

        def done(read: Sequence[Page]) -> None:
            assert report is not None
            self._say_problems(_problems(read))
            go_on(replace(report, pages=tuple(read)))

        if report is not None:
            self._runner.start(Lane.DISK, lambda _: pages(), done, self._window.say_error)

    def _say_problems(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            self._window.messages.say(sentence, "notice")

    def _preview(self, report: Report) -> None:
        from PySide6.QtPrintSupport import QPrintPreviewDialog

        from desktop.report.draw import paint_report

        self._preview_printer = _printer()  # Qt's dialog does not own it
        dialog = QPrintPreviewDialog(self._preview_printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Print preview")
        room = dialog.screen().availableSize()
        dialog.resize(min(900, room.width()), min(820, room.height() - 40))
        dialog.paintRequested.connect(lambda printer: paint_report(report, printer))
        dialog.open()

    def _print(self, report: Report) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from desktop.report.draw import paint_report

        printer = _printer()
        if QPrintDialog(printer, self._window).exec():
            paint_report(report, printer)
            if printer.printerState() == QPrinter.PrinterState.Error:
                self._window.say("The report was not printed: check the printer and print again.")

    def _ask(self, title: str, name: str, kind: str) -> Path | None:
        folder = Path(self._window.settings.report_folder)
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, str(folder / name), kind)
        if not chosen:
            return None
        path, suffix = Path(chosen), Path(name).suffix
        self._window.keep(replace(self._window.settings, report_folder=str(path.parent)))
        if path.suffix.lower() == suffix:
            return path
        full = path.with_name(f"{path.name}{suffix}")
        if full.exists():  # the dialog asked about the name without the suffix
            self._window.say(f"{full} is there already: choose that very name to replace it, or another one.")
            return None
        return full

    def _save(self, work: Callable[[], Sequence[str]], path: Path) -> None:
        def done(problems: Sequence[str]) -> None:
            self._say_problems(problems)
            self._window.messages.say(f"Saved as {path}.", "notice", passing=True)

        self._runner.start(Lane.DISK, lambda _: work(), done, self._window.say_error)


def report_of(case: Case, table: ReferenceTable) -> Report:
    """Return the report of a judged case as it is on screen, whether it was kept so or not."""
    from desktop.findings.study import new_study
    from desktop.report.model import build_report

    assert case.result is not None
    study = case.study
    if study is None:
        assert case.radiograph is not None
        study = new_study(case.radiograph, case.result, case.patient)
    return build_report(replace(study, patient=case.patient, result=case.result), table)


def png_bytes(image: QImage) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _write_pdf(case: Case, table: ReferenceTable, pages: Sequence[Page], path: Path) -> Sequence[str]:
    from desktop.report.draw import write_pdf

    write_pdf(replace(report_of(case, table), pages=tuple(pages)), path)
    return _problems(pages)


def _problems(pages: Sequence[Page]) -> list[str]:
    return [sentence for page in pages for sentence in page.problems]


def _printer() -> QPrinter:
    from PySide6.QtGui import QPageSize
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName("Trabecula report")  # the queue shows it, so it does not name the patient
    printer.setFullPage(True)  # the report brings its own margins
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    return printer
