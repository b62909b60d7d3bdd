"""The program as a process of its own on every bad input: sentences, no traceback, bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

from desktop.findings.schema import schema
from desktop.paths import assets_dir

PROGRAM = """
import sys
from pathlib import Path
import desktop.paths
desktop.paths.assets_dir = lambda: Path(sys.argv[1])
from desktop.__main__ import main
status = main(sys.argv[2:])
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1]
sys.stderr.write(f"peak_mb={int(peak) // 1024}")
sys.exit(status)
"""


@pytest.fixture
def assets(tmp_path, make_bundle, trusted_keys) -> Path:
    """Return assets with the made-up model instead of the shipped ones."""
    folder = tmp_path / "assets"
    folder.mkdir()
    for entry in assets_dir().iterdir():
        if entry.name not in ("models", "trusted_keys"):
            (folder / entry.name).symlink_to(entry)
    (folder / "models").symlink_to(make_bundle().parent)
    (folder / "trusted_keys").symlink_to(trusted_keys)
    return folder


def run(assets: Path, *arguments: object, stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, str(assets), *map(str, arguments)]
    pipe = subprocess.PIPE if stdout is None else stdout
    return subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=120)


def peak_mb(ended: subprocess.CompletedProcess[str]) -> int:
    return int(ended.stderr.rpartition("peak_mb=")[2])


@pytest.fixture
def bad_inputs(tmp_path) -> Path:
    """Return a folder of what goes wrong in clinics, and two good pictures among it."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    noise = Image.effect_noise((300, 400), 50)
    noise.save(folder / "good_first.png")
    noise.save(folder / "z_good_last.png")
    (folder / "empty.dcm").touch()
    (folder / "text.dcm").write_text("Dear colleague, please find enclosed. " * 30)
    whole = (folder / "good_first.png").read_bytes()
    (folder / "truncated.png").write_bytes(whole[: len(whole) // 2])
    Image.new("L", (1, 1)).save(folder / "one_pixel.png")
    Image.new("1", (30_000, 30_000)).save(folder / "thirty_thousand.png")
    Image.fromarray(np.full((90, 90), np.nan, np.float32)).save(folder / "nan.tif")
    Image.new("L", (90, 90), 40).save(folder / "constant.png")
    (folder / "dangling.dcm").symlink_to(tmp_path / "nowhere.dcm")
    (folder / "folder.dcm").mkdir()
    os.mkfifo(folder / "pipe.dcm")
    return folder


ENDINGS = {
    "constant.png": "refused",
    "dangling.dcm": "failed",
    "empty.dcm": "failed",
    "good_first.png": "screened",
    "nan.tif": "refused",
    "one_pixel.png": "refused",
    "pipe.dcm": "failed",
    "text.dcm": "failed",
    "thirty_thousand.png": "refused",
    "truncated.png": "failed",
    "z_good_last.png": "screened",
}


def test_every_bad_input_is_a_sentence_and_the_others_are_screened(assets, bad_inputs):
    ended = run(assets, "screen", bad_inputs, bad_inputs / "vanished.dcm", "--json", "--view", "dxa_spine")
    assert ended.returncode == 3, ended.stderr
    assert "Traceback" not in ended.stderr
    results = json.loads(ended.stdout)
    jsonschema.validate(results, schema())
    endings = {Path(each["file"]).name: each["status"] for each in results}
    assert endings == ENDINGS | {"vanished.dcm": "failed"}
    for each in results:
        assert (each["reason"] is None) == (each["status"] == "screened")
        assert each["reason"] is None or "\n" not in each["reason"]
        assert each["seconds"]["read"] + each["seconds"]["analyse"] < 10
    assert peak_mb(ended) < 300


@pytest.mark.real
@pytest.mark.parametrize("folder", ["dicom_radiographs", "dicom_robustness"])
def test_every_real_dicom_file_ends(assets, real_images, folder):
    ended = run(assets, "screen", real_images / folder, "--json", "--view", "dxa_spine")
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    results = json.loads(ended.stdout)
    jsonschema.validate(results, schema())
    assert len(results) == len(list((real_images / folder).glob("*.dcm")))
    assert all(each["reason"] for each in results if each["status"] != "screened")
    assert not [each for each in results if "error in Trabecula" in (each["reason"] or "")]
    assert max(each["seconds"]["read"] + each["seconds"]["analyse"] for each in results) < 10
    assert peak_mb(ended) < 300


@pytest.mark.real
def test_every_real_dxa_screen_is_screened(assets, real_images):
    ended = run(assets, "screen", real_images / "dxa_spine", "--json", "--view", "dxa_spine")
    assert ended.returncode == 0
    assert {each["status"] for each in json.loads(ended.stdout)} == {"screened"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_stdout_still_leaves_the_table(assets, bad_inputs, tmp_path):
    out = tmp_path / "out.csv"
    with open("/dev/full", "wb") as full:
        ended = run(
            assets,
            *("screen", bad_inputs / "good_first.png", "--json", "--csv", out, "--view", "dxa_spine"),
            stdout=full.fileno(),
        )
    assert ended.returncode == 4
    assert "disk is full" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert out.read_text().count("\n") == 2


def test_a_reader_that_goes_away_ends_the_run_quietly(assets, bad_inputs):
    read, write = os.pipe()
    os.close(read)
    ended = run(assets, "screen", bad_inputs, "--view", "dxa_spine", stdout=write)
    os.close(write)
    assert ended.returncode == 4
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def test_a_tampered_bundle_is_a_sentence(assets, bad_inputs, make_bundle):
    model = assets / "models" / "dxa_bmd" / "model.onnx"
    model.write_bytes(model.read_bytes() + b"\0")
    ended = run(assets, "screen", bad_inputs / "good_first.png", "--json")
    assert ended.returncode == 4
    assert "was not loaded" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
