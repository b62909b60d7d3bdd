import errno
import os
from pathlib import Path

import pytest

from desktop.errors import StorageError
from desktop.report.files import write_whole


def _fail(code: int) -> object:
    def fail(*arguments: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def test_the_file_is_written(tmp_path: Path) -> None:
    write_whole(tmp_path / "report.pdf", b"words")
    assert (tmp_path / "report.pdf").read_bytes() == b"words"
    assert [each.name for each in tmp_path.iterdir()] == ["report.pdf"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_keeps_what_lay_there_and_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, step, _fail(errno.ENOSPC))
    with pytest.raises(StorageError, match="is full: free some space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["report.pdf"]


def test_a_folder_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        write_whole(tmp_path / "report.pdf", b"words")
    assert [each.name for each in tmp_path.iterdir()] == ["report.pdf"]
