"""Where the real pictures lie on which models are measured; no training sees them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def real_folder(part: str = "") -> Path:
    """Return the folder of real pictures, by TRABECULA_REAL_IMAGES, or one in it."""
    return Path(os.environ.get("TRABECULA_REAL_IMAGES", "../shared/data/real")) / part


def found_folder(part: str) -> Path | None:
    """Return a folder of real pictures with its index.csv; None where it is not at hand."""
    folder = real_folder(part)
    return folder if (folder / "index.csv").is_file() else None


def listed_folder(part: str, parser: argparse.ArgumentParser) -> Path:
    """Return a folder of real pictures with its index.csv; end the command where that is not there."""
    folder = found_folder(part)
    if folder is None:
        parser.error(
            f"no real pictures in {real_folder(part)}: name the folder above it in TRABECULA_REAL_IMAGES"
        )
    return folder
