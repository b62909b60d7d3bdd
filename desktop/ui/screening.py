"""From files to cases on screen: read, ask for the view where it is not stated, judge, keep, show."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop.errors import AppError, ChangedElsewhereError
from desktop.findings.result import Point, ScreeningResult
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.ui.case import Case, Waiting
from desktop.ui.display import Display
from desktop.ui.keeping import Keeper
from desktop.ui.services import Services
from desktop.ui.tasks import Lane, Progress, TaskRunner

SHOWN = "shown"
"""The slot of work whose result is wanted only while nothing else was asked to be shown."""


class Screening(QObject):
    """Carries cases through the program; what is on screen is `case`.

    Files are read one after the other, so that a folder of large pictures does not fill the memory.
    `case_changed` after each step of the case on screen; `studies_changed` after the store did;
    `waiting_changed` with the number of pictures whose view nobody has named; `failed` with a sentence.
    """

    case_changed = Signal()
    studies_changed = Signal()
    waiting_changed = Signal(int)
    failed = Signal(str)

    def __init__(self, services: Services, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._runner = runner
        self._queue: deque[tuple[Path, View | None, Waiting | None]] = deque()
        self._waiting: dict[Path, Waiting] = {}
        self._wanted: list[Path] = []
        self._keeper = Keeper(services)
        self.case: Case | None = None
        runner.busy.connect(self._go_on)

    @property
    def waiting(self) -> int:
        """How many pictures wait for the user to name their view."""
        return len(self._waiting)

    @property
    def queued(self) -> int:
        """How many files are still to be read."""
        return len(self._queue)

    def open(self, paths: Sequence[Path]) -> None:
        """Read, judge and keep each file; the first that can be read is shown."""
        self._wanted = list(paths)
        self._runner.cancel(SHOWN)
        self._queue.extend((path, None, None) for path in paths)
        self._read_next()

    def cancel(self) -> None:
        """Drop what has not been done yet; what is being kept is kept."""
        self._queue.clear()
        self._runner.cancel()
        if self.case is not None and self.case.result is None and not self.is_waiting(self.case):
            self._show(None if self.case.before is None else self.case.as_before())

    def leave(self) -> None:
        """Drop what has not been done yet, but not what was changed of the study on screen."""
        case = self.case
        self.cancel()
        if case is not None and case.judged_anew:
            keep = self._keeper.judge_and_keep
            self._runner.start(Lane.INFERENCE, lambda _: keep(case), lambda _: None, self._tell, lasting=True)

    def name_view(self, view: View, for_all: bool = False) -> None:
        """Judge the picture on screen as `view`; with `for_all` the others that wait too."""
        if self.case is not None and self.case.radiograph is not None:
            self._waiting.pop(self.case.radiograph.path, None)
            self._judge(replace(self.case, view=view, asks_view=False))
        if for_all:
            self._queue.extend((path, view, known) for path, known in self._waiting.items())
            self._waiting.clear()
        self.waiting_changed.emit(self.waiting)
        self._read_next()

    def ask_view(self) -> None:
        """Let the user name the view on screen anew."""
        if self.case is not None and self.case.radiograph is not None:
            self._show(self.case.unjudged())

    def show_waiting(self) -> None:
        """Show the next picture whose view nobody has named."""
        if self._waiting:
            path, known = next(iter(self._waiting.items()))
            self._wanted = []
            self._runner.start(
                Lane.DISK,
                lambda progress: self._read(progress, path, None, known),
                self._show,
                lambda error: self._unreadable(path, error),
                slot=SHOWN,
            )

    def set_patient(self, patient: Patient) -> None:
        """Judge the case on screen again with what the form says; a picture still to judge keeps it."""
        if self.case is None:
            return
        case = replace(self.case, patient=patient)
        if case.radiograph is not None and case.known_view is not None:
            self._judge(case)
            return
        self._show(case)
        if case.radiograph is not None and self.is_waiting(case):
            self._waiting[case.radiograph.path] = Waiting(case.radiograph.file_sha256, patient)
        elif case.study is not None:
            self._keep(case, case.study.result)

    def move_landmarks(self, moved: Mapping[str, Point]) -> None:
        """Judge the case on screen again with these landmarks where the user put them, no others."""
        if self.case is not None and self.case.radiograph is not None:
            self._judge(replace(self.case, moved=moved))

    def judge_again(self) -> None:
        """Judge the case on screen anew, such as on another reference table."""
        if self.case is not None and self.case.result is not None:
            self.set_patient(self.case.patient)

    def select(self, study_id: int) -> None:
        """Show a kept study, with its picture where the file is still there."""
        self._wanted = []
        self._runner.start(Lane.DISK, lambda _: self._kept(study_id), self._show, self._tell, slot=SHOWN)

    def keep_again(self) -> None:
        """Try once more to keep the result on screen."""
        if self.case is not None and self.case.result is not None:
            self._keep(self.case, self.case.result)

    def is_waiting(self, case: Case) -> bool:
        """Whether a case waits for the user to name its view."""
        return case.radiograph is not None and case.radiograph.path in self._waiting

    def delete(self, study_id: int) -> None:
        """Delete a kept study; the picture file stays."""

        def deleted(_: None) -> None:
            if self.case is not None and self.case.study is not None and self.case.study.id == study_id:
                self._show(None)
            self.studies_changed.emit()

        self._runner.start(
            Lane.DISK, lambda _: self._services.delete(study_id), deleted, self._tell, lasting=True
        )

    def _go_on(self, tasks: int) -> None:
        if tasks == 0:
            self._read_next()

    def _read_next(self) -> None:
        if not self._queue:
            return
        path, view, known = self._queue.popleft()
        self._runner.start(
            Lane.DISK,
            lambda progress: self._read(progress, path, view, known),
            self._arrived,
            lambda error: self._unreadable(path, error),
        )

    def _read(self, progress: Progress, path: Path, view: View | None, known: Waiting | None) -> Case:
        progress("Reading the picture…")
        radiograph = self._services.read(path)
        patient = known.patient_of(radiograph) if known else radiograph.patient
        return Case(radiograph, patient, view, image=_image(radiograph))

    def _unreadable(self, path: Path, error: AppError) -> None:
        if self._wanted and self._wanted[0] == path:
            self._wanted.pop(0)
        if self._waiting.pop(path, None) is not None:
            self.waiting_changed.emit(self.waiting)
        self.failed.emit(f"{path.name}: {error}")

    def _arrived(self, case: Case) -> None:
        assert case.radiograph is not None
        unknown = case.known_view is None
        if self._wanted and self._wanted[0] == case.radiograph.path:
            self._show(replace(case, looked_at=unknown))
        if unknown:
            self._look(case)
        else:
            self._judge(case)

    def _look(self, case: Case) -> None:
        """Let the gate name the view; a picture that it is not sure of waits for the user."""
        radiograph = case.radiograph
        assert radiograph is not None

        def work(progress: Progress) -> View | None:
            progress("Looking at the picture…")
            return self._services.seen(radiograph)

        def looked(view: View | None) -> None:
            patient = self.case.patient if self.case and self._is_on_screen(case) else case.patient
            seen = replace(case, view=view, patient=patient)
            if view is not None:
                self._judge(seen)
                return
            self._waiting[radiograph.path] = Waiting(radiograph.file_sha256, patient)
            self.waiting_changed.emit(self.waiting)
            if self._is_on_screen(case):
                self._show(seen)

        self._runner.start(Lane.INFERENCE, work, looked, self._tell, slot=f"look {id(radiograph)}")

    def _judge(self, case: Case) -> None:
        radiograph = case.radiograph
        if radiograph is None:
            return
        asked = case.being_judged()
        if self._is_on_screen(case):
            self._show(asked)

        def work(progress: Progress) -> ScreeningResult:
            progress("Judging the picture…")
            return self._services.analyse(radiograph, case.view, case.patient, case.moved)

        def judged(result: ScreeningResult) -> None:
            answered = replace(asked, result=result)
            if self._is_on_screen(case):
                self._show(answered)
            self._keep(answered, answered.to_keep(result))

        def crashed() -> None:
            if self._is_on_screen(case):
                self._show(asked.unjudged() if asked.before is None else asked.as_before())

        def failed(error: AppError) -> None:
            crashed()
            self._tell(error)

        slot = f"judge {id(radiograph)}"
        self._runner.start(Lane.INFERENCE, work, judged, failed, slot, crashed=crashed)

    def _keep(self, case: Case, result: ScreeningResult) -> None:
        def kept(study: Study) -> None:
            if self.case is not None and self._is_on_screen(case):
                asked_since = self.case.result is not result
                self._show(replace(self.case, study=study) if asked_since else case.saved_as(study))
            self.studies_changed.emit()

        def failed(error: AppError) -> None:
            shown = self._is_on_screen(case)
            self.failed.emit(str(error) if shown else f"{Path(result.file).name}: {error}")
            if shown and isinstance(error, ChangedElsewhereError):
                self.select(error.study_id)

        self._runner.start(Lane.DISK, lambda _: self._keeper.keep(case, result), kept, failed, lasting=True)

    def _kept(self, study_id: int) -> Case:
        study = self._services.study(study_id)
        try:
            radiograph = self._services.read(study.file)
        except AppError:
            return Case.of_study(study, None)
        if not study.is_of(radiograph):
            return replace(Case.of_study(study, None), file_replaced=True)
        return Case.of_study(study, radiograph, _image(radiograph))

    def _show(self, case: Case | None) -> None:
        self.case = case
        self.case_changed.emit()

    def _is_on_screen(self, case: Case) -> bool:
        shown = self.case
        if shown is None:
            return False
        if shown.radiograph is not None and shown.radiograph is case.radiograph:
            return True
        return shown.study is not None and case.study is not None and shown.study.id == case.study.id

    def _tell(self, error: AppError) -> None:
        self.failed.emit(str(error))


def _image(radiograph: Radiograph) -> QImage:
    from desktop.ui.picture import rendered  # brings NumPy

    return rendered(radiograph, Display())
