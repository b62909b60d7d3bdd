from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from desktop.cli.table import columns, guarded, rows, summary
from desktop.findings.result import (
    Finding,
    Interval,
    ModelIdentity,
    NotMeasured,
    Outcome,
    ScreeningResult,
    Seconds,
    Status,
)

MODEL = ModelIdentity("dxa_bmd", "1.0.0", "clinical", "ab12cd34" * 8, "A clinic")


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


def test_a_line_for_people_has_no_minus_zero():
    bmd, t_score = ({"L1-L4": Interval(*three)} for three in ((0.84, 0.62, 1.06), (-0.04, -4.2, -0.01)))
    finding = Finding(MODEL, Outcome.UNCERTAIN, 0.4, bmd, t_score, NotMeasured("No age."))
    line = summary(ScreeningResult("a.png", Status.SCREENED, None, None, (finding,), Seconds(0, 0)))
    assert "T-score L1-L4 0.0 (-4.2 to 0.0)" in line


def test_a_line_for_people_tells_how_probable_osteoporosis_is_where_no_bmd_is_measured():
    silent = NotMeasured("This model measures no bone density.")
    finding = Finding(MODEL, Outcome.FLAGGED, 0.41, silent, silent, silent)
    line = summary(ScreeningResult("a.png", Status.SCREENED, None, None, (finding,), Seconds(0, 0)))
    assert line == "a.png: flagged; probability of a T-score of -2.5 or below 41%"
