"""What every test gets: no display, folders of its own, and a failure where it leaves a thread running."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# how fast a busy computer draws inputs is no property of the code
settings.register_profile("any_speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_speed")

ROOT = Path(__file__).resolve().parent.parent
GRACE_S = 2.0


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_images() -> Path:
    """Return the folder of real pictures, which never enters the repository."""
    folder = Path(os.environ.get("TRABECULA_REAL_IMAGES") or ROOT.parent / "shared" / "data" / "real")
    if not folder.is_dir():
        pytest.skip("no real pictures here: set TRABECULA_REAL_IMAGES to their folder")
    return folder


@pytest.fixture(scope="session", autouse=True)
def one_application(qapp: QApplication) -> QApplication:
    """Make the only application of the process a whole one, before a report makes a smaller one."""
    return qapp


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep studies, settings and logs of each test apart from the user's and from other tests'."""
    folder = tmp_path_factory.mktemp("user")
    for name in ("data", "config", "logs"):
        monkeypatch.setenv(f"TRABECULA_{name.upper()}", str(folder / name))
    return folder


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread running which would keep the program from ending."""
    before = set(threading.enumerate())
    yield
    started = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in started:
        thread.join(GRACE_S)
    left = [thread.name for thread in started if thread.is_alive()]
    assert not left, f"still running after the test: {left}"
