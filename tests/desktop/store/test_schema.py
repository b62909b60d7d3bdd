import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.errors import StorageError
from desktop.findings.result import CLASSES, Member, Outcome, ScreeningResult
from desktop.imaging.radiograph import Patient, Radiograph
from desktop.store import Store
from desktop.store.record import encode
from desktop.store.schema import MIGRATIONS, migrate


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version


def _add_note(statement: str) -> tuple[str, ...]:
    return (*MIGRATIONS, f"ALTER TABLE study ADD COLUMN note TEXT; {statement}")


def _save(path: Path, migrations: tuple[str, ...], result: str) -> None:
    """Save a study as the program with these `migrations` did."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, migrations)
        connection.execute(
            "INSERT INTO study (created_at, file, program_version, status, result) VALUES (?, ?, ?, ?, ?)",
            ("2026-11-20T09:00:00+00:00", "/spine.dcm", "0.1.0", "screened", result),
        )
        connection.execute("INSERT INTO picture (study_id, picture_png, thumbnail_png) VALUES (1, x'', x'')")


def test_a_new_database_has_the_newest_version(tmp_path: Path) -> None:
    Store.open(tmp_path / "studies.sqlite").close()
    assert _version(tmp_path / "studies.sqlite") == len(MIGRATIONS)


def test_a_study_of_the_first_version_is_read_and_has_no_size(
    tmp_path: Path, result: ScreeningResult
) -> None:
    path = tmp_path / "studies.sqlite"
    raw = json.loads(encode(result))
    del raw["findings"][0]["evidence_maps"]  # as that program wrote it
    _save(path, MIGRATIONS[:1], json.dumps(raw))
    with Store.open(path) as store:
        study = store.get(1)
    assert study.size_px is None
    assert study.result == result


def test_a_study_of_the_third_version_takes_any_file_for_its_own(
    tmp_path: Path, radiograph: Radiograph, result: ScreeningResult
) -> None:
    path = tmp_path / "studies.sqlite"
    _save(path, MIGRATIONS[:3], encode(result))
    with Store.open(path) as store:
        assert store.get(1).is_of(replace(radiograph, file_sha256="a" * 64))


def test_classes_of_a_study_of_the_second_version_are_renamed_and_nothing_else(
    tmp_path: Path, result: ScreeningResult
) -> None:
    told = dict(zip(CLASSES, (0.2, 0.3, 0.5), strict=True))
    finding = replace(
        result.findings[0],
        class_probabilities=told,
        possible_classes=CLASSES[1:],
        members=(Member("cnn", Outcome.FLAGGED, 0.5, told, 0.1),),
        warnings=('It says "osteoporosis", "neither".',),
    )
    expected = replace(result, file="osteoporosis", findings=(finding,))
    before = encode(expected)
    for name, old in zip(CLASSES, ("neither", "osteopenia", "osteoporosis"), strict=True):
        before = before.replace(f'"{name}"', f'"{old}"')
    _save(tmp_path / "studies.sqlite", MIGRATIONS[:2], before)
    with Store.open(tmp_path / "studies.sqlite") as store:
        assert store.get(1).result == expected


def test_an_older_version_is_brought_up_to_date_and_keeps_its_studies(
    tmp_path: Path, radiograph: Radiograph, result: ScreeningResult
) -> None:
    path = tmp_path / "studies.sqlite"
    with Store.open(path) as store:
        store.add(radiograph, result, Patient())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, _add_note("UPDATE study SET note = 'moved'"))
        assert connection.execute("SELECT note FROM study").fetchall() == [("moved",)]
    assert _version(path) == len(MIGRATIONS) + 1


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "studies.sqlite"
    Store.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path, _add_note("UPDATE nowhere SET note = 1"))
        columns = [row[1] for row in connection.execute("PRAGMA table_info(study)")]
    assert "note" not in columns
    assert _version(path) == len(MIGRATIONS)


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "studies.sqlite"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(StorageError, match="newer Trabecula .database version 7"):
        Store.open(path)
    assert _version(path) == 7
