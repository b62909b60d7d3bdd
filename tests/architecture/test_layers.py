"""The layers hold, and the clinic's program drags in nothing of the training's."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

TRAINING_ONLY = ("tensorflow", "keras", "torch", "sklearn", "cv2", "scipy", "onnx", "training", "conversion")

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
IMPORT_ALL = """
import importlib, json, pkgutil, sys
import desktop
dragged = {}
for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
    importlib.import_module(module.name)
    for name in sys.argv[1:]:
        if name in sys.modules:
            dragged.setdefault(name, module.name)
print(json.dumps(dragged))
"""


def test_import_contracts_are_kept(root: Path) -> None:
    linted = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_every_part_of_the_desktop_has_its_layer(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = " ".join(next(each for each in contracts if each["name"] == "desktop layers")["layers"])
    parts = {
        path.stem
        for path in (root / "desktop").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    listed = {name.strip("() ").removeprefix("desktop.") for name in layers.replace("|", " ").split()}
    assert parts - {"__init__"} <= listed


def test_importing_the_whole_desktop_loads_nothing_of_the_training(root: Path) -> None:
    imported = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *TRAINING_ONLY], cwd=root, capture_output=True, text=True
    )
    assert imported.returncode == 0, imported.stderr
    assert json.loads(imported.stdout) == {}
