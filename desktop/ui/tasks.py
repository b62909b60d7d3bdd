"""The only door to slow work: off the window's thread, with progress and cancel, stale results dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.errors import AppError

T = TypeVar("T")


class Lane(Enum):
    """Which thread works: models are run on one of their own, files and the database on the other."""

    INFERENCE = "inference"
    DISK = "disk"


class CancelledError(Exception):
    """Raised inside work by `Progress` once its task was cancelled."""


class Lanes:
    """The two working threads of the program, shared by its windows."""

    def __init__(self) -> None:
        self._executors = {
            lane: ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"trabecula-{lane.value}")
            for lane in Lane
        }
        self._closed = False

    def submit(self, lane: Lane, work: Callable[[], None]) -> None:
        """Queue `work` behind what that lane was given before; once closed, drop it.

        A window that is going may still ask for what it paints.
        """
        if not self._closed:
            self._executors[lane].submit(work)

    def close(self) -> None:
        """Wait for what was begun and not cancelled, so that no thread is left and nothing kept by half."""
        self._closed = True
        for executor in self._executors.values():
            executor.shutdown(wait=True)


@dataclass(frozen=True)
class Progress:
    """What work tells the window while it runs: a sentence, or that it still goes on."""

    _cancelled: threading.Event
    _say: Callable[[str], None]

    def __call__(self, sentence: str) -> None:
        """Show a sentence; raises CancelledError when the user no longer wants the result."""
        if self._cancelled.is_set():
            raise CancelledError
        self._say(sentence)


Work = Callable[[Progress], T]


@dataclass(eq=False)
class Task(Generic[T]):
    """One piece of slow work that was started."""

    work: Work[T]
    done: Callable[[T], None]
    failed: Callable[[AppError], None]
    crashed: Callable[[], None]
    slot: str | None
    lasting: bool
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Want the result no longer: it is dropped, and work that asks `Progress` stops."""
        self.cancelled.set()


@dataclass(frozen=True)
class _Ended:
    task: Task[Any]
    value: object = None
    error: BaseException | None = None


class TaskRunner(QObject):
    """Starts one window's slow work and brings its results back on the window's thread.

    `crashed` carries an exception that is a bug; `said` a sentence of progress; `busy` the number at work.
    """

    crashed = Signal(object)
    said = Signal(str)
    busy = Signal(int)
    _ended = Signal(object)
    _progressed = Signal(object, str)

    def __init__(self, lanes: Lanes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._running: list[Task[Any]] = []
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        lane: Lane,
        work: Work[T],
        done: Callable[[T], None],
        failed: Callable[[AppError], None],
        slot: str | None = None,
        lasting: bool = False,
        crashed: Callable[[], None] = lambda: None,
    ) -> Task[T]:
        """Run `work` on `lane`, then call `done` or `failed` on this thread; where it is a bug, `crashed`.

        A newer task of the same `slot` makes an older one stale: its result is dropped. A `lasting` task,
        such as keeping a result, is not touched by `cancel`.
        """
        if slot is not None:
            self.cancel(slot)
        task = Task(work, done, failed, crashed, slot, lasting)
        self._running.append(task)
        self.busy.emit(len(self._running))
        self._lanes.submit(lane, lambda: self._work(task))
        return task

    def cancel(self, slot: str | None = None) -> None:
        """Cancel the tasks of one slot, or all of this window but those that last."""
        for task in self._running:
            if not task.lasting and slot in (None, task.slot):
                task.cancel()

    @property
    def idle(self) -> bool:
        """Whether every task that was started has ended and was delivered."""
        return not self._running

    def _work(self, task: Task[Any]) -> None:
        progress = Progress(task.cancelled, lambda sentence: self._progressed.emit(task, sentence))
        try:
            ended = _Ended(task) if task.cancelled.is_set() else _Ended(task, task.work(progress))
        except CancelledError:
            ended = _Ended(task)
        except Exception as error:  # noqa: BLE001 - one of the three faces: a bug goes to the crash dialog
            ended = _Ended(task, error=error)
        self._ended.emit(ended)

    @Slot(object, str)
    def _show_progress(self, task: Task[Any], sentence: str) -> None:
        if not task.cancelled.is_set():
            self.said.emit(sentence)

    @Slot(object)
    def _deliver(self, ended: _Ended) -> None:
        self._running.remove(ended.task)
        self.busy.emit(len(self._running))
        if ended.error is not None and not isinstance(ended.error, AppError):
            self.crashed.emit(ended.error)
            if not ended.task.cancelled.is_set():
                ended.task.crashed()
        elif ended.task.cancelled.is_set():
            return
        elif isinstance(ended.error, AppError):
            ended.task.failed(ended.error)
        else:
            ended.task.done(ended.value)
