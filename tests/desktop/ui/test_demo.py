"""The window that photographs itself."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.errors import AppError
from desktop.ui import demo


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sample.png"
    Image.fromarray(np.full((64, 64), 90, np.uint8)).save(path)
    monkeypatch.setattr(demo, "samples", lambda: [path])
    monkeypatch.setenv("TRABECULA_DATA", os.environ["TRABECULA_DATA"])
    monkeypatch.setenv("TRABECULA_CONFIG", os.environ["TRABECULA_CONFIG"])
    return path


def test_writes_the_window_in_both_themes_and_says_where(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "build" / "demo"
    written = demo.run_demo(out)
    assert written[:2] == [out / "window.png", out / "window_dark.png"]
    assert QImage(str(written[0])).width() >= 1280
    assert str(out / "window.png") in capsys.readouterr().out


def test_a_folder_that_cannot_be_made_is_a_sentence(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AppError, match="name a folder"):
        demo.run_demo(tmp_path / "file" / "demo")
