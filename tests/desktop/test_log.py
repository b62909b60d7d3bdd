from __future__ import annotations

from pathlib import Path

import pytest

from desktop.log import log_bug, logger, start_log, stop_log, where


@pytest.fixture(autouse=True)
def closed():
    yield
    stop_log()


def failed(text: str) -> ValueError:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_a_bug_is_logged_by_its_place_and_never_by_its_text(own_folders):
    start_log()
    log_bug(failed("DOE^JANE"))
    text = (own_folders / "logs" / "trabecula.log").read_text()
    assert "ValueError" in text
    assert "test_log.py" in text
    assert "DOE" not in text


def test_the_innermost_line_comes_first():
    assert where(failed("x")).split(" < ")[1].endswith(" failed")


def test_starting_twice_writes_once(own_folders):
    start_log()
    start_log()
    logger.info("only once")
    assert (own_folders / "logs" / "trabecula.log").read_text().count("only once") == 1


def test_a_home_that_takes_nothing_goes_without_a_log(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("TRABECULA_LOGS", str(tmp_path / "file" / "logs"))
    start_log()
    logger.info("nowhere")
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_does_not_reach_the_user(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TRABECULA_LOGS", str(tmp_path))
    (tmp_path / "trabecula.log").symlink_to("/dev/full")
    start_log()
    logger.info("no room")
    stop_log()
    assert capsys.readouterr().err == ""
