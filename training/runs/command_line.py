"""What every command of the training does alike: its first arguments, its log, and errors as one sentence."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import cv2

from desktop.errors import AppError


def training_parser(family: str, description: str | None, presets: Iterable[str]) -> argparse.ArgumentParser:
    """Return a parser of the arguments that every family's training takes."""
    parser = argparse.ArgumentParser(prog=f"python -m training.{family}", description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and its pictures")
    parser.add_argument("--preset", choices=presets, required=True)
    parser.add_argument("--out", type=Path, required=True, help="run folder; an unfinished run in it goes on")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--limit", type=int, help="take only so many rows of the manifest")
    return parser


def given(arguments: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return those of the named arguments that were given."""
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def ended(work: Callable[[], object]) -> int:
    """Do a command's work and return its status: 0, or 2 where an AppError says why it cannot be done."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    cv2.setNumThreads(1)
    try:
        work()
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0
