"""Which file a page comes from: the clinic's where it is good, else the next, with a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from desktop.errors import StorageError
from desktop.pages.names import EXAMPLES_ONLY, PageName
from desktop.pages.reading import own_copy, read_pages
from desktop.paths import assets_dir, data_dir

TEXT, TABLE = PageName.TREATMENT, PageName.SPECIALISTS
ROW = "name,specialty,contact,place\nDr. Anna Müller,Endocrinology,030 1,Berlin\n"


@pytest.fixture
def own(own_folders: Path) -> Path:
    folder = data_dir() / "pages"
    folder.mkdir(parents=True)
    return folder


def test_without_a_clinics_files_the_shipped_pages_are_shown() -> None:
    pages = read_pages()
    assert set(pages) == set(PageName)
    assert all(page.file.parent == assets_dir() / "texts" / "pages" for page in pages.values())
    assert not any(page.is_own or page.problems for page in pages.values())
    assert "Date of the sources" in pages[TEXT].text
    assert "https://doi.org/10.7326/M22-1034" in pages[TEXT].text


def test_shipped_specialists_are_plainly_examples() -> None:
    page = read_pages()[TABLE]
    assert all(entry.name.startswith("Example") for entry in page.entries)
    assert page.caution == EXAMPLES_ONLY


def test_the_clinics_file_wins(own: Path) -> None:
    (own / "treatment.md").write_text("# Ours\n", "utf-8")
    (own / "specialists.csv").write_text(ROW, "utf-8-sig")  # as spreadsheets save it
    pages = read_pages()
    assert pages[TEXT].text == "# Ours\n"
    assert [entry.name for entry in pages[TABLE].entries] == ["Dr. Anna Müller"]
    assert pages[TABLE].caution == ""
    assert pages[TABLE].is_own


def test_this_users_file_goes_before_the_machines(tmp_path: Path) -> None:
    for name in ("user", "machine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "treatment.md").write_text(f"# Of the {name}\n", "utf-8")
    folders = (tmp_path / "user", tmp_path / "machine")
    assert read_pages(folders)[TEXT].text == "# Of the user\n"
    (tmp_path / "user" / "treatment.md").write_text("<b>", "utf-8")
    page = read_pages(folders)[TEXT]
    assert page.text == "# Of the machine\n"
    assert len(page.problems) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("Zähne".encode("cp1252"), "not UTF-8"),
        ("# Zähne".encode("utf-16"), "not UTF-8"),
        (b"# a\x00b", "characters that no text has"),
        (b"# a\n" * 30_000, "larger than 100 kB"),
        (b"", "empty"),
        (b"<script>", "HTML"),
    ],
)
def test_a_faulty_page_leaves_the_shipped_one_and_says_why(own: Path, content: bytes, why: str) -> None:
    path = own / "treatment.md"
    path.write_bytes(content)
    page = read_pages()[TEXT]
    assert not page.is_own
    assert page.text.startswith("# Treatment")
    assert len(page.problems) == 1
    assert page.problems[0].startswith(f"Your page {path} is not shown, because ")
    assert why in page.problems[0]


def test_a_huge_file_is_not_read_whole(own: Path) -> None:
    path = own / "specialists.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    page = read_pages()[TABLE]
    assert "larger than 100 kB" in page.problems[0]
    assert page.entries[0].name.startswith("Example")


def test_a_folder_or_a_pipe_in_the_pages_place_is_said(own: Path) -> None:
    (own / "treatment.md").mkdir()
    assert "is no file" in read_pages()[TEXT].problems[0]
    if hasattr(os, "mkfifo"):
        os.mkfifo(own / "specialists.csv")
        assert "is no file" in read_pages()[TABLE].problems[0]


def test_a_page_that_may_not_be_read_is_said(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = own / "treatment.md"
    path.write_text("# Ours\n", "utf-8")
    opened = Path.open

    def locked(self: Path, *arguments: object, **named: object) -> object:
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(self, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", locked)
    assert "cannot be read (Permission denied)" in read_pages()[TEXT].problems[0]


def test_a_copy_to_edit_is_shown_from_then_on() -> None:
    path = own_copy(TABLE)
    assert path == data_dir() / "pages" / "specialists.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfname,")  # else spreadsheets garble accents
    page = read_pages()[TABLE]
    assert page.file == path
    assert page.is_own


def test_what_a_clinic_wrote_is_never_overwritten(own: Path) -> None:
    (own / "treatment.md").write_text("<b>half done", "utf-8")
    assert own_copy(TEXT).read_text("utf-8") == "<b>half done"


def test_a_folder_that_cannot_be_written_is_said(own_folders: Path) -> None:
    data_dir().parent.mkdir(parents=True, exist_ok=True)
    data_dir().write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be copied to .* allow writing"):
        own_copy(TEXT)


class _FullDisk:
    """A file that takes nothing."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __enter__(self) -> _FullDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, _: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_no_half_page(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(self: Path, mode: str = "r") -> object:
        file = opened(self, mode)
        return _FullDisk(file) if mode == "xb" else file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StorageError, match="No space left"):
        own_copy(TEXT)
    assert list(own.iterdir()) == []
