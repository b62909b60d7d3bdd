"""The services of this installation; what the first window does not need is imported at its first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import paths
from desktop.clinical.reference import ReferenceTable
from desktop.findings.result import Point, ScreeningResult
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.pages.reading import own_copy, read_pages
from desktop.ui.services import Services

if TYPE_CHECKING:
    from desktop.models import Models
    from desktop.store import Store

STUDIES_FILE = "studies.sqlite"


class Installation:
    """Models and store, each opened on its own lane when first asked for."""

    def __init__(self, table: Callable[[], ReferenceTable]) -> None:
        self._table = table

    @cached_property
    def models(self) -> Models:
        """Return the shipped models, loaded and self-tested."""
        from desktop.models import load_installed

        return load_installed()

    @cached_property
    def store(self) -> Store:
        """Return this user's studies."""
        from desktop.store import Store

        return Store.open(paths.data_dir() / STUDIES_FILE)

    def close(self) -> None:
        """Close the store, where it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    def prepare(self) -> Sequence[str]:
        """Load the models; return a sentence for each that is not used or runs slower."""
        return (*self.models.problems, *self.models.notices)

    def seen(self, radiograph: Radiograph) -> View | None:
        """Return the view that a picture plainly shows, None where the gate is not sure or not there."""
        from desktop.analysis.look import look_at

        look = look_at(radiograph, self.models)
        return look.best.name if look is not None and look.names_it else None

    def analyse(
        self, radiograph: Radiograph, view: View | None, patient: Patient, moved: Mapping[str, Point]
    ) -> ScreeningResult:
        """Return what the models say of a picture, with the landmarks that were moved where they were put."""
        from desktop.analysis import analyse

        return analyse(
            radiograph,
            self.models,
            view=view,
            patient=patient,
            table=self._table(),
            moved_landmarks=moved,
        )


def installed_services(
    table: Callable[[], ReferenceTable], tables: Callable[[], Mapping[str, ReferenceTable]]
) -> Services:
    """Return the services of this installation, with scores from what `table` returns, one of `tables`."""
    here = Installation(table)
    return Services(
        read=_read,
        prepare=here.prepare,
        seen=here.seen,
        analyse=here.analyse,
        add=lambda radiograph, result, patient: here.store.add(radiograph, result, patient),
        update=lambda study_id, revision, patient, result: here.store.update_patient(
            study_id, revision, patient, result
        ),
        ids=lambda words: here.store.ids(words),
        rows=lambda ids: here.store.rows(ids),
        study=lambda study_id: here.store.get(study_id),
        delete=lambda study_id: here.store.delete(study_id),
        close=here.close,
        table=table,
        tables=tables,
        pages=read_pages,
        own_page=own_copy,
    )


def _read(path: Path) -> Radiograph:
    from desktop.imaging.readers import read_radiograph

    return read_radiograph(path)
