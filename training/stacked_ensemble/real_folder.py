"""Where real DXA screens lie, which are for judging only."""

from __future__ import annotations

from pathlib import Path

from training.real_pictures import found_folder


def real_folder() -> Path | None:
    """Return the folder of real spine DXA screens with their index.csv; None where it is not at hand."""
    return found_folder("dxa_spine")
