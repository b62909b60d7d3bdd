"""The files that git tracks, for the checks on the repository itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tracked_files(root: Path) -> list[Path]:
    """Return every file that git tracks and that exists."""
    if shutil.which("git") is None or not (root / ".git").exists():
        pytest.skip("no git here")
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "ls-files", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listing.stdout.split("\0") if name and (path := root / name).is_file()]
