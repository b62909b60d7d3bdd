"""The window: studies at the left, the picture in the middle, the result at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from desktop.ui.commands import MENUS, enable, make_actions, paint_icons
from desktop.ui.empty_state import EmptyState
from desktop.ui.message_bar import MessageBar
from desktop.ui.studies_panel import StudiesPanel
from desktop.ui.theme import Theme
from desktop.ui.top_bar import MarkStrip, TopBar
from desktop.ui.window_commands import slots
from desktop.ui.window_layout import picture_column, scrolled, two_panels, under_each_other
from desktop.ui.window_state import captured, restore, restore_widths

if TYPE_CHECKING:  # the first paint waits for none of these
    from desktop.settings import Settings
    from desktop.settings.table import Theme as ThemeChoice
    from desktop.ui.information import Information
    from desktop.ui.output import Output
    from desktop.ui.result_panel import ResultPanel
    from desktop.ui.screening import Screening
    from desktop.ui.services import Services
    from desktop.ui.tasks import Lanes, TaskRunner
    from desktop.ui.viewer import Viewer
    from desktop.ui.viewer_bar import ViewerBar


class MainWindow(QMainWindow):
    """One window on the studies of this computer; `settings_changed` carries what is to be kept.

    It is made with what its first paint shows; `start` brings all that works, once it was painted.
    """

    settings_changed = Signal(object)
    window_wanted = Signal()
    painted = Signal()

    runner: TaskRunner
    screening: Screening
    viewer: Viewer
    viewer_bar: ViewerBar
    result: ResultPanel
    output: Output
    information: Information

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.settings = settings
        self.started = False
        self._painted = False
        self.actions_by_name = make_actions(slots(self), self)
        self.empty = EmptyState(self.actions_by_name["open"], theme)
        self.studies = StudiesPanel()
        self.messages = MessageBar(theme)
        self.mark = MarkStrip()
        self.top = TopBar(self.actions_by_name)
        self.stack = QStackedWidget()
        self.stack.addWidget(scrolled(self.empty))
        self.splitter = two_panels(self.studies, self.stack)
        self.menus = {name: self.menuBar().addMenu(name) for name in MENUS}
        self.setWindowTitle("Trabecula")
        self.setCentralWidget(under_each_other(self.top, self.mark, self.messages, self.splitter))
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        enable(self.actions_by_name, None)
        restore(self, self.splitter, settings)
        self.actions_by_name["studies"].setChecked(self.studies.isVisibleTo(self))
        theme.dress()

    def start(self, services: Services, lanes: Lanes, files: Sequence[Path] = ()) -> None:
        """Begin to work: list the kept studies, make the models ready and open `files`."""
        from desktop.ui.tasks import Lane

        self._furnish(services, lanes)
        self.started = True
        self.list_studies()
        self.runner.start(
            Lane.INFERENCE, lambda _: services.prepare(), self.messages.say_each, self.say_error
        )
        self.screening.open(files)

    def say(self, sentence: str) -> None:
        """Show a sentence about something that went wrong."""
        self.messages.say(sentence)

    def say_error(self, error: Exception) -> None:
        """Show an AppError's sentence."""
        self.say(str(error))

    def list_studies(self) -> None:
        """Find the studies anew, those with the words that are searched for."""
        words = self.studies.words
        self._on_disk(lambda _: self._services.ids(words), self._list, self.say_error, slot="studies")

    def choose_files(self) -> None:
        """Ask for pictures and open them."""
        from desktop.ui.questions import ask_pictures

        files = ask_pictures(self, self.settings.picture_folder)
        if files:
            self.keep(replace(self.settings, picture_folder=str(files[0].parent)))
            self.screening.open(files)

    def edit_patient(self) -> None:
        """Open the form for the patient on screen."""
        from desktop.ui.questions import ask_patient

        if self.screening.case is not None:
            ask_patient(self, self.screening.case, self.screening.set_patient)

    def keep(self, settings: Settings) -> None:
        """Take over changed settings and have them kept."""
        self.settings = settings
        self.settings_changed.emit(settings)

    def adopt(self, settings: Settings) -> None:
        """Take over what another window has changed."""
        self.settings = settings
        if self.started:
            self.information.show_choices()

    def delete_shown(self) -> None:
        """Delete the study on screen, if the user agrees."""
        self._delete(self._shown_study())

    def choose_settings(self) -> None:
        """Let the user choose the reference table; what is on screen is judged anew."""
        from desktop.ui.questions import ask_table

        name = ask_table(self, self._services)
        if name is not None and name != self._services.table().name:
            self.keep(replace(self.settings, reference_table=name))
            self.screening.judge_again()

    def toggle_studies(self) -> None:
        """Show or hide the list of studies, as its command is checked."""
        self.studies.setVisible(self.actions_by_name["studies"].isChecked())

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
        if self.started:
            self.viewer.overlay.editor.finish()
            self.screening.leave()
            self.information.close()
            settings = replace(self.settings, evidence_percent=self.viewer_bar.opacity.value())
            self.keep(captured(self, self.splitter, settings))
        event.accept()

    def _furnish(self, services: Services, lanes: Lanes) -> None:
        from desktop.ui.information import Information
        from desktop.ui.menus import fill_menus
        from desktop.ui.output import Output
        from desktop.ui.result_panel import ResultPanel
        from desktop.ui.screening import Screening
        from desktop.ui.tasks import Lane, TaskRunner
        from desktop.ui.viewer import Viewer
        from desktop.ui.viewer_bar import ViewerBar
        from desktop.ui.viewer_link import ViewerLink

        self._services = services
        self.runner = TaskRunner(lanes, self)
        self._on_disk = partial(self.runner.start, Lane.DISK)
        self.screening = Screening(services, self.runner, self)
        self.studies.furnish(self._theme)
        self.viewer = Viewer(self._theme)
        self.viewer_bar = ViewerBar(self.viewer, self._theme, self.settings.evidence_percent)
        self.result = ResultPanel(services.table, self.actions_by_name, self._theme)
        self.information = Information(self, services, self.runner, self._theme)
        self.output = Output(self, self.screening, self.viewer, self.runner, services.table, self.information)
        self._link = ViewerLink(self.viewer, self.screening, self.result, self.messages)
        self.stack.addWidget(picture_column(self.viewer, self.viewer_bar))
        self.result.hide()
        self.splitter.addWidget(self.result)
        viewing = self.viewer_bar.actions_by_name
        fill_menus(self.menus, self.actions_by_name, viewing, lambda: self.settings.theme, self._choose_theme)
        self.information.add_choices(self.menus["File"], self.actions_by_name["preview"])
        self._connect()
        self._case_changed()
        restore_widths(self, self.splitter, self.settings)
        self.setAcceptDrops(True)

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
        self.studies.searched.connect(self.list_studies)
        self.studies.rows_wanted.connect(self._read_rows)
        self.studies.waiting_wanted.connect(self.screening.show_waiting)
        self.result.view_named.connect(self.screening.name_view)

    def _case_changed(self) -> None:
        case = self.screening.case
        self.stack.setCurrentIndex(0 if case is None else 1)
        self.result.setVisible(case is not None)
        self.mark.show_mark(case.mark if case else None)
        enable(self.actions_by_name, case)
        self.studies.select(self._shown_study())
        self._link.show_case(case)
        if case is not None:
            waiting = self.screening.waiting - (1 if self.screening.is_waiting(case) else 0)
            self.result.show_case(case, waiting)

    def _waiting_changed(self, count: int) -> None:
        self.studies.set_waiting(count)
        case = self.screening.case
        if case is not None and self.screening.is_waiting(case):
            self.result.question.offer_others(count - 1)

    def _list(self, ids: Sequence[int]) -> None:
        self.studies.set_ids(ids, self._shown_study())

    def _read_rows(self, ids: Sequence[int]) -> None:
        def failed(error: Exception) -> None:
            self.studies.set_rows(())
            self.say_error(error)

        self._on_disk(lambda _: self._services.rows(ids), self.studies.set_rows, failed, lasting=True)

    def _shown_study(self) -> int | None:
        case = self.screening.case
        return case.study.id if case and case.study else None

    def _delete(self, study_id: int | None) -> None:
        from desktop.ui.questions import may_delete

        if study_id is not None and may_delete(self):
            self.screening.delete(study_id)

    def _choose_theme(self, name: ThemeChoice) -> None:
        self._theme.choose(name)
        self.keep(replace(self.settings, theme=name))

    def _paint_icons(self) -> None:
        paint_icons(self.actions_by_name, self._theme.tokens)
