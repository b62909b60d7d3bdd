"""From files to cases on screen: read, ask for the view where it is not stated, judge, keep, show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from desktop.errors import AppError
from desktop.findings.result import ScreeningResult
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.ui.case import Case
from desktop.ui.services import Services
from desktop.ui.tasks import Lane, TaskRunner

T = TypeVar("T")

SHOWN = "shown"
"""The slot of work whose result is wanted only while its case is on screen."""


class Screening(QObject):
    """Carries cases through the program; what is on screen is `case`.

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
        self._waiting: list[Case] = []
        self._wanted: list[Path] = []
        self._study_ids: WeakKeyDictionary[Radiograph, int] = (
            WeakKeyDictionary()
        )  # used on the disk lane only
        self.case: Case | None = None

    @property
    def waiting(self) -> int:
        """How many pictures wait for the user to name their view."""
        return len(self._waiting)

    def open(self, paths: Sequence[Path]) -> None:
        """Read, judge and keep each file; the first is shown."""
        self._wanted = list(paths)
        self._runner.cancel(SHOWN)
        for path in paths:
            self._read(path)

    def name_view(self, view: View, for_all: bool = False) -> None:
        """Judge the picture on screen as `view`; with `for_all` the others that wait too."""
        chosen = list(self._waiting) if for_all else []
        if self.case is not None and not any(self._is_on_screen(case) for case in chosen):
            chosen.insert(0, self.case)
        self._waiting = [] if for_all else [each for each in self._waiting if not self._is_on_screen(each)]
        self.waiting_changed.emit(self.waiting)
        for case in chosen:
            self._judge(replace(case, view=view, asks_view=False))

    def ask_view(self) -> None:
        """Let the user name the view on screen anew."""
        if self.case is not None and self.case.radiograph is not None:
            self._show(replace(self.case, result=None, asks_view=True))

    def show_waiting(self) -> None:
        """Show the next picture whose view nobody has named."""
        if self._waiting:
            self._wanted = []
            self._show(self._waiting[0])

    def set_patient(self, patient: Patient) -> None:
        """Judge the case on screen again with what the form says; a picture still to judge keeps it."""
        if self.case is None:
            return
        case = replace(self.case, patient=patient)
        if self.is_waiting(case) or case.known_view is None or case.radiograph is None:
            self._keep_patient(case)
        else:
            self._judge(case)

    def select(self, study_id: int) -> None:
        """Show a kept study, with its picture where the file is still there."""
        self._wanted = []
        self._run_disk(lambda: self._kept(study_id), self._show, slot=SHOWN)

    def keep_again(self) -> None:
        """Try once more to keep the result on screen."""
        if self.case is not None and self.case.result is not None:
            self._judged(self.case, self.case.result)

    def is_waiting(self, case: Case) -> bool:
        """Whether a case waits for the user to name its view."""
        return any(self._same(case, each) for each in self._waiting)

    def delete(self, study_id: int) -> None:
        """Delete a kept study; the picture file stays."""

        def deleted(_: None) -> None:
            if self.case is not None and self.case.study is not None and self.case.study.id == study_id:
                self._show(None)
            self.studies_changed.emit()

        self._run_disk(lambda: self._services.delete(study_id), deleted)

    def _read(self, path: Path) -> None:
        def unreadable(error: AppError) -> None:
            if self._wanted and self._wanted[0] == path:
                self._wanted.pop(0)
            self.failed.emit(f"{path.name}: {error}")

        self._runner.start(
            Lane.DISK, lambda _: Case.of_picture(self._services.read(path)), self._arrived, unreadable
        )

    def _kept(self, study_id: int) -> Case:
        study = self._services.study(study_id)
        try:
            return Case.of_study(study, self._services.read(study.file))
        except AppError:
            return Case.of_study(study, None)

    def _arrived(self, case: Case) -> None:
        if case.known_view is None:
            self._waiting.append(case)
            self.waiting_changed.emit(self.waiting)
        if self._is_wanted(case):
            self._show(case)
        if case.known_view is not None:
            self._judge(case)

    def _judge(self, case: Case) -> None:
        radiograph = case.radiograph
        if radiograph is None:
            return
        if self._is_on_screen(case):
            self._show(replace(case, result=None))
        self._runner.start(
            Lane.INFERENCE,
            lambda _: self._services.analyse(radiograph, case.view, case.patient),
            lambda result: self._judged(case, result),
            self._tell,
            slot=f"judge {id(radiograph)}",
        )

    def _judged(self, case: Case, result: ScreeningResult) -> None:
        judged = replace(case, result=result)
        if self._is_on_screen(case):
            self._show(judged)
        self._run_disk(lambda: self._save(judged, result), lambda study: self._saved(judged, study))

    def _save(self, case: Case, result: ScreeningResult) -> Study:
        assert case.radiograph is not None
        study_id = case.study.id if case.study else self._study_ids.get(case.radiograph)
        if study_id is not None:
            return self._services.update(study_id, case.patient, result)
        study = self._services.add(case.radiograph, result, case.patient)
        self._study_ids[case.radiograph] = study.id
        return study

    def _saved(self, case: Case, study: Study) -> None:
        if self._is_on_screen(case):
            self._show(case.saved_as(study))
        self.studies_changed.emit()

    def _keep_patient(self, case: Case) -> None:
        self._waiting = [case if self._same(each, case) else each for each in self._waiting]
        self._show(case)
        if case.study is not None:
            result, study_id = case.study.result, case.study.id
            self._run_disk(
                lambda: self._services.update(study_id, case.patient, result),
                lambda study: self._saved(case, study),
            )

    def _show(self, case: Case | None) -> None:
        self.case = case
        self.case_changed.emit()

    def _is_wanted(self, case: Case) -> bool:
        return bool(self._wanted) and case.radiograph is not None and case.radiograph.path == self._wanted[0]

    def _is_on_screen(self, case: Case) -> bool:
        return self.case is not None and self._same(self.case, case)

    @staticmethod
    def _same(one: Case, other: Case) -> bool:
        if one.radiograph is not None and one.radiograph is other.radiograph:
            return True
        return one.study is not None and other.study is not None and one.study.id == other.study.id

    def _tell(self, error: AppError) -> None:
        self.failed.emit(str(error))

    def _run_disk(self, work: Callable[[], T], done: Callable[[T], None], slot: str | None = None) -> None:
        lasting = slot is None
        self._runner.start(Lane.DISK, lambda _: work(), done, self._tell, slot, lasting)
