"""What a measure of found points may be, and the words for one that is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Measures = dict[str, float]


@dataclass(frozen=True)
class Limits:
    """From where to where a measure may lie.

    words: its name, for tables; too_low, too_high: clauses for the user, which may show the `{value}`.
    """

    low: float
    high: float
    words: str
    too_low: str = ""
    too_high: str = ""
    unit: str = ""

    def broken_by(self, value: float) -> bool:
        """Return whether a value lies outside; NaN does."""
        return not self.low <= value <= self.high

    def told(self, value: float) -> str:
        """Return what is wrong with a value that lies outside, a clause."""
        if value < self.low:
            return self.too_low.format(value=value)
        if value > self.high:
            return self.too_high.format(value=value)
        return "points that should be apart lie in one place"

    def furthest(self, values: Iterable[float]) -> float:
        """Return the value that lies furthest from the middle of the limits."""
        middle = (self.low + self.high) / 2.0
        return float(max(values, key=lambda value: abs(value - middle)))


def broken_limit(found: Measures, limits: Mapping[str, Limits]) -> str | None:
    """Return what is wrong with the first measure outside of its limits, a clause; None without."""
    return next(
        (limits[name].told(value) for name, value in found.items() if limits[name].broken_by(value)), None
    )
