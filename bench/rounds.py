"""Times tasks in rounds: each round asks every task once, in an order of its own.

What else the machine does, and threads that still spin, so fall on all alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from statistics import median
from time import perf_counter

WARM_UP = 3


def medians(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each task by name."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    order, random = list(tasks), Random(1)
    for _ in range(rounds + WARM_UP):
        random.shuffle(order)
        for name in order:
            began = perf_counter()
            tasks[name]()
            seconds[name].append(perf_counter() - began)
    return {name: median(each[WARM_UP:]) for name, each in seconds.items()}
