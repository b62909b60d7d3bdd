"""Every package that a clinic gets has a licence text, before a build finds out."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PathDistribution, distribution
from pathlib import Path

import pytest

from installer.licences import licence_of

LEAST_CHARACTERS = 200


def runtime(root: Path) -> list[str]:
    dependencies = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    return [re.split(r"[<>=]", each)[0] for each in dependencies]


def test_each_runtime_package_has_its_text(root: Path) -> None:
    for name in runtime(root):
        assert len(licence_of(distribution(name))) > LEAST_CHARACTERS, name


def test_a_package_without_a_text_ends_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "silent-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: silent\nVersion: 1.0\n")
    with pytest.raises(SystemExit, match="silent carries no licence text"):
        licence_of(PathDistribution(folder))
