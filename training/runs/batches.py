"""Batches of pictures in an order that depends on seed and epoch alone, made while the network works."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")
Made = TypeVar("Made")
AHEAD = 4

Change = Callable[[NDArray[np.uint8], np.random.Generator], NDArray[np.uint8]]
"""Makes of one picture another of the same shape, as the generator says."""


@dataclass(frozen=True, eq=False)
class Batches:
    """The pictures at `places` of `pictures`, [picture, row, column, ...], and `targets`, [place, ...].

    change: what each picture is changed by, in its own way in each epoch; None leaves them as they are.
    """

    pictures: NDArray[np.uint8]
    places: NDArray[np.intp]
    targets: NDArray[np.generic]
    size: int
    change: Change | None
    seed: int

    @property
    def count(self) -> int:
        """How many batches an epoch has."""
        return -(-len(self.places) // self.size)

    def epoch(self, number: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.generic]]]:
        """Return pictures and targets of one epoch, shuffled.

        The last batch is filled up with the first pictures of the epoch: TensorFlow 2.21's oneDNN kernels
        write past their memory when a narrow ResNet meets a batch of another size.
        """
        cv2.setNumThreads(1)
        once = np.random.default_rng((self.seed, number)).permutation(len(self.places))
        parts = np.resize(once, (self.count, self.size))
        return ahead(lambda part: self._batch(number, part), parts)

    def _batch(self, epoch: int, part: NDArray[np.intp]) -> tuple[NDArray[np.uint8], NDArray[np.generic]]:
        pictures = np.asarray(self.pictures[self.places[part]])
        if self.change is not None:
            for position, place in enumerate(part):
                random = np.random.default_rng((self.seed, epoch, int(place)))
                pictures[position] = self.change(pictures[position], random)
        return pictures, self.targets[part]


def ahead(make: Callable[[Item], Made], over: Iterable[Item]) -> Iterator[Made]:
    """Return `map(make, over)`, made a few items ahead on another thread."""
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[Future[Made]] = deque()
        for item in over:
            waiting.append(pool.submit(make, item))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
