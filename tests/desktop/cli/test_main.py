from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import desktop
from desktop.models import Models


def test_version(trabecula):
    assert trabecula("--version").out == f"trabecula {desktop.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("screen",),
        ("screen", "x", "--view", "knee"),
        ("screen", "x", "--sex", "W"),
        ("screen", "x", "--age", "-3"),
        ("screen", "x", "--age", "1e3"),
        ("screen", "x", "--threads", "many"),
        ("models", "x"),
        ("--nonsense",),
    ],
)
def test_wrong_use_is_status_2_and_no_traceback(trabecula, arguments):
    ended = trabecula(*arguments)
    assert ended.status == 2
    assert "Traceback" not in ended.err


def test_files_open_the_window(trabecula, monkeypatch):
    opened = []
    monkeypatch.setattr("desktop.__main__._open_window", lambda files: opened.append(files) or 0)
    assert trabecula("a.dcm", "b.dcm").status == 0
    assert trabecula().status == 0
    assert opened == [[Path("a.dcm"), Path("b.dcm")], []]


def test_demo_is_drawn_into_its_folder(trabecula, monkeypatch, tmp_path):
    drawn = []
    monkeypatch.setattr("desktop.__main__._make_demo", lambda folder: drawn.append(folder) or 0)
    assert trabecula("--demo", tmp_path).status == 0
    assert drawn == [tmp_path]


@pytest.mark.usefixtures("with_model")
def test_models_are_listed_with_mark_and_signer(trabecula):
    ended = trabecula("models")
    assert ended.status == 0
    assert "dxa_bmd 1.0.0" in ended.out
    assert "not for clinical use" in ended.out
    assert "test-signer" in ended.out


@pytest.mark.parametrize("command", ["models", "self-test", "screen"])
def test_without_a_model_every_command_says_so(trabecula, monkeypatch, command, tmp_path):
    none = Models(problems=("The model in dxa_bmd was not loaded: its signature is wrong.",))
    for place in ("screen", "inspect"):
        monkeypatch.setattr(f"desktop.cli.{place}.load_installed", lambda threads=0: none)
    ended = trabecula(command, *([tmp_path / "x.png", "--json"] if command == "screen" else []))
    assert ended.status == 4
    assert "its signature is wrong" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.usefixtures("with_model")
def test_self_test_looks_for_every_decoder_and_draws_a_sample(
    trabecula, monkeypatch, tmp_path, write_dicom_spine
):
    (tmp_path / "samples").mkdir()
    write_dicom_spine().rename(tmp_path / "samples" / "sample.dcm")
    monkeypatch.setattr("desktop.cli.inspect.assets_dir", lambda: tmp_path)
    ended = trabecula("self-test")
    assert ended.status == 0, ended.err
    assert "samples and report: passed" in ended.out
    assert "model dxa_bmd: passed" in ended.out
    assert "decoders: passed" in ended.out


@pytest.mark.usefixtures("with_model")
def test_a_missing_decoder_fails_the_self_test(trabecula, monkeypatch):
    monkeypatch.setitem(sys.modules["desktop.cli.inspect"].DECODERS, "1.2.840.10008.1.2.4.90", "absent")
    ended = trabecula("self-test")
    assert ended.status == 4
    assert "The decoder absent" in ended.err


def test_screening_loads_no_qt():
    code = "import sys\nimport desktop.__main__, desktop.cli.screen, desktop.cli.inspect\n"
    code += "print([name for name in sys.modules if name.startswith('PySide6')])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
