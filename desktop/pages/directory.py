"""The directory of specialists: a table that a clinic keeps in a spreadsheet, and the search in it."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields

from desktop.errors import SettingsError

MOST_ENTRIES = 2_000
MOST_CELL_CHARACTERS = 300
EXAMPLE = "Example, not "
DELIMITERS = ",;\t"
_WITHOUT_STROKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True)
class Specialist:
    """Whom a patient may be sent to; the fields are the columns of the file."""

    name: str
    specialty: str
    contact: str
    place: str

    @property
    def is_example(self) -> bool:
        """Whether it is one of those that are shipped to show how the file is written."""
        return self.name.startswith(EXAMPLE)


COLUMNS = tuple(each.name for each in fields(Specialist))


def read_directory(text: str) -> tuple[Specialist, ...]:
    """Return the entries of a CSV file with the columns name, specialty, contact and place, in its order.

    Further columns are left out, and so are empty lines. Raises SettingsError with the line and what to do.
    """
    heads = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(heads), strict=True)
    found: list[Specialist] = []
    try:
        reader.fieldnames = _heads(reader.fieldnames or ())
        for row in reader:
            if any(row.values()):
                found.append(_entry(row, reader.line_num))
            if len(found) > MOST_ENTRIES:
                raise SettingsError(f"it has more than {MOST_ENTRIES} entries: shorten it")
    except csv.Error as error:
        raise SettingsError(f"line {reader.line_num} is no CSV ({error}): check its quotes") from error
    if not found:
        raise SettingsError("it has no entry: add one below the column names")
    return tuple(found)


def matching(entries: Sequence[Specialist], words: str) -> tuple[Specialist, ...]:
    """Return the entries that hold every one of `words`, in whatever case and with whatever accents."""
    wanted = folded(words).split()
    return tuple(entry for entry in entries if _holds(entry, wanted))


def folded(words: str) -> str:
    """Return words without case and accents, so that "Müster" is found by "muster"."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare.casefold().translate(_WITHOUT_STROKE)


def _holds(entry: Specialist, wanted: Sequence[str]) -> bool:
    text = folded(" ".join(getattr(entry, column) for column in COLUMNS))
    return all(word in text for word in wanted)


def _delimiter(heads: str) -> str:
    return max(DELIMITERS, key=heads.count)


def _heads(names: Sequence[str | None]) -> list[str]:
    heads = [(name or "").strip().casefold() for name in names]
    missing = [column for column in COLUMNS if column not in heads]
    if missing:
        raise SettingsError(
            f"it lacks the column {missing[0]}: its first line must name {', '.join(COLUMNS[:-1])} "
            f"and {COLUMNS[-1]}"
        )
    return heads


def _entry(row: dict[str | None, str | None], line: int) -> Specialist:
    if None in row or None in row.values():
        raise SettingsError(
            f"line {line} has more or fewer cells than columns: put words with commas in quotes"
        )
    cells = {column: " ".join((row[column] or "").split()) for column in COLUMNS}
    if not cells["name"]:
        raise SettingsError(f"line {line} has no name: add one or remove the line")
    for column, words in cells.items():
        if len(words) > MOST_CELL_CHARACTERS:
            raise SettingsError(
                f"line {line} has a {column} of more than {MOST_CELL_CHARACTERS} characters: shorten it"
            )
    return Specialist(**cells)
