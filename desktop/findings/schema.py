"""The JSON Schema of results, written to assets by `python -m desktop.findings.schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from desktop.findings.wire import SCHEMA_VERSION, WireResult
from desktop.paths import assets_dir


def schema() -> dict[str, Any]:
    """Return the JSON Schema of what `trabecula screen --json` prints: an array, one object a file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Trabecula screening results, schema version {SCHEMA_VERSION}",
        **msgspec.json.schema(list[WireResult]),
    }


def schema_file() -> Path:
    """Return where the schema lies among the assets."""
    return assets_dir() / "screening.schema.json"


def schema_text() -> str:
    """Return the file's content, the same at every run."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2).decode() + "\n"


if __name__ == "__main__":
    schema_file().write_text(schema_text(), encoding="utf-8")
