"""What may not lie in git does not: private keys, real pictures, data sets, large files."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import tomllib
from pathlib import Path

import desktop

LARGEST_FILE_BYTES = 20_000_000
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
PICTURES = {".dcm", ".dicom", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"}
MADE_PICTURES = ("assets/", "docs/", "tests/")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_no_private_key(tracked_files: list[Path]) -> None:
    assert [path.name for path in tracked_files if PRIVATE_KEY.search(path.read_bytes())] == []
    assert [path.name for path in tracked_files if path.suffix in {".pem", ".key"}] == []


def test_no_large_file(tracked_files: list[Path]) -> None:
    assert [path.name for path in tracked_files if path.stat().st_size > LARGEST_FILE_BYTES] == []


def test_pictures_lie_where_made_ones_belong(root: Path, tracked_files: list[Path]) -> None:
    names = [path.relative_to(root).as_posix() for path in tracked_files if path.suffix.lower() in PICTURES]
    assert [name for name in names if not name.startswith(MADE_PICTURES)] == []


def test_no_real_picture(tracked_files: list[Path], real_images: Path) -> None:
    real = {_digest(path) for path in real_images.rglob("*") if path.is_file() and path.stat().st_size}
    assert [path.name for path in tracked_files if _digest(path) in real] == []


def test_the_version_is_the_same_everywhere(root: Path) -> None:
    stated = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert importlib.metadata.version("trabecula") == stated
    assert getattr(desktop, "__version__", stated) == stated


def test_every_pin_of_the_project_is_among_the_tested_versions(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    names = {_key(each) for each in wanted} - {"trabecula"}
    lines = (root / "constraints.txt").read_text().splitlines()
    assert names <= {_key(line) for line in lines if "==" in line}


def _key(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=\[ ;]", requirement)[0]).lower()
