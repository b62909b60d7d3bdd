"""How fast phantoms are made and how much memory they take, measured in fresh processes."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from desktop.imaging.radiograph import View
from training.phantom.dxa.picture import write_picture
from training.phantom.looks.looks import Looks
from training.phantom.radiograph.file import write_radiograph

_WARM_UP = 2


@dataclass(frozen=True)
class Rate:
    """One measurement: how many pictures, seconds of processor time each, and all by the clock."""

    view: View
    size_px: int
    workers: int
    pictures: int
    processor_s: float
    elapsed_s: float

    @property
    def per_second(self) -> float:
        """Pictures a second by the clock."""
        return self.pictures / self.elapsed_s


def rate(view: View, looks: Looks, size_px: int, count: int, workers: int = 1) -> Rate:
    """Return how fast files of a view are written by `workers` processes, their start left out."""
    with TemporaryDirectory() as folder:
        task = partial(_write, view=view, looks=looks, size_px=size_px, folder=Path(folder))
        with get_context("spawn").Pool(workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
            pool.map(task, range(_WARM_UP * workers), chunksize=_WARM_UP)
            start = time.perf_counter()
            spent = pool.map(task, range(count), chunksize=1)
            elapsed = time.perf_counter() - start
    return Rate(view, size_px, workers, count, sum(spent) / count, elapsed)


def memory_mb(view: View, looks: Looks, size_px: int, counts: tuple[int, ...]) -> tuple[float, ...]:
    """Return the peak memory of one process in MB after each of `counts` pictures, which must rise."""
    with get_context("spawn").Pool(1, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        return pool.apply(_peaks_mb, (view, looks, size_px, counts))


def _peaks_mb(view: View, looks: Looks, size_px: int, counts: tuple[int, ...]) -> tuple[float, ...]:
    peaks = []
    with TemporaryDirectory() as folder:
        for number in range(max(counts)):
            _write(number, view=view, looks=looks, size_px=size_px, folder=Path(folder))
            for path in Path(folder).iterdir():
                path.unlink()
            if number + 1 in counts:
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0)
    return tuple(peaks)


def _write(number: int, *, view: View, looks: Looks, size_px: int, folder: Path) -> float:
    """Write one picture and return the seconds of processor time that it took."""
    start = time.process_time()
    if view is View.DXA_SPINE:
        write_picture(number, seed=0, looks=looks, size_px=size_px, folder=folder)
    else:
        write_radiograph(number, view=view, seed=0, looks=looks, size_px=size_px, folder=folder)
    return time.process_time() - start
