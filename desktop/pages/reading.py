"""Pages from their files: the clinic's where there is a good one, else what was shipped."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import SettingsError, StorageError
from desktop.pages.directory import Specialist, read_directory
from desktop.pages.markdown import check_markdown
from desktop.pages.names import EXAMPLES_ONLY, PAGE_FILES, PAGE_TITLES, PageName
from desktop.paths import assets_dir, data_dir, site_dir

MOST_KB = 100
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Page:
    """One page as it is shown.

    text: Markdown; "" where the page is a directory.
    entries: of a directory; none where the page is text.
    file: where it was read from.
    is_own: whether a clinic wrote it.
    problems: a sentence for each file of the clinic that was passed over.
    """

    name: PageName
    text: str
    entries: tuple[Specialist, ...]
    file: Path
    is_own: bool
    problems: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the page is called."""
        return PAGE_TITLES[self.name]

    @property
    def caution(self) -> str:
        """What is to be known of this page beside its words, "" where nothing is."""
        return EXAMPLES_ONLY if any(entry.is_example for entry in self.entries) else ""


def own_folders() -> tuple[Path, ...]:
    """Return where a clinic's pages lie: this user's folder, which goes first, and the machine's."""
    return data_dir() / "pages", site_dir() / "pages"


def read_pages(folders: Sequence[Path] | None = None) -> Mapping[PageName, Page]:
    """Return every page by name; `folders` are by default this user's and the machine's.

    A clinic's file that is missing or faulty leaves the next one in its place, a faulty one with a sentence.
    """
    return {name: _read_page(name, own_folders() if folders is None else folders) for name in PageName}


def own_copy(name: PageName) -> Path:
    """Return this user's file of a page to be edited, made from what is shown where there is none.

    Raises StorageError where its folder cannot be written.
    """
    shown = _read_page(name, own_folders()).file
    path = own_folders()[0] / PAGE_FILES[name]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            content = shown.read_bytes().removeprefix(BOM_UTF8)
            _write_new(path, BOM_UTF8 + content if path.suffix == ".csv" else content)  # as spreadsheets ask
    except OSError as error:
        raise StorageError(
            f"The page cannot be copied to {path} ({error.strerror}): allow writing there or free some space."
        ) from error
    return path


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
        except OSError:
            path.unlink()
            raise


def _read_page(name: PageName, folders: Sequence[Path]) -> Page:
    problems: list[str] = []
    for folder in folders:
        path = folder / PAGE_FILES[name]
        try:
            text, entries = _content(path)
        except FileNotFoundError:
            continue
        except SettingsError as error:
            problems.append(f"Your page {path} is not shown, because {error}.")
            continue
        return Page(name, text, entries, path, True, tuple(problems))
    shipped = assets_dir() / "texts" / "pages" / PAGE_FILES[name]
    try:
        text, entries = _content(shipped)
    except (FileNotFoundError, SettingsError) as error:
        raise SettingsError(f"The page {shipped} is missing or damaged: reinstall Trabecula.") from error
    return Page(name, text, entries, shipped, False, tuple(problems))


def _content(path: Path) -> tuple[str, tuple[Specialist, ...]]:
    text = _text(path)
    if path.suffix == ".csv":
        return "", read_directory(text)
    check_markdown(text)
    return text, ()


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise SettingsError("it is no file: put one in its place")
        with path.open("rb") as file:
            content = file.read(MOST_KB * 1000 + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SettingsError(f"it cannot be read ({error.strerror}): check its permissions") from error
    if len(content) > MOST_KB * 1000:
        raise SettingsError(f"it is larger than {MOST_KB} kB: shorten it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError("it is not UTF-8: save it again as UTF-8 text or CSV UTF-8") from error
    if _CONTROL.search(text):
        raise SettingsError("it has characters that no text has: save it again as plain text")
    return text
