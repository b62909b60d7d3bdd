"""The habits of the code that no linter checks: short files with a subject, each with its sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

CODE = ("desktop", "training", "conversion", "bench", "installer")
MOST_LINES = 300
DRAWERS = re.compile(r"(^|_)(utils?|misc|common|helpers?|managers?|base)$")
TOLD_OF_A_PREDICTION = re.compile(r"\b(normal|healthy|ruled out|rules out)\b", re.IGNORECASE)
SPEAKS_TO_THE_USER = (
    "desktop/ui",
    "desktop/report",
    "desktop/cli",
    "desktop/analysis",
    "desktop/findings",
    "desktop/pages",
)


def _sources(root: Path, folders: tuple[str, ...]) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def _names(root: Path, paths: list[Path]) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


def test_every_module_opens_with_its_sentence(root: Path) -> None:
    modules = [path for path in _sources(root, CODE) if path.read_text().strip()]
    silent = [path for path in modules if ast.get_docstring(ast.parse(path.read_text())) is None]
    assert _names(root, silent) == []


def test_files_stay_short(root: Path) -> None:
    sources = _sources(root, (*CODE, "tests"))
    assert _names(root, [path for path in sources if len(path.read_text().splitlines()) > MOST_LINES]) == []


def test_no_drawer_without_a_subject(root: Path) -> None:
    sources = _sources(root, (*CODE, "tests"))
    parts = {part for path in sources for part in (*path.relative_to(root).parent.parts, path.stem)}
    assert sorted(filter(DRAWERS.search, parts)) == []


def test_texts_never_call_a_predicted_bone_good(root: Path) -> None:
    texts = [path for path in sorted((root / "assets" / "texts").rglob("*")) if path.is_file()]
    assert (
        _names(root, [path for path in texts if TOLD_OF_A_PREDICTION.search(path.read_text("utf-8"))]) == []
    )


@pytest.mark.parametrize("folder", SPEAKS_TO_THE_USER)
def test_code_never_calls_a_predicted_bone_good(root: Path, folder: str) -> None:
    said = [
        f"{path.name}: {text}"
        for path in _sources(root, (folder,))
        for text in _strings(ast.parse(path.read_text()))
        if TOLD_OF_A_PREDICTION.search(text)
    ]
    assert said == []


def _strings(tree: ast.Module) -> list[str]:
    """Return the texts of a module that are no docstrings."""
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements
    ]
