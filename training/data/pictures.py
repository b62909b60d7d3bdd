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
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import desktop.imaging
from desktop.errors import AppError
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import Radiograph
from desktop.imaging.readers import read_radiograph
from training.data.manifest import DataError, Row

CHUNK = 32
"""Pictures after which progress is written down; a killed run repeats at most one chunk a worker."""


class Recipe(Protocol):
    """How a picture becomes a tensor; it goes to other processes, so it holds values only.

    name: of the tensors' file, what they differ in; dtype: of one picture's tensor, its shape included.
    """

    name: str
    dtype: np.dtype[Any]

    def __call__(self, radiograph: Radiograph, row: Row) -> Any:
        """Return the tensor of one picture."""

    def key(self, row: Row) -> str:
        """Return what of a row, beside its file, the tensor depends on."""


@dataclass(frozen=True)
class Squares:
    """The whole picture, padded to a square, as the desktop's `square_tensor` gives it."""

    size_px: int

    @property
    def name(self) -> str:
        """The side in pixels."""
        return str(self.size_px)

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8 [row, column, RGB]."""
        return np.dtype((np.uint8, (self.size_px, self.size_px, 3)))

    def __call__(self, radiograph: Radiograph, row: Row) -> NDArray[np.uint8]:
        """Return the square."""
        return square_tensor(radiograph, self.size_px)

    def key(self, row: Row) -> str:
        """Return nothing: the file says it all."""
        return ""


def tensors(
    rows: Sequence[Row], folder: Path, size_px: int, cache: Path | None = None, workers: int = 2
) -> NDArray[np.uint8]:
    """Return uint8 [picture, row, column, RGB], `square_tensor` of each picture; see `made`."""
    return made(rows, folder, Squares(size_px), cache, workers)


def made(
    rows: Sequence[Row], folder: Path, recipe: Recipe, cache: Path | None = None, workers: int = 2
) -> NDArray[Any]:
    """Return each picture's tensor by `recipe`, read-only and on disk, in the order of `rows`.

    They are kept in `cache`, by default `folder/.cache`, under a name made from the files' names, sizes and
    times and from the preprocessing's own source: what changed is read anew, and a killed run goes on where
    it stood. DataError names the manifest's line of a picture that cannot be used.
    """
    place = cache or folder / ".cache"
    place.mkdir(parents=True, exist_ok=True)
    version = preprocessing_version()
    _drop_outdated(place, version)
    path = place / f"{version}_{recipe.name}_{_key(rows, folder, recipe)}.npy"
    store = _Store(path, len(rows), recipe.dtype)
    store.open()
    waiting = store.waiting()
    chunks = [
        _Chunk(store.path, recipe, folder, tuple((int(k), rows[k]) for k in part))
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
    dtype: np.dtype[Any]

    @property
    def _done_path(self) -> Path:
        return self.path.with_suffix(".done.npy")

    def open(self) -> None:
        if self._done_path.is_file() and self.path.is_file():
            return
        shape = (self.count, *self.dtype.shape)
        np.lib.format.open_memmap(self.path, mode="w+", dtype=self.dtype.base, shape=shape).flush()
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
    recipe: Recipe
    folder: Path
    pictures: tuple[tuple[int, Row], ...]  # place in the store, row of the manifest


def _fill(chunk: _Chunk) -> list[int]:
    store = np.load(chunk.store, mmap_mode="r+")
    for place, row in chunk.pictures:
        try:
            store[place] = chunk.recipe(read_radiograph(chunk.folder / row.file), row)
        except AppError as error:
            raise DataError(f"Line {row.number} of the manifest: {error}") from error
    store.flush()
    return [place for place, _ in chunk.pictures]


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


def _key(rows: Sequence[Row], folder: Path, recipe: Recipe) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.file}|{_stamp(folder / row.file, row)}{recipe.key(row)}\n".encode())
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
