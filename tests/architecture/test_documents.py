"""The pages lead where they say, and the README shows the window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
MEASURED = re.compile(r"(^|/)results/")  # written by a study, which takes hours
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")


def _pages(root: Path) -> list[Path]:
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def _absent(root: Path, pattern: re.Pattern[str]) -> list[str]:
    named = [(page, name) for page in _pages(root) for name in pattern.findall(page.read_text("utf-8"))]
    inside = [(page, name) for page, name in named if "://" not in name and not MEASURED.search(name)]
    return [f"{page.name}: {name}" for page, name in inside if not (page.parent / name).exists()]


def test_links_lead_somewhere(root: Path) -> None:
    assert _absent(root, LINK) == []


def test_pictures_are_there(root: Path) -> None:
    if not (root / "assets" / "models" / "dxa_bmd" / "manifest.json").is_file():
        pytest.skip("no bundle is committed yet, so `make picture` has nothing to show")
    assert _absent(root, PICTURE) == []


def test_pages_name_targets_that_make_has(root: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    pages = "\n".join(page.read_text("utf-8") for page in _pages(root))
    assert set(re.findall(r"\bmake ([a-z-]+)`", pages)) <= targets
