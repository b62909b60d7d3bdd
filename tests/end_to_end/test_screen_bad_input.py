"""The shipped program, with the shipped model and samples, among files that cannot be screened."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from desktop.findings.marks import PHANTOM_MARK
from desktop.paths import assets_dir


@pytest.fixture(scope="module")
def samples() -> list[Path]:
    """Return the shipped sample pictures, or skip while there are none or no model."""
    found = sorted((assets_dir() / "samples").glob("*.dcm"))
    if not found or not list((assets_dir() / "models").glob("*/manifest.json")):
        pytest.skip("no samples or no bundle are committed yet")
    return found


def trabecula(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desktop", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=os.environ | environment)


@pytest.fixture
def inputs(samples, tmp_path) -> Path:
    """Return a folder of what cannot be screened, a chest before it and a spine DXA after it."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    whole = samples[0].read_bytes()
    (folder / "a_sample.dcm").write_bytes(whole)
    (folder / "b_empty.dcm").touch()
    (folder / "c_text.dcm").write_text("no picture at all\n" * 50)
    (folder / "d_truncated.dcm").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "e_dangling.dcm").symlink_to(tmp_path / "nowhere.dcm")
    spine_dxa = next(each for each in samples if each.name.startswith("dxa_spine"))
    (folder / "z_sample.dcm").write_bytes(spine_dxa.read_bytes())
    return folder


def test_the_others_are_screened_into_json_table_and_reports(inputs, tmp_path):
    table, reports = tmp_path / "out.csv", tmp_path / "reports"
    ended = trabecula("screen", inputs, "--json", "--csv", table, "--report", reports)
    assert ended.returncode == 3, ended.stderr
    assert "Traceback" not in ended.stderr
    results = json.loads(ended.stdout)
    jsonschema.validate(results, json.loads((assets_dir() / "screening.schema.json").read_text()))
    assert [each["status"] for each in results] == ["screened", *["failed"] * 4, "screened"]
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["mark"] for row in rows] == [PHANTOM_MARK, "", "", "", "", PHANTOM_MARK, PHANTOM_MARK]
    assert [row["family"] for row in rows[-2:]] == ["dxa_bmd", "stacked_ensemble"]
    assert sorted(each.name for each in reports.iterdir()) == ["a_sample.pdf", "z_sample.pdf"]


def test_the_same_picture_gives_the_same_answer(samples):
    first, second = (json.loads(trabecula("screen", samples[0], "--json").stdout) for _ in range(2))
    for each in (*first, *second):
        del each["seconds"]
    assert first == second


def test_a_home_that_takes_nothing_does_not_matter(samples, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.touch()
    places = {f"TRABECULA_{name}": str(blocked / "below") for name in ("DATA", "CONFIG", "LOGS")}
    ended = trabecula("screen", samples[0], "--json", HOME=str(blocked), **places)
    assert ended.returncode == 0
    assert ended.stderr == ""


def test_nothing_is_reported_and_no_number_of_this_device_is_kept(samples, tmp_path):
    """ONNX Runtime reports its use over the network where nobody forbids it, and keeps an id in the home."""
    home = tmp_path / "home"
    home.mkdir()
    ended = trabecula("screen", samples[0], "--json", HOME=str(home), XDG_CACHE_HOME=str(home / ".cache"))
    assert ended.returncode == 0
    assert [path for path in home.rglob("*") if "microsoft" in str(path).lower()] == []


def test_the_self_test_passes(samples):
    ended = trabecula("self-test")
    assert ended.returncode == 0, ended.stderr
    assert "model dxa_bmd: passed" in ended.stdout
