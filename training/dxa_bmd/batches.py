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

from training.dxa_bmd.augmentation import augmented

T = TypeVar("T")
AHEAD = 4

Batch = tuple[NDArray[np.uint8], NDArray[np.float32]]
"""Pictures uint8 [picture, row, column, RGB] and BMD float32 [picture, site]."""


@dataclass(frozen=True, eq=False)
class Batches:
    """The training pictures at `places` of `pictures`, and their BMD, [place, site]."""

    pictures: NDArray[np.uint8]
    places: NDArray[np.intp]
    bmd_g_cm2: NDArray[np.float32]
    size: int
    augment: bool
    seed: int

    @property
    def count(self) -> int:
        """How many batches an epoch has; the last may be smaller."""
        return -(-len(self.places) // self.size)

    def epoch(self, number: int) -> Iterator[Batch]:
        """Return the batches of one epoch, shuffled, each picture changed in its own way in each epoch."""
        cv2.setNumThreads(1)
        order = np.random.default_rng((self.seed, number)).permutation(len(self.places))
        parts = (order[start : start + self.size] for start in range(0, len(order), self.size))
        return ahead(lambda part: self._batch(number, part), parts)

    def _batch(self, epoch: int, part: NDArray[np.intp]) -> Batch:
        pictures = np.asarray(self.pictures[self.places[part]])
        if self.augment:
            for position, place in enumerate(part):
                random = np.random.default_rng((self.seed, epoch, int(place)))
                pictures[position] = augmented(pictures[position], random)
        return pictures, self.bmd_g_cm2[part]


def ahead(make: Callable[[T], Batch], over: Iterable[T]) -> Iterator[Batch]:
    """Return `map(make, over)`, made a few items ahead on another thread."""
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[Future[Batch]] = deque()
        for item in over:
            waiting.append(pool.submit(make, item))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
