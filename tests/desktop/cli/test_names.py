"""File names that are no plain words, on the terminal, in JSON and in the table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("with_model")

DXA = ("--view", "dxa_spine")
ODD_NAME = "\x1b[31mnew\nline\x9b\u202e\t日本ü.png"
ODD_LINE = r"\x1b[31mnew\nline\x9b\u202e\t日本ü.png"


def table_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def test_a_name_that_is_a_formula_stays_text(trabecula, spine, tmp_path, monkeypatch):
    monkeypatch.chdir(spine.parent)
    spine.rename("=cmd().png")
    out = tmp_path / "out.csv"
    trabecula("screen", "=cmd().png", "--csv", out, *DXA)
    assert table_of(out)[0]["file"] == "'=cmd().png"


def test_a_name_cannot_command_the_terminal(trabecula, spine):
    odd = spine.rename(spine.with_name(ODD_NAME))
    lines = trabecula("screen", odd, *DXA)
    assert lines.out.startswith(f"{spine.parent}/{ODD_LINE}: ")
    assert lines.out.count("\n") == 1
    for wrong in (("screen", odd, "--csv", odd / "table.csv"), ("screen", odd, f"--{ODD_NAME}")):
        ended = trabecula(*wrong)
        assert ended.status != 0
        assert ODD_LINE in ended.err
        assert "\x1b" not in ended.out + ended.err
    odd.with_name("empty\x1b").mkdir()
    assert r"empty\x1b holds no pictures" in trabecula("screen", odd.with_name("empty\x1b")).err


def test_json_and_table_keep_the_real_name(trabecula, spine, tmp_path):
    odd, out = spine.rename(spine.with_name(ODD_NAME)), tmp_path / "out.csv"
    ended = trabecula("screen", odd, "--json", "--csv", out, *DXA)
    assert ended.json[0]["file"] == str(odd)
    assert "\x1b" not in ended.out
    assert table_of(out)[0]["file"] == str(odd)


def test_a_name_that_is_no_utf8_is_screened(trabecula, spine, tmp_path):
    odd = spine.parent / b"sp\xefne.png".decode("utf-8", "surrogateescape")
    try:
        spine.rename(odd)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    out = tmp_path / "out.csv"
    ended = trabecula("screen", spine.parent, "--json", "--csv", out, *DXA)
    assert ended.status == 0
    assert ended.json[0]["file"].endswith("sp\\xefne.png")
