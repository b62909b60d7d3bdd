"""The user's settings: one table that says what there is, and the file that keeps it."""

from desktop.settings.file import LoadedSettings, change_settings, load_settings, save_settings
from desktop.settings.table import Settings

__all__ = ["LoadedSettings", "Settings", "change_settings", "load_settings", "save_settings"]
