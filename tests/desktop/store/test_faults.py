import errno
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop.errors import StorageError
from desktop.findings.result import ScreeningResult
from desktop.imaging.radiograph import Patient, Radiograph
from desktop.store import Store
from desktop.store.faults import told_as_sentences

WRITER = """
import sys
from pathlib import Path
import numpy as np
from desktop.findings.result import ScreeningResult, Seconds, Status
from desktop.imaging.radiograph import Patient, Radiograph
from desktop.store import Store
noise = np.random.default_rng(0).random((600, 600), dtype=np.float32)
radiograph = Radiograph(Path("x.png"), noise, 1.0)
result = ScreeningResult("x.png", Status.REFUSED, "Name the view.", None, (), Seconds(0, 0))
with Store.open(Path(sys.argv[1])) as store:
    while True:
        print(store.add(radiograph, result, Patient()).id, flush=True)
"""


def _writer(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)


def test_a_process_killed_while_saving_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "studies.sqlite"
    with _writer(path) as child:
        assert child.stdout is not None
        for _ in range(3):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        saved = 3 + len([line for line in child.stdout.read().split("\n") if line])
    with Store.open(path) as store:
        rows = store.rows(store.ids())
        assert [row.id for row in reversed(rows)][:saved] == list(range(1, saved + 1))
        assert all(store.get(row.id).picture_png for row in rows)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_processes_save_at_once(tmp_path: Path, radiograph: Radiograph, result: ScreeningResult) -> None:
    path = tmp_path / "studies.sqlite"
    with _writer(path) as child, Store.open(path) as store:
        assert child.stdout is not None
        child.stdout.readline()
        ours = [store.add(radiograph, result, Patient()).id for _ in range(5)]
        child.kill()
        child.stdout.read()
        assert set(ours) <= set(store.ids())


def test_a_database_held_by_another_program(
    store: Store, tmp_path: Path, radiograph: Radiograph, result: ScreeningResult
) -> None:
    store._connection.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(tmp_path / "data" / "studies.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program holds"):
            store.add(radiograph, result, Patient())
    assert store.add(radiograph, result, Patient()).id


def test_a_full_disk_loses_nothing(store: Store, radiograph: Radiograph, result: ScreeningResult) -> None:
    first = store.add(radiograph, result, Patient())
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="is full: free some space"):
        store.add(radiograph, result, Patient())
    assert store.ids() == [first.id]
    assert store.get(first.id) == first


@pytest.mark.parametrize(
    "content", [b"no database at all, but some text\n" * 200, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "studies.sqlite"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        Store.open(path)
    assert path.read_bytes() == content


def test_damage_inside_is_a_sentence(store: Store, radiograph: Radiograph, result: ScreeningResult) -> None:
    study = store.add(radiograph, result, Patient())
    path = store._path
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"), Store.open(path) as damaged:
        damaged.get(study.id)


def test_a_database_that_may_only_be_read(
    store: Store, radiograph: Radiograph, result: ScreeningResult
) -> None:
    store._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="cannot be changed"):
        store.add(radiograph, result, Patient())


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be opened"):
        Store.open(tmp_path / "file" / "studies.sqlite")


@pytest.mark.parametrize(("code", "says"), [(errno.EROFS, "cannot be opened"), (errno.ENOSPC, "is full")])
def test_a_home_that_takes_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(StorageError, match=says):
        Store.open(tmp_path / "data" / "studies.sqlite")


def test_a_bug_stays_a_bug(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x")
    with closing(connection), pytest.raises(sqlite3.OperationalError), told_as_sentences(tmp_path):
        connection.execute("SELEKT 1")


def test_no_sentence_names_a_patient(
    store: Store, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    store._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError) as caught:
        store.add(radiograph, result, patient)
    assert "Doe" not in str(caught.value)
