"""From a data folder's picture files to the desktop's own tensors, read once and kept beside the data."""

from __future__ import annotations

import ast
import hashlib
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import desktop.imaging
from desktop.errors import AppError
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.data.manifest import DataError, Row

CHUNK = 32
"""Pictures after which progress is written down; a killed run repeats at most one chunk a worker."""


def tensors(
    rows: Sequence[Row], folder: Path, size_px: int, cache: Path | None = None, workers: int = 2
) -> NDArray[np.uint8]:
    """Return uint8 [picture, row, column, RGB], read-only and on disk, in the order of `rows`.

    Each picture is what the desktop would show its model: `square_tensor(read_radiograph(path), size_px)`.
    They are kept in `cache`, by default `folder/.cache`, under a name made from the files' names, sizes and
    times and from the preprocessing's own source: what changed is read anew, and a killed run goes on where
    it stood. DataError names the manifest's line of a picture that cannot be used.
    """
    place = cache or folder / ".cache"
    place.mkdir(parents=True, exist_ok=True)
    version = preprocessing_version()
    _drop_outdated(place, version)
    store = _Store(place / f"{version}_{size_px}_{_key(rows, folder)}.npy", len(rows), size_px)
    store.open()
    waiting = store.waiting()
    chunks = [
        _Chunk(store.path, size_px, tuple((int(k), folder / rows[k].file, rows[k].number) for k in part))
        for part in np.array_split(waiting, range(CHUNK, len(waiting), CHUNK))
        if len(part)
    ]
    progress = tqdm(total=len(rows), initial=len(rows) - len(waiting), desc="pictures", leave=False)
    with progress as bar, _mapper(workers if len(chunks) > 1 else 1) as over:
        for places in over(_fill, chunks):
            store.mark(places)
            bar.update(len(places))
    return np.load(store.path, mmap_mode="r")


@dataclass(frozen=True)
class _Store:
    """The tensors' file and, beside it, a file that says which of them are there."""

    path: Path
    count: int
    size_px: int

    @property
    def _done_path(self) -> Path:
        return self.path.with_suffix(".done.npy")

    def open(self) -> None:
        if self._done_path.is_file() and self.path.is_file():
            return
        shape = (self.count, self.size_px, self.size_px, 3)
        np.lib.format.open_memmap(self.path, mode="w+", dtype=np.uint8, shape=shape).flush()
        np.save(self._done_path, np.zeros(self.count, dtype=bool))

    def waiting(self) -> NDArray[np.intp]:
        return np.flatnonzero(~np.load(self._done_path))

    def mark(self, places: Sequence[int]) -> None:
        done = np.load(self._done_path, mmap_mode="r+")
        done[list(places)] = True
        done.flush()


@dataclass(frozen=True)
class _Chunk:
    store: Path
    size_px: int
    pictures: tuple[tuple[int, Path, int], ...]  # place in the store, file, line of the manifest


def _fill(chunk: _Chunk) -> list[int]:
    store = np.load(chunk.store, mmap_mode="r+")
    for place, path, line in chunk.pictures:
        try:
            store[place] = square_tensor(read_radiograph(path), chunk.size_px)
        except AppError as error:
            raise DataError(f"Line {line} of the manifest: {error}") from error
    store.flush()
    return [place for place, _, _ in chunk.pictures]


Over = Callable[[Callable[[_Chunk], list[int]], Iterable[_Chunk]], Iterator[list[int]]]


@contextmanager
def _mapper(workers: int) -> Iterator[Over]:
    """Give `map`, in this process for one worker; else fresh processes: a fork inherits threads."""
    if workers == 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool.map


def _drop_outdated(place: Path, version: str) -> None:
    """Delete what an earlier preprocessing left; it is never read again, and takes gigabytes."""
    for path in place.glob("*.npy"):
        if not path.name.startswith(version):
            path.unlink(missing_ok=True)


def _key(rows: Sequence[Row], folder: Path) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.file}|{_stamp(folder / row.file, row)}\n".encode())
    return digest.hexdigest()[:16]


def _stamp(path: Path, row: Row) -> str:
    try:
        state = path.stat()
    except OSError as error:
        raise DataError(
            f"Line {row.number} of the manifest names {row.file}, which is not in {path.parent}; "
            "add the file or take the row out."
        ) from error
    return f"{state.st_size}|{state.st_mtime_ns}"


def preprocessing_version() -> str:
    """Return a name that changes with the code of `desktop.imaging`, not with its comments or layout."""
    digest = hashlib.sha256()
    for source in sorted(Path(desktop.imaging.__file__).parent.glob("**/*.py")):
        digest.update(ast.dump(ast.parse(source.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()[:16]
