"""Slow work: off the window's thread, results on it, stale and cancelled ones dropped, bugs told apart."""

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.errors import AppError, ReadError
from desktop.ui.tasks import Lane, Lanes, Progress, TaskRunner


@pytest.fixture
def runner(lanes: Lanes, qtbot: QtBot) -> TaskRunner:
    return TaskRunner(lanes)


def unexpected(error: AppError) -> None:
    raise AssertionError(f"failed with {error}")


def test_work_runs_elsewhere_and_its_result_arrives_here(runner: TaskRunner, qtbot: QtBot) -> None:
    threads: list[str] = []
    runner.start(
        Lane.DISK,
        lambda _: threading.current_thread().name,
        lambda name: threads.extend([name, threading.current_thread().name]),
        unexpected,
    )
    qtbot.waitUntil(lambda: runner.idle, timeout=30_000)
    assert threads[0].startswith("trabecula-disk")
    assert threads[1] == "MainThread"


def test_each_lane_has_one_thread_of_its_own(runner: TaskRunner, qtbot: QtBot) -> None:
    names: set[str] = set()
    for lane in (*Lane, *Lane, *Lane):
        runner.start(lane, lambda _: threading.current_thread().name, names.add, unexpected)
    qtbot.waitUntil(lambda: runner.idle, timeout=30_000)
    assert len(names) == 2


def test_an_expected_failure_reaches_its_handler_as_a_sentence(runner: TaskRunner, qtbot: QtBot) -> None:
    def work(_: Progress) -> None:
        raise ReadError("The file is empty: choose another one.")

    told: list[str] = []
    runner.start(Lane.DISK, work, lambda _: told.append("done"), lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: runner.idle, timeout=30_000)
    assert told == ["The file is empty: choose another one."]


def test_a_bug_reaches_the_crash_signal_and_nothing_else(runner: TaskRunner, qtbot: QtBot) -> None:
    def work(_: Progress) -> None:
        raise KeyError("bug")

    told: list[str] = []
    with qtbot.waitSignal(runner.crashed) as crash:
        runner.start(Lane.INFERENCE, work, lambda _: told.append("done"), lambda _: told.append("failed"))
    assert isinstance(crash.args[0], KeyError)
    assert told == []
    assert runner.idle


def test_a_newer_task_of_a_slot_makes_the_older_one_stale(runner: TaskRunner, qtbot: QtBot) -> None:
    go = threading.Event()
    shown: list[str] = []
    for name in ("first", "second", "third"):
        runner.start(Lane.DISK, _waiting(go, name), shown.append, unexpected, slot="picture")
    runner.start(Lane.DISK, _waiting(go, "other"), shown.append, unexpected, slot="list")
    go.set()
    qtbot.waitUntil(lambda: runner.idle, timeout=30_000)
    assert shown == ["third", "other"]


def test_cancelled_work_stops_at_its_next_progress_and_is_not_shown(runner: TaskRunner, qtbot: QtBot) -> None:
    began, go = threading.Event(), threading.Event()
    steps: list[int] = []

    def work(progress: Progress) -> str:
        for step in range(5):
            progress(f"step {step}")
            steps.append(step)
            began.set()
            go.wait(5)
        return "done"

    shown: list[str] = []
    task = runner.start(Lane.DISK, work, shown.append, unexpected)
    began.wait(5)
    task.cancel()
    go.set()
    qtbot.waitUntil(lambda: runner.idle, timeout=30_000)
    assert steps == [0]
    assert shown == []


def test_cancelling_all_spares_what_must_be_kept(runner: TaskRunner, qtbot: QtBot) -> None:
    go = threading.Event()
    shown: list[str] = []
    runner.start(Lane.DISK, _waiting(go, "kept"), shown.append, unexpected, lasting=True)
    runner.start(Lane.DISK, _waiting(go, "shown"), shown.append, unexpected)
    runner.cancel()
    go.set()
    qtbot.waitUntil(lambda: runner.idle, timeout=30_000)
    assert shown == ["kept"]


def test_progress_arrives_as_sentences(runner: TaskRunner, qtbot: QtBot) -> None:
    with qtbot.waitSignal(runner.said) as said:
        runner.start(Lane.DISK, lambda progress: progress("Reading 1 of 3"), lambda _: None, unexpected)
    assert said.args == ["Reading 1 of 3"]
    qtbot.waitUntil(lambda: runner.idle, timeout=30_000)


def test_closing_waits_for_what_was_begun(lanes: Lanes) -> None:
    kept: list[str] = []
    lanes.submit(Lane.DISK, lambda: kept.append("study"))
    lanes.close()
    lanes.submit(Lane.DISK, lambda: kept.append("too late"))
    assert kept == ["study"]


def _waiting(go: threading.Event, name: str) -> Callable[[Progress], str]:
    def work(_: Progress) -> str:
        go.wait(5)
        return name

    return work
