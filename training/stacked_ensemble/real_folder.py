"""Where real DXA screens lie, which are for judging only."""

from __future__ import annotations

from pathlib import Path

from training.real_pictures import real_folder as of_real_pictures


def real_folder() -> Path | None:
    """Return the folder of real spine DXA screens with their index.csv; None where it is not at hand."""
    folder = of_real_pictures("dxa_spine")
    return folder if (folder / "index.csv").is_file() else None
