"""Where the program's own files lie and where it may write."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def assets_dir() -> Path:
    """Return the shipped assets: beside the package in a checkout or bundle, inside it in a wheel."""
    beside = _PACKAGE.parent / "assets"
    return beside if beside.is_dir() else _PACKAGE / "assets"


def data_dir() -> Path:
    """Return the folder of this user's studies, by TRABECULA_DATA or the platform's convention."""
    return _from_environment("TRABECULA_DATA", platformdirs.user_data_path("trabecula", appauthor=False))


def config_dir() -> Path:
    """Return the folder of this user's settings, by TRABECULA_CONFIG or the platform's convention."""
    return _from_environment("TRABECULA_CONFIG", platformdirs.user_config_path("trabecula", appauthor=False))


def log_dir() -> Path:
    """Return the folder of this user's logs, by TRABECULA_LOGS or the platform's convention."""
    return _from_environment("TRABECULA_LOGS", platformdirs.user_log_path("trabecula", appauthor=False))


def site_dir() -> Path:
    """Return the machine-wide folder that only administrators write: trusted keys, reference tables."""
    return platformdirs.site_config_path("trabecula", appauthor=False)


def _from_environment(name: str, default: Path) -> Path:
    value = os.environ.get(name)
    return Path(value) if value else default
