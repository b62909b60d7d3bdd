"""Keeping what was said of a case: as a study of its own, or in the study that it already has."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from desktop.findings.result import ScreeningResult
from desktop.findings.study import Study
from desktop.imaging.radiograph import Radiograph
from desktop.ui.case import Case
from desktop.ui.services import Services


class Keeper:
    """Remembers what this window has kept; to be used on the disk lane, or once the window is gone.

    A picture may be judged again before the window has heard that it was kept, so that its case knows neither
    the study nor this window's own newest revision of it.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._study_ids: WeakKeyDictionary[Radiograph, int] = WeakKeyDictionary()
        self._revisions: dict[int, int] = {}

    def judge_and_keep(self, case: Case) -> None:
        """Judge a case's picture and keep the result, for a window that is gone."""
        assert case.radiograph is not None
        result = self._services.analyse(case.radiograph, case.view, case.patient, case.moved)
        self.keep(case, case.to_keep(result))

    def keep(self, case: Case, result: ScreeningResult) -> Study:
        """Keep a case's patient and a result of it; ChangedElsewhereError where others changed the study."""
        study_id = case.study.id if case.study else None
        if study_id is None and case.radiograph is not None:
            study_id = self._study_ids.get(case.radiograph)
        if study_id is not None:
            shown, own = case.study.revision if case.study else 0, self._revisions.get(study_id, 0)
            study = self._services.update(study_id, max(shown, own), case.patient, result)
        else:
            assert case.radiograph is not None
            study = self._services.add(case.radiograph, result, case.patient)
            self._study_ids[case.radiograph] = study.id
        self._revisions[study.id] = study.revision
        return study
