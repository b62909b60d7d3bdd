"""The directory: what spreadsheets write is read, what is amiss is named, and the search forgives."""

import pytest

from desktop.errors import SettingsError
from desktop.pages.directory import Specialist, matching, read_directory

HEADS = "name,specialty,contact,place\n"
ANNA = Specialist("Dr. Anna Müller", "Endocrinology", "030 1, a@example.org", "Łódź")
JOSE = Specialist("Dr. José Björk", "Rheumatology", "030 2", "Malmø")


def test_rows_are_read_in_their_order() -> None:
    text = HEADS + '"Dr. Anna  Müller",Endocrinology,"030 1, a@example.org",Łódź\n\n,,,\n'
    assert read_directory(text + "Dr. José Björk,Rheumatology,030 2,Malmø\n") == (ANNA, JOSE)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_countries_spreadsheets_are_read(delimiter: str) -> None:
    rows = [["Place", " NAME ", "Specialty", "contact", "notes"], ["Malmø", "Dr. José Björk", "Rheumatology"]]
    text = "\r\n".join(delimiter.join(row) for row in (rows[0], [*rows[1], "030 2", "closed on Friday"]))
    assert read_directory(text) == (JOSE,)


def test_a_cell_may_hold_a_line_break() -> None:
    assert read_directory(HEADS + 'A,B,"one\ntwo",C\n')[0].contact == "one two"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lacks the column name"),
        ("name,specialty,place\nA,B,C\n", "lacks the column contact"),
        (HEADS, "no entry"),
        (HEADS + "A,B,C,D,E\n", "line 2 has more or fewer cells"),
        (HEADS + "A,B\n", "line 2 has more or fewer cells"),
        (HEADS + "A,B,C,D\n,B,C,D\n", "line 3 has no name"),
        (HEADS + '"A,B,C,D\n', "no CSV"),
        (HEADS + f"{'A' * 301},B,C,D\n", "line 2 has a name of more than 300"),
        (HEADS + "A,B,C,D\n" * 2_001, "more than 2000 entries"),
    ],
)
def test_what_is_amiss_is_named(text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        read_directory(text)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", (ANNA, JOSE)),
        ("MULLER", (ANNA,)),
        ("müller lodz", (ANNA,)),
        ("bjork MALMO", (JOSE,)),
        ("dr rheum", (JOSE,)),
        ("030", (ANNA, JOSE)),
        ("anna rheumatology", ()),
    ],
)
def test_the_search_minds_neither_case_nor_accents(words: str, found: tuple[Specialist, ...]) -> None:
    assert matching((ANNA, JOSE), words) == found
