"""`trabecula screen`: every picture through the one way of analysis, one after the other."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

from desktop.analysis import analyse
from desktop.cli.gather import gather, printable
from desktop.cli.outputs import Json, Lines, Output, Outputs, Reports, Screened, Table
from desktop.cli.patients import PatientTable, read_patients
from desktop.cli.status import DONE, NO_MODEL_OR_PLACE, SOME_NOT_SCREENED
from desktop.cli.telling import tell
from desktop.clinical.reference import ReferenceTable, load_tables
from desktop.errors import AppError, BundleError, RefusedError, SettingsError, UsageError
from desktop.findings.result import ScreeningResult, Seconds, Status
from desktop.imaging.radiograph import Patient, Sex, View
from desktop.imaging.readers import read_radiograph
from desktop.log import log_bug, logger
from desktop.models import Models, load_installed
from desktop.pages.reading import Page, read_pages
from desktop.paths import config_dir
from desktop.settings import load_settings

ANOTHER_VIEW = "The file's tags say that it shows something else than --view says: check which one is right."
BUG = "An error in Trabecula itself stopped this picture: report it with the log file; the others go on."


def screen(options: argparse.Namespace) -> int:
    """Screen `options.paths` into the outputs asked for and return the exit status."""
    if options.pages and not options.report:
        raise UsageError("--pages are printed behind reports: name a folder for them with --report.")
    patients = _patients(options)
    view = View(options.view) if options.view else None
    table = _table(options.reference)
    outputs = Outputs(_asked_for(options, table))
    models = _usable_models(options.threads)
    outputs.open()
    problems: list[str] = []
    statuses: set[Status] = set()
    try:
        for file in gather(options.paths, problems):
            statuses.add(_each(file, partial(screen_file, file, models, view, patients, table), outputs))
            if not outputs.left:
                break
    finally:
        outputs.close()
    for problem in problems:
        tell(problem)
    logger.info("screening ended: %s", sorted(statuses))
    if not outputs.all_written:
        return NO_MODEL_OR_PLACE
    return DONE if statuses == {Status.SCREENED} and not problems else SOME_NOT_SCREENED


def _each(file: Path, job: Callable[[], Screened], outputs: Outputs) -> Status:
    try:
        screened = job()
        outputs.add(screened)
    except Exception as error:  # noqa: BLE001  one of the three faces where a bug is met
        log_bug(error)
        screened = _unscreened(file, Status.FAILED, BUG, perf_counter())
        outputs.add(screened)
    return screened.result.status


def screen_file(
    file: Path, models: Models, view: View | None, patients: PatientTable, table: ReferenceTable
) -> Screened:
    """Read and analyse one file; the result of one that cannot be read or judged says why.

    view: what the user says it shows, None to go by its tags.
    """
    began = perf_counter()
    try:
        radiograph = read_radiograph(file)
        read = perf_counter() - began
        if view is not None and radiograph.stated_view not in (None, view):
            raise RefusedError(ANOTHER_VIEW)
        who = patients.patient(file, radiograph.patient)
        result = analyse(radiograph, models, view=view, patient=who, table=table, read_seconds=read)
        return Screened(replace(result, file=printable(file)), radiograph, who)
    except RefusedError as error:
        return _unscreened(file, Status.REFUSED, str(error), began)
    except AppError as error:
        return _unscreened(file, Status.FAILED, str(error), began)


def _unscreened(file: Path, status: Status, reason: str, began: float) -> Screened:
    seconds = Seconds(perf_counter() - began, 0.0)
    return Screened(ScreeningResult(printable(file), status, reason, None, (), seconds), None, Patient())


def _patients(options: argparse.Namespace) -> PatientTable:
    people = read_patients(options.patients) if options.patients else {}
    return PatientTable(Sex(options.sex) if options.sex else None, options.age, people)


def _table(name: str | None) -> ReferenceTable:
    """Return the reference table of that name, by default the one that this user chose in the window."""
    if name is None:
        loaded = load_settings(config_dir())
        name = loaded.settings.reference_table
        if loaded.notice:
            tell(loaded.notice)
    try:
        tables = load_tables()
    except SettingsError as error:
        raise UsageError(str(error)) from error
    if name not in tables:
        known = ", ".join(f"'{each}'" for each in sorted(tables))
        raise UsageError(f"There is no reference table '{name}': name one with --reference, of {known}.")
    return tables[name]


def _pages(names: Sequence[str]) -> list[Page]:
    if not names:
        return []
    pages = [page for name, page in read_pages().items() if name in names]
    for page in pages:
        for sentence in page.problems:
            tell(sentence)
    return pages


def _asked_for(options: argparse.Namespace, table: ReferenceTable) -> list[Output]:
    outputs: list[Output] = []
    if options.report:
        # first, so that what breaks while it is drawn is not yet told as screened
        outputs.append(Reports(options.report, table, _pages(options.pages)))
    if options.json:
        outputs.append(Json())
    if options.csv:
        outputs.append(Table(options.csv))
    return outputs or [Lines()]


def _usable_models(threads: int) -> Models:
    models = load_installed(threads=threads)
    for sentence in (*models.problems, *models.notices):
        tell(sentence)
    if not models.by_family:
        raise BundleError("No picture was screened, because no model can be used: reinstall Trabecula.")
    return models
