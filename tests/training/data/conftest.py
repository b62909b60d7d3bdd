from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from training.data.manifest import Row, read_manifest


@pytest.fixture
def make_rows(tmp_path: Path) -> Callable[..., list[Row]]:
    """Rows from `(file, person, split)`."""

    def make(*cells: tuple[str, str, str]) -> list[Row]:
        lines = [",".join(line) for line in (("file", "person", "split"), *cells)]
        (tmp_path / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_manifest(tmp_path / "manifest.csv")

    return make
