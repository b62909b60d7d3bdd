"""The command line on a made-up model and small pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from desktop.__main__ import main
from desktop.log import stop_log


@dataclass(frozen=True)
class Ended:
    """How one run of the program ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        return json.loads(self.out)


Trabecula = Callable[..., Ended]


@pytest.fixture
def trabecula(capfdbinary: pytest.CaptureFixture[bytes]) -> Trabecula:
    """Return a function that runs the program with arguments, in this process."""

    def run(*arguments: object) -> Ended:
        status = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        stop_log()
        return Ended(status, out.decode(), err.decode())

    return run


@pytest.fixture
def with_model(models, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program find the made-up model."""
    monkeypatch.setattr("desktop.cli.screen.load_installed", lambda threads=0: models)
    monkeypatch.setattr("desktop.cli.inspect.load_installed", lambda threads=0: models)


def save_png(path: Path, level: int = 100) -> Path:
    """Write a ramp of greys around `level`."""
    ramp = np.tile(np.linspace(level - 40, level + 40, 90), (80, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(ramp.astype(np.uint8)).save(path)
    return path


@pytest.fixture
def spine(tmp_path: Path) -> Path:
    return save_png(tmp_path / "pictures" / "spine.png")
