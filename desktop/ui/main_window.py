"""The window: studies at the left, the picture in the middle, the result at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QImage, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
)

from desktop.findings.study import StudyRow
from desktop.imaging.radiograph import Patient
from desktop.settings import Settings
from desktop.settings.table import Theme as ThemeChoice
from desktop.ui.about import show_about, show_shortcuts
from desktop.ui.case import Case
from desktop.ui.commands import Needs, enable, make_actions, paint_icons
from desktop.ui.empty_state import EmptyState
from desktop.ui.menus import fill_menus
from desktop.ui.message_bar import MessageBar
from desktop.ui.output import Output
from desktop.ui.result_panel import ResultPanel
from desktop.ui.screening import Screening
from desktop.ui.services import Services
from desktop.ui.studies_panel import StudiesPanel
from desktop.ui.tasks import Lane, Lanes, TaskRunner
from desktop.ui.theme import Theme
from desktop.ui.top_bar import MarkStrip, TopBar
from desktop.ui.viewer import Viewer
from desktop.ui.viewer_bar import ViewerBar
from desktop.ui.window_layout import picture_column, scrolled, three_panels, under_each_other
from desktop.ui.window_state import captured, restore

PICTURES = "Pictures (*.dcm *.dicom *.dic *.png *.jpg *.jpeg *.tif *.tiff *.bmp);;All files (*)"
FILE_GONE = "The picture's file is no longer where it was; the smaller copy kept with the study is shown."
DELETE_QUESTION = "Delete this study? The picture's file is not touched. This cannot be undone."


class MainWindow(QMainWindow):
    """One window on the studies of this computer; `settings_changed` carries what is to be kept."""

    settings_changed = Signal(object)
    window_wanted = Signal()
    painted = Signal()

    def __init__(self, services: Services, lanes: Lanes, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self._services = services
        self._theme = theme
        self.settings = settings
        self._pictured: object = None
        self.started = False
        self._painted = False
        self.runner = TaskRunner(lanes, self)
        self.screening = Screening(services, self.runner, self)
        self.actions_by_name = make_actions(self._slots(), self)
        self.viewer = Viewer(theme)
        self.viewer_bar = ViewerBar(self.viewer, theme)
        self.empty = EmptyState(self.actions_by_name["open"], theme)
        self.studies = StudiesPanel(theme)
        self.result = ResultPanel(services.table, self.actions_by_name, theme)
        self.messages = MessageBar(theme)
        self.mark = MarkStrip()
        self.top = TopBar(self.actions_by_name)
        self.output = Output(self, self.screening, self.viewer, self.runner, services.table)
        self.setWindowTitle("Trabecula")
        self.setAcceptDrops(True)
        self._lay_out()
        viewing = self.viewer_bar.actions_by_name
        fill_menus(self, self.actions_by_name, viewing, settings.theme, self._choose_theme)
        self._connect()
        restore(self, self.splitter, settings)
        self.actions_by_name["studies"].setChecked(self.studies.isVisibleTo(self))
        self._case_changed()
        theme.dress()

    def start(self, files: Sequence[Path]) -> None:
        """List the kept studies, make the models ready and open `files`."""
        self.started = True
        self.list_studies()
        self.runner.start(
            Lane.INFERENCE, lambda _: self._services.prepare(), self._say_problems, self.say_error
        )
        self.screening.open(files)

    def say(self, sentence: str) -> None:
        """Show a sentence about something that went wrong."""
        self.messages.say(sentence)

    def say_error(self, error: Exception) -> None:
        """Show an AppError's sentence."""
        self.say(str(error))

    def list_studies(self) -> None:
        """Read the list of studies anew."""
        self.runner.start(
            Lane.DISK, lambda _: self._services.studies(), self._list, self.say_error, slot="studies"
        )

    def choose_files(self) -> None:
        """Ask for pictures and open them."""
        files, _ = QFileDialog.getOpenFileNames(self, "Open pictures", self.settings.picture_folder, PICTURES)
        if files:
            self.keep(replace(self.settings, picture_folder=str(Path(files[0]).parent)))
            self.screening.open([Path(file) for file in files])

    def edit_patient(self) -> None:
        """Open the form for the patient on screen."""
        from desktop.ui.patient_form import PatientForm

        case = self.screening.case
        if case is None:
            return
        picture = case.radiograph.patient if case.radiograph else Patient()
        form = PatientForm(case.patient, picture, case.examined, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.accepted.connect(lambda: self.screening.set_patient(form.patient))
        form.open()

    def keep(self, settings: Settings) -> None:
        """Take over changed settings and have them kept."""
        self.settings = settings
        self.settings_changed.emit(settings)

    def show_crash(self, error: BaseException) -> None:
        """Show the dialog for bugs."""
        from desktop.log import log_bug
        from desktop.ui.crash_dialog import CrashDialog

        log_bug(error)
        CrashDialog(error, self).open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: D102, N802
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: D102, N802
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.screening.open(files)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self.started:
            self.list_studies()  # another window may have kept or deleted some

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102, N802
        self.screening.cancel()
        self.keep(captured(self, self.splitter, self.settings))
        event.accept()

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {
            "open": self.choose_files,
            "new_window": self.window_wanted.emit,
            "save_pdf": lambda: self.output.save_pdf(),
            "export": lambda: self.output.export_picture(),
            "save_study": lambda: self.screening.keep_again(),
            "preview": lambda: self.output.preview(),
            "print": lambda: self.output.print_report(),
            "close": self.close,
            "quit": QApplication.closeAllWindows,
            "copy": lambda: self.output.copy_picture(),
            "copy_text": lambda: self.output.copy_text(),
            "patient": self.edit_patient,
            "view": lambda: self.screening.ask_view(),
            "delete": lambda: self._delete(self._shown_study()),
            "studies": self._toggle_studies,
            "shortcuts": lambda: show_shortcuts(self),
            "about": lambda: show_about(self),
        }

    def _lay_out(self) -> None:
        picture = picture_column(self.viewer, self.viewer_bar)
        self.stack = QStackedWidget()
        for page in (scrolled(self.empty), picture):
            self.stack.addWidget(page)
        self.splitter = three_panels(self.studies, self.stack, self.result)
        self.setCentralWidget(under_each_other(self.top, self.mark, self.messages, self.splitter))

    def _connect(self) -> None:
        self.runner.crashed.connect(self.show_crash)
        self.runner.busy.connect(lambda tasks: self.top.show_work(tasks + self.screening.queued))
        self.runner.said.connect(self.top.show_step)
        self.top.cancelled.connect(self.screening.cancel)
        self.screening.failed.connect(self.say)
        self.screening.case_changed.connect(self._case_changed)
        self.screening.studies_changed.connect(self.list_studies)
        self.screening.waiting_changed.connect(self._waiting_changed)
        self.studies.chosen.connect(self.screening.select)
        self.studies.deleting.connect(self._delete)
        self.studies.waiting_wanted.connect(self.screening.show_waiting)
        self.result.view_named.connect(self.screening.name_view)
        self._theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def _case_changed(self) -> None:
        case = self.screening.case
        self.stack.setCurrentIndex(0 if case is None else 1)
        self.result.setVisible(case is not None)
        self.mark.show_mark(case.mark if case else None)
        enable(self.actions_by_name, _there(case))
        self.studies.select(self._shown_study())
        self._show_picture(case)
        if case is not None:
            waiting = self.screening.waiting - (1 if self.screening.is_waiting(case) else 0)
            self.result.show_case(case, waiting)

    def _waiting_changed(self, count: int) -> None:
        self.studies.set_waiting(count)
        case = self.screening.case
        if case is not None and self.screening.is_waiting(case):
            self.result.question.offer_others(count - 1)

    def _show_picture(self, case: Case | None) -> None:
        shown = None if case is None else case.radiograph or case.study
        if shown is self._pictured:
            return
        self._pictured = shown
        if case is None:
            self.viewer.clear()
        elif case.radiograph is not None:
            self.viewer.show_radiograph(case.radiograph, case.image)
        elif case.study is not None:
            self.viewer.show_image(QImage.fromData(case.study.picture_png))
            self.messages.say(FILE_GONE, "notice")

    def _list(self, rows: Sequence[StudyRow]) -> None:
        self.studies.set_rows(rows, self._shown_study())

    def _say_problems(self, problems: Sequence[str]) -> None:
        for sentence in problems:
            self.say(sentence)

    def _shown_study(self) -> int | None:
        case = self.screening.case
        return case.study.id if case and case.study else None

    def _delete(self, study_id: int | None) -> None:
        if study_id is None:
            return
        question = (
            "Delete this study from the list? The picture's file is not touched. This cannot be undone."
        )
        buttons = QMessageBox.StandardButton
        if QMessageBox.question(self, "Delete study", question) == buttons.Yes:
            self.screening.delete(study_id)

    def _toggle_studies(self) -> None:
        self.studies.setVisible(self.actions_by_name["studies"].isChecked())

    def _choose_theme(self, name: ThemeChoice) -> None:
        self._theme.choose(name)
        self.keep(replace(self.settings, theme=name))

    def _paint_icons(self) -> None:
        paint_icons(self.actions_by_name, self._theme.tokens)


def _there(case: Case | None) -> frozenset[Needs]:
    if case is None:
        return frozenset()
    there = {Needs.CASE}
    if case.radiograph is not None or case.study is not None:
        there.add(Needs.PICTURE)
    if case.result is not None:
        there.add(Needs.RESULT)
        there.add(Needs.UNSAVED if case.study is None else Needs.STUDY)
    return frozenset(there)
