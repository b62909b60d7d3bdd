"""What the window asks the layers below to do, as plain functions that tests can replace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.clinical.reference import ReferenceTable
from desktop.findings.result import Point, ScreeningResult
from desktop.findings.study import Study, StudyRow
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.pages.names import PageName
from desktop.pages.reading import Page


@dataclass(frozen=True)
class Services:
    """Reading, judging and keeping; each raises an AppError with the sentence for the user.

    `analyse`, `seen` and `prepare` are called on the inference lane only, `table` and `tables` on any,
    `close` once both are closed, all others on the disk lane; `update` also on the inference lane, for a
    window that was closed. `prepare` loads the models and returns a sentence for each that is not used.
    `seen` returns the view that the gate sees in a picture, None where the user must be asked. `analyse`
    takes, after view and patient, the landmarks that the user moved, by name. `update` takes a study's number
    and which revision of it is changed. `ids` finds the studies with these words, newest first, and `rows`
    returns what a list shows of some. `table` is the one in use of all `tables`. `pages` reads the pages of
    information, and `own_page` returns this user's file of one, made where there was none.
    """

    read: Callable[[Path], Radiograph]
    prepare: Callable[[], Sequence[str]]
    seen: Callable[[Radiograph], View | None]
    analyse: Callable[[Radiograph, View | None, Patient, Mapping[str, Point]], ScreeningResult]
    add: Callable[[Radiograph, ScreeningResult, Patient], Study]
    update: Callable[[int, int, Patient, ScreeningResult], Study]
    ids: Callable[[Sequence[str]], Sequence[int]]
    rows: Callable[[Sequence[int]], Sequence[StudyRow]]
    study: Callable[[int], Study]
    delete: Callable[[int], None]
    close: Callable[[], None]
    table: Callable[[], ReferenceTable]
    tables: Callable[[], Mapping[str, ReferenceTable]]
    pages: Callable[[], Mapping[PageName, Page]]
    own_page: Callable[[PageName], Path]
