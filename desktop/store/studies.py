"""Saving, listing, reading, changing and deleting studies."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any

from desktop.errors import ChangedElsewhereError, StorageError
from desktop.findings.result import Outcome, ScreeningResult, Status
from desktop.findings.study import Study, StudyRow, new_study
from desktop.imaging.radiograph import Patient, Radiograph, Sex
from desktop.store.faults import told_as_sentences
from desktop.store.record import decode, encode
from desktop.store.schema import migrate

BUSY_TIMEOUT_SECONDS = 5.0
DELETED = "This study was deleted: open its picture again to screen it anew."
CHANGED = (
    "This study was changed in another window meanwhile, so your last change was not kept: "
    "look at it as it is now, and change it again."
)
_PATIENT = tuple(field.name for field in fields(Patient))
_ROW = ("id", "created_at", "study_date", "file", *_PATIENT, "status", "outcome", "thumbnail_png")


class Store:
    """The studies of one database file; open it with `Store.open`, close it when done.

    Every method raises StorageError, with a sentence, where disk, permission or another program stands in
    the way. The picture's file stays where it is: the database keeps the presented picture, at most 1024 px
    long, so a study can be shown and printed after its file was moved or its disc pulled out. Threads may
    share one store; they wait for each other.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path, self._lock = connection, path, RLock()

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the studies in `path`, made with its folder if need be, for this user's eyes only."""
        with told_as_sentences(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(connection)
                migrate(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    def close(self) -> None:
        """Close the database; the store is of no use afterwards."""
        with self._lock, told_as_sentences(self._path):
            self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, radiograph: Radiograph, result: ScreeningResult, patient: Patient) -> Study:
        """Save a picture with its result, whole or not at all, and return the study."""
        study = new_study(radiograph, result, patient)
        values = {name: getattr(study, name) for name in ("study_date", "program_version", "file_sha256")}
        values |= {"created_at": study.created_at.isoformat(), "file": str(study.file)}
        values |= _patient_columns(patient) | _result_columns(study.result)
        with self._transaction() as connection:
            study_id = _insert(connection, "study", values)
            _insert(connection, "picture", {"study_id": study_id} | _picture_columns(study))
            _insert_findings(connection, study_id, study.result)
        return replace(study, id=study_id)

    def ids(self, words: Sequence[str] = ()) -> list[int]:
        """Return the numbers of all studies with these `words` in name, ID, file or outcome, newest first."""
        wanted = " AND ".join(["instr(searched(name, identifier, file, outcome), ?)"] * len(words))
        query = f"SELECT id FROM study WHERE {wanted or 'true'} ORDER BY id DESC"
        return [row["id"] for row in self._rows(query, *(word.casefold() for word in words))]

    def rows(self, ids: Sequence[int]) -> list[StudyRow]:
        """Return what a list shows of these studies, newest first; one that was deleted is left out."""
        marks = ", ".join("?" * len(ids))
        query = f"SELECT {', '.join(_ROW)} FROM study JOIN picture ON study_id = id WHERE id IN ({marks})"
        return [_study_row(row) for row in self._rows(f"{query} ORDER BY id DESC", *ids)]

    def get(self, study_id: int) -> Study:
        """Return one study; StorageError where it was deleted."""
        rows = self._rows("SELECT * FROM study JOIN picture ON study_id = id WHERE id = ?", study_id)
        if not rows:
            raise StorageError(DELETED)
        return _study(rows[0])

    def update_patient(
        self, study_id: int, revision: int, patient: Patient, result: ScreeningResult | None = None
    ) -> Study:
        """Change who the picture shows, and with it the result where sex or age changed the scores.

        StorageError, and nothing is changed, where the study was deleted; ChangedElsewhereError where it has
        no longer this revision.
        """
        values = _patient_columns(patient)
        if result is not None:
            values |= _result_columns(result)
        assignments = ", ".join(f"{name} = ?" for name in values)
        with self._transaction() as connection:
            changed = connection.execute(
                f"UPDATE study SET {assignments}, revision = revision + 1 WHERE id = ? AND revision = ?",
                (*values.values(), study_id, revision),
            )
            if changed.rowcount == 0:
                self.get(study_id)  # says so where it was deleted
                raise ChangedElsewhereError(CHANGED, study_id)
            if result is not None:
                connection.execute("DELETE FROM finding WHERE study_id = ?", (study_id,))
                _insert_findings(connection, study_id, result)
            return self.get(study_id)  # in the transaction, before others may change it again

    def delete(self, study_id: int) -> None:
        """Delete a study with its picture; the bytes are overwritten. One already gone is no error."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM study WHERE id = ?", (study_id,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told_as_sentences(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have rolled it back already
                    self._connection.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *parameters: object) -> list[sqlite3.Row]:
        with self._lock, told_as_sentences(self._path):
            return self._connection.execute(query, parameters).fetchall()


def _prepare(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("searched", 4, _searched, deterministic=True)


def _searched(name: str | None, identifier: str | None, file: str, outcome: str | None) -> str:
    shown = (name, identifier, Path(file).name, outcome and outcome.replace("_", " "))
    return "\n".join(part for part in shown if part).casefold()


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
    )
    return cursor.lastrowid or 0


def _insert_findings(connection: sqlite3.Connection, study_id: int, result: ScreeningResult) -> None:
    for position, finding in enumerate(result.findings):
        place = {"study_id": study_id, "position": position, "outcome": finding.outcome.value}
        _insert(connection, "finding", place | asdict(finding.model))


def _patient_columns(patient: Patient) -> dict[str, Any]:
    return asdict(patient) | {"sex": patient.sex.value if patient.sex else None}


def _result_columns(result: ScreeningResult) -> dict[str, Any]:
    outcome = result.outcome
    return {
        "status": result.status.value,
        "outcome": outcome.value if outcome else None,
        "result": encode(result),
    }


def _picture_columns(study: Study) -> dict[str, Any]:
    columns_px, rows_px = study.size_px or (None, None)
    pictures = {"picture_png": study.picture_png, "thumbnail_png": study.thumbnail_png}
    return pictures | {"columns_px": columns_px, "rows_px": rows_px}


def _patient(row: sqlite3.Row) -> Patient:
    known = {name: row[name] for name in _PATIENT}
    return Patient(**known | {"sex": Sex(row["sex"]) if row["sex"] else None})


def _study_row(row: sqlite3.Row) -> StudyRow:
    return StudyRow(
        id=row["id"],
        created_at=datetime.fromisoformat(row["created_at"]),
        patient=_patient(row),
        study_date=row["study_date"],
        file=Path(row["file"]),
        status=Status(row["status"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        thumbnail_png=row["thumbnail_png"],
    )


def _study(row: sqlite3.Row) -> Study:
    return Study(
        id=row["id"],
        created_at=datetime.fromisoformat(row["created_at"]),
        patient=_patient(row),
        study_date=row["study_date"],
        file=Path(row["file"]),
        result=decode(row["result"]),
        picture_png=row["picture_png"],
        thumbnail_png=row["thumbnail_png"],
        program_version=row["program_version"],
        size_px=(row["columns_px"], row["rows_px"]) if row["columns_px"] else None,
        file_sha256=row["file_sha256"],
        revision=row["revision"],
    )
