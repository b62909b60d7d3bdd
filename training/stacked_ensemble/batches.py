"""Batches of strips in an order that depends on seed and epoch alone, each strip changed anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Strip = NDArray[np.uint8]
"""uint8 [row, column]."""

SHIFT_ROWS, SHIFT_COLUMNS = 0.08, 0.04
"""Of the strip's height and width, at most, in whole pixels."""


@dataclass(frozen=True, eq=False)
class Batches:
    """The strips at `places` of `strips`, with `targets`, [place]."""

    strips: NDArray[np.uint8]
    places: NDArray[np.intp]
    targets: NDArray[np.generic]
    size: int
    augment: bool
    seed: int

    @property
    def count(self) -> int:
        """How many batches an epoch has."""
        return -(-len(self.places) // self.size)

    def epoch(self, number: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.generic]]]:
        """Yield strips uint8 [strip, row, column, 1] and their targets, shuffled.

        The last batch is filled up with the first strips of the epoch: TensorFlow 2.21's oneDNN kernels write
        past their memory when a narrow ResNet meets a batch of another size.
        """
        once = np.random.default_rng((self.seed, number)).permutation(len(self.places))
        order = np.resize(once, self.count * self.size)
        for start in range(0, len(order), self.size):
            part = order[start : start + self.size]
            strips = np.asarray(self.strips[self.places[part]])
            if self.augment:
                for position, place in enumerate(part):
                    random = np.random.default_rng((self.seed, number, int(place)))
                    strips[position] = augmented(strips[position], random)
            yield strips[..., None], self.targets[part]


def augmented(strip: Strip, random: np.random.Generator) -> Strip:
    """Return a changed copy: moved, of another tone, and every other one as its mirror image.

    The grain stays: against the contrast of bone it is what a screen scaled to its own range says of BMD.
    """
    reach = np.array(strip.shape) * (SHIFT_ROWS, SHIFT_COLUMNS)
    rows, columns = (random.uniform(-1, 1, 2) * reach).astype(int)
    moved = np.zeros_like(strip)
    moved[_target(rows), _target(columns)] = strip[_target(-rows), _target(-columns)]
    toned = _tone(random)[moved]
    return toned[:, ::-1] if random.random() < 0.5 else toned


def _target(shift: int) -> slice:
    return slice(shift, None) if shift >= 0 else slice(None, shift)


def _tone(random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a look-up of another gamma, contrast and brightness."""
    grey = np.linspace(0, 1, 256) ** np.exp(random.uniform(-0.12, 0.12))
    grey = grey * np.exp(random.uniform(-0.15, 0.15)) + random.uniform(-0.03, 0.03)
    return np.rint(grey.clip(0, 1) * 255).astype(np.uint8)
