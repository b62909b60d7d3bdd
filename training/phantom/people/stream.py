"""Random numbers of which each person owns a part, so that nobody's depend on who else is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def uniform_by_person(seed: int, stream: int, count: int, *, first: int, blocks: int) -> NDArray[np.float64]:
    """Return numbers between 0 and 1, both excluded, of the people `first` on, [person, 4 x blocks].

    The stream is counted: person k owns the Philox blocks of four numbers from k x blocks on. `stream` tells
    one purpose from another. Raises ValueError where seed or first is negative.
    """
    if seed < 0 or first < 0:
        raise ValueError(f"seed and person must not be negative: {seed}, {first}")
    key = np.random.SeedSequence([seed, stream]).generate_state(2, np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key).advance(first * blocks))
    return generator.random((count, 4 * blocks)) + 2.0**-54
