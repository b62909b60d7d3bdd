from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from desktop.cli.table import columns, guarded, rows
from desktop.findings.result import ScreeningResult, Seconds, Status


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_is_a_formula(text):
    safe = guarded(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert safe in (text, f"'{text}")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_every_row_has_the_columns_whatever_the_name(name):
    (row,) = rows(ScreeningResult(name, Status.FAILED, "No.", None, (), Seconds(0, 0)))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns())
    writer.writeheader()
    writer.writerow(row)
    (read,) = csv.DictReader(io.StringIO(text.getvalue(), newline=""))
    assert read["file"] == guarded(name)
    assert list(read) == columns()
