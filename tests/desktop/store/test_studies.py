import io
import os
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import desktop
from desktop.errors import ChangedElsewhereError, StorageError
from desktop.findings.result import Outcome, ScreeningResult, Seconds, Status
from desktop.imaging.radiograph import Patient, Radiograph
from desktop.store import Store


def _sql(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_a_study_comes_back_as_it_was_saved(
    store: Store, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    study = store.get(store.add(radiograph, result, patient).id)
    assert study.result == result
    assert study.patient == patient
    assert study.file == radiograph.path
    assert study.study_date == "2026-11-20"
    assert study.program_version == desktop.__version__
    assert study.size_px == (300, 1500)
    assert abs(datetime.now(UTC) - study.created_at) < timedelta(minutes=1)


def test_it_outlives_the_program_and_the_picture(
    tmp_path: Path, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    path = tmp_path / "studies.sqlite"
    with Store.open(path) as store:
        study_id = store.add(radiograph, result, patient).id
    assert not radiograph.path.exists()
    with Store.open(path) as store:
        assert store.get(study_id).result == result


def test_the_picture_is_kept_small_as_presented(
    store: Store, radiograph: Radiograph, result: ScreeningResult
) -> None:
    study = store.add(radiograph, result, Patient())
    picture = Image.open(io.BytesIO(study.picture_png))
    assert (picture.size, picture.mode) == ((205, 1024), "L")
    assert (picture.getpixel((0, 0)), picture.getpixel((204, 1023))) == (0, 255)
    assert max(Image.open(io.BytesIO(study.thumbnail_png)).size) == 160


def test_colour_is_kept(store: Store, radiograph: Radiograph, result: ScreeningResult) -> None:
    colour = np.zeros((8, 8, 3), np.uint8)
    colour[..., 0] = 200
    study = store.add(replace(radiograph, colour=colour), result, Patient())
    assert Image.open(io.BytesIO(study.picture_png)).getpixel((3, 3)) == (200, 0, 0)


def test_the_list_is_newest_first(
    store: Store, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    refused = ScreeningResult("x.png", Status.REFUSED, "Name the view.", None, (), Seconds(0, 0))
    first, second = store.add(radiograph, result, patient), store.add(radiograph, refused, Patient())
    rows = store.rows(store.ids())
    assert [row.id for row in rows] == [second.id, first.id]
    assert [(row.status, row.outcome) for row in rows] == [
        (Status.REFUSED, None),
        (Status.SCREENED, Outcome.FLAGGED),
    ]
    assert rows[1].thumbnail_png == first.thumbnail_png
    assert rows[1].patient == patient


def test_model_version_and_hash_stay_with_the_result(
    store: Store, tmp_path: Path, radiograph: Radiograph, result: ScreeningResult
) -> None:
    store.add(radiograph, result, Patient())
    found = _sql(tmp_path / "data" / "studies.sqlite", "SELECT family, version, sha256, signer FROM finding")
    assert found == [("dxa_bmd", "0.1.0", "4f" * 32, "release key")]


def test_a_patient_is_corrected_with_the_result(
    store: Store, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    study = store.add(radiograph, result, Patient())
    changed = replace(result, findings=(replace(result.findings[0], outcome=Outcome.UNCERTAIN),))
    assert store.update_patient(study.id, 1, patient).result == result
    corrected = store.update_patient(study.id, 2, patient, changed)
    assert (corrected.patient, corrected.result) == (patient, changed)
    assert store.rows(store.ids())[0].outcome is Outcome.UNCERTAIN


def test_a_deleted_study_is_not_changed(
    store: Store, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    study = store.add(radiograph, result, Patient())
    store.delete(study.id)
    for changed in (None, result):
        with pytest.raises(StorageError, match="was deleted"):
            store.update_patient(study.id, study.revision, patient, changed)
    assert store.ids() == []


def test_a_study_that_was_changed_since_is_not_changed(
    store: Store, tmp_path: Path, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    read = store.add(radiograph, result, Patient())
    with Store.open(tmp_path / "data" / "studies.sqlite") as other:
        changed = other.update_patient(read.id, read.revision, patient, result)
    with pytest.raises(ChangedElsewhereError, match="changed in another window"):
        store.update_patient(read.id, read.revision, Patient("Mine"), replace(result, findings=()))
    assert store.get(read.id) == changed
    assert store.update_patient(read.id, changed.revision, Patient("Mine")).patient.name == "Mine"


def test_a_study_knows_the_file_that_was_judged(
    store: Store, radiograph: Radiograph, result: ScreeningResult
) -> None:
    judged, other = (replace(radiograph, file_sha256=digit * 64) for digit in "ab")
    study = store.get(store.add(judged, result, Patient()).id)
    assert study.is_of(judged)
    assert not study.is_of(other)
    assert store.add(radiograph, result, Patient()).is_of(other)


def test_a_deleted_study_is_gone_whole(
    store: Store, tmp_path: Path, radiograph: Radiograph, result: ScreeningResult
) -> None:
    study = store.add(radiograph, result, Patient())
    store.delete(study.id)
    store.delete(study.id)
    assert store.ids() == []
    for table in ("study", "picture", "finding"):
        assert _sql(tmp_path / "data" / "studies.sqlite", f"SELECT count(*) FROM {table}") == [(0,)]
    with pytest.raises(StorageError, match="was deleted"):
        store.get(study.id)


def test_numbers_of_deleted_studies_are_not_given_again(
    store: Store, radiograph: Radiograph, result: ScreeningResult
) -> None:
    first = store.add(radiograph, result, Patient())
    store.delete(first.id)
    assert store.add(radiograph, result, Patient()).id > first.id


def test_a_failing_add_leaves_nothing(
    store: Store, radiograph: Radiograph, result: ScreeningResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("desktop.store.studies._insert_findings", fail)
    with pytest.raises(RuntimeError):
        store.add(radiograph, result, Patient())
    assert store.ids() == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_this_user_may_read(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "studies.sqlite" in modes


@pytest.mark.skipif(sys.platform == "win32", reason="file names of bytes")
def test_a_file_name_that_is_no_text_is_kept_as_far_as_it_is(
    store: Store, radiograph: Radiograph, result: ScreeningResult
) -> None:
    path = Path(os.fsdecode(b"/tmp/r\xe9sultat.png"))
    study = store.add(replace(radiograph, path=path), replace(result, file=str(path)), Patient())
    assert study.file == Path("/tmp/r?sultat.png")


def test_threads_share_a_store(store: Store, radiograph: Radiograph, result: ScreeningResult) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: store.add(radiograph, result, Patient()).id, range(8)))
    assert sorted(ids) == sorted(store.ids())


def test_studies_are_found_by_words_of_name_id_file_and_outcome(
    store: Store, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    other = replace(radiograph, path=Path("/jane/lumbar.png"))
    first = store.add(radiograph, result, patient).id
    second = store.add(other, result, replace(patient, name="ÖZ^ELIF", identifier=None)).id
    assert store.ids() == [second, first]
    assert store.ids(["JANE"]) == [first]
    assert store.ids(["öz", "flagged"]) == [second]
    assert store.ids(["lumbar"]) == [second]
    assert store.ids(["pid-0042", "elif"]) == []


def test_rows_of_deleted_studies_are_left_out(
    store: Store, radiograph: Radiograph, result: ScreeningResult, patient: Patient
) -> None:
    ids = [store.add(radiograph, result, patient).id for _ in range(3)]
    store.delete(ids[1])
    assert [row.id for row in store.rows(ids)] == [ids[2], ids[0]]
    assert store.rows([]) == []
