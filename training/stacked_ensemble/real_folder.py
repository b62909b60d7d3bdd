"""Where real DXA screens lie, which are for judging only."""

from __future__ import annotations

import os
from pathlib import Path


def real_folder() -> Path | None:
    """Return the folder of real spine DXA screens with their index.csv; None where it is not at hand."""
    folder = Path(os.environ.get("TRABECULA_REAL_IMAGES", "../shared/data/real")) / "dxa_spine"
    return folder if (folder / "index.csv").is_file() else None
