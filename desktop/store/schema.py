"""The tables, and how a database of an older program becomes one of this program."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from desktop.errors import StorageError

_FIRST = """
CREATE TABLE study (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    study_date TEXT,
    file TEXT NOT NULL,
    program_version TEXT NOT NULL,
    name TEXT,
    identifier TEXT,
    birth_date TEXT,
    sex TEXT CHECK (sex IN ('F', 'M')),
    age_years INTEGER,
    weight_kg REAL,
    height_cm REAL,
    status TEXT NOT NULL CHECK (status IN ('screened', 'refused', 'failed')),
    outcome TEXT CHECK (outcome IN ('flagged', 'uncertain', 'not_flagged')),
    result TEXT NOT NULL
) STRICT;
CREATE TABLE picture (
    study_id INTEGER PRIMARY KEY REFERENCES study (id) ON DELETE CASCADE,
    picture_png BLOB NOT NULL,
    thumbnail_png BLOB NOT NULL
) STRICT;
CREATE TABLE finding (
    study_id INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    family TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    signer TEXT NOT NULL,
    evidence TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (study_id, position)
) STRICT;
"""
_REGIONS = """
ALTER TABLE picture ADD COLUMN columns_px INTEGER;
ALTER TABLE picture ADD COLUMN rows_px INTEGER;
"""
"""Findings hold evidence maps from here on, and a study how large the picture is that its regions lie on."""
_BANDS = "".join(
    f"UPDATE study SET result = replace(result, '{before}\"{old}\"', '{before}\"{new}\"');"
    for old, new in (
        ("neither", "t_above_minus_1"),
        ("osteopenia", "t_minus_1_to_minus_2_5"),
        ("osteoporosis", "t_at_or_below_minus_2_5"),
    )
    for before in "{[,"
)
"""Classes are named by bands of the T-score from here on, as a key or in a list; a value, such as a file's
name, stands behind a colon."""
_FILE = "ALTER TABLE study ADD COLUMN file_sha256 TEXT;"
"""A study knows the file that was judged from here on, so that another one in its place is noticed."""
_REVISION = "ALTER TABLE study ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;"
"""Counts up with each change from here on, so that nobody changes a study as it no longer is."""
MIGRATIONS: tuple[str, ...] = (_FIRST, _REGIONS, _BANDS, _FILE, _REVISION)
"""Number k leads from version k to k + 1; one that was released is never edited."""


def migrate(connection: sqlite3.Connection, path: Path, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring the database to the newest version, each step whole or not at all.

    Raises StorageError, and changes nothing, where a newer program made the database.
    """
    while (version := _version(connection, path, len(migrations))) < len(migrations):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection, path, len(migrations)) == version:  # no other process was faster
                for statement in filter(str.strip, migrations[version].split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > newest:
        raise StorageError(
            f"The studies in {path} were saved by a newer Trabecula (database version {version}, "
            f"this program knows {newest}): install the newer program."
        )
    return version
