"""Where results go: JSON and lines on stdout, a table, PDF reports."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from desktop.cli.gather import printable
from desktop.cli.table import columns, rows, summary
from desktop.cli.telling import show, show_line, tell
from desktop.clinical.reference import ReferenceTable
from desktop.errors import StorageError
from desktop.findings.result import ScreeningResult, Status
from desktop.findings.serialise import to_json
from desktop.findings.study import new_study
from desktop.imaging.radiograph import Patient, Radiograph
from desktop.pages.reading import Page
from desktop.report.files import write_whole


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses at `path` into a sentence."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{printable(path)} cannot be written ({error.strerror}): name a place that you may write to."
        ) from error


@dataclass(frozen=True)
class Screened:
    """One file with all that an output may need of it; radiograph is None where it was not read."""

    result: ScreeningResult
    radiograph: Radiograph | None
    patient: Patient


class Output(Protocol):
    """Takes results one by one; each method raises StorageError where there is no place for them."""

    def open(self) -> None:
        """Make sure that there is a place to write."""

    def add(self, screened: Screened) -> None:
        """Write one file's result."""

    def close(self) -> None:
        """Finish what was written."""


class Lines:
    """One line a file on stdout, for people."""

    def open(self) -> None:
        """Nothing is needed."""

    def add(self, screened: Screened) -> None:
        """Print the line."""
        show_line(summary(screened.result))

    def close(self) -> None:
        """Nothing is left."""


class Json:
    """An array on stdout, one object a file; still JSON when the run is interrupted."""

    def __init__(self) -> None:
        self._separator = "["

    def open(self) -> None:
        """Nothing is needed."""

    def add(self, screened: Screened) -> None:
        """Print the object."""
        text = msgspec.json.format(msgspec.json.encode(to_json(screened.result)), indent=2).decode()
        show(f"{self._separator}\n{text}")
        self._separator = ","

    def close(self) -> None:
        """End the array."""
        show("[]\n" if self._separator == "[" else "\n]\n")


class Table:
    """A CSV file, written whole at the end."""

    def __init__(self, path: Path) -> None:
        self._path, self._text = path, io.StringIO(newline="")
        self._writer = csv.DictWriter(self._text, columns())

    def open(self) -> None:
        """Try whether its folder takes a file, so that hours of work do not end in front of a locked door."""
        if os.path.isdir(self._path):
            raise StorageError(f"{printable(self._path)} is a folder: name a file for the table.")
        with told(self._path), tempfile.TemporaryFile(dir=self._path.parent):
            self._writer.writeheader()

    def add(self, screened: Screened) -> None:
        """Keep the file's rows."""
        self._writer.writerows(rows(screened.result))

    def close(self) -> None:
        """Write the table."""
        write_whole(self._path, self._text.getvalue().encode("utf-8", "backslashreplace"))


class Reports:
    """A folder of PDF reports, one for each screened picture, named like it; `pages` go behind each."""

    def __init__(self, folder: Path, table: ReferenceTable, pages: Sequence[Page] = ()) -> None:
        self._folder, self._table, self._pages = folder, table, pages
        self._taken: set[str] = set()

    def open(self) -> None:
        """Make the folder."""
        with told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)

    def add(self, screened: Screened) -> None:
        """Write the report; a picture that was not screened has none."""
        if screened.radiograph is None or screened.result.status is not Status.SCREENED:
            return
        from desktop.report.draw import write_pdf  # Qt is loaded only where a report is drawn
        from desktop.report.model import build_report

        study = new_study(screened.radiograph, screened.result, screened.patient)
        report = build_report(study, self._table, self._pages)
        write_pdf(report, self._folder / self._name(screened.radiograph.path))

    def close(self) -> None:
        """Nothing is left."""

    def _name(self, picture: Path) -> str:
        number, name = 1, f"{picture.stem}.pdf"
        while name.lower() in self._taken:
            number += 1
            name = f"{picture.stem}-{number}.pdf"
        self._taken.add(name.lower())
        return name


class Outputs:
    """Several outputs as one: where one has no place left it is dropped, told, and the others go on."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        self._left = list(outputs)
        self.all_written = True

    @property
    def left(self) -> bool:
        """Return whether any output still takes results."""
        return bool(self._left)

    def open(self) -> None:
        """Open all; raise StorageError where one has no place from the start."""
        for opened, output in enumerate(self._left):
            try:
                output.open()
            except StorageError:
                self._left = self._left[:opened]
                raise

    def add(self, screened: Screened) -> None:
        """Write one file's result to every output that is left."""
        for output in tuple(self._left):
            try:
                output.add(screened)
            except StorageError as error:
                self.all_written = False
                tell(str(error))
                if not isinstance(output, Reports):  # the next report is a file of its own
                    self._left.remove(output)

    def close(self) -> None:
        """Finish every output that is left."""
        for output in self._left:
            try:
                output.close()
            except StorageError as error:
                self.all_written = False
                tell(str(error))
