"""The settings file: round trip, defaults, broken files, refusing disks."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.errors import StorageError
from desktop.settings import Settings, change_settings, load_settings, save_settings


def test_round_trip(tmp_path: Path) -> None:
    chosen = replace(Settings(), theme="dark", panel_widths_px=(240, 700, 400), picture_folder="/Bilder/Süd")
    save_settings(chosen, tmp_path / "new" / "folder")
    assert load_settings(tmp_path / "new" / "folder").settings == chosen


def test_what_another_program_wrote_since_is_left(tmp_path: Path) -> None:
    save_settings(replace(Settings(), theme="dark", report_folder="/reports"), tmp_path)
    change_settings({"theme": "light"}, tmp_path)
    assert load_settings(tmp_path).settings == replace(Settings(), theme="light", report_folder="/reports")


def test_missing_file_gives_defaults_without_a_notice(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path)
    assert loaded.settings == Settings()
    assert loaded.notice is None


@pytest.mark.parametrize(
    "text", ["", "{", '{"theme": "purple"}', '{"panel_widths_px": [1, 2, 3, 4]}', "\xff\xfe", "[]"]
)
def test_broken_file_is_set_aside_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="latin-1")
    loaded = load_settings(tmp_path)
    assert loaded.settings == Settings()
    assert loaded.notice is not None
    assert "broken" in loaded.notice
    assert (tmp_path / "settings.broken.json").read_text(encoding="latin-1") == text
    assert not (tmp_path / "settings.json").exists()


def test_unknown_settings_of_a_newer_program_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"theme": "light", "hologram": True}))
    assert load_settings(tmp_path).settings.theme == "light"


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(replace(Settings(), report_folder="before"), tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        save_settings(replace(Settings(), report_folder="after"), tmp_path)
    monkeypatch.undo()
    assert load_settings(tmp_path).settings.report_folder == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="could not be saved"):
        save_settings(Settings(), tmp_path / "file")
