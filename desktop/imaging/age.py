"""How old a patient is on the day of the picture, and when two statements of it contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

OLDEST_YEARS = 120
AGES_APART_YEARS = 1
"""So far ages may differ: one is of the day of the picture, the other perhaps of today."""


def years_between(born: date, day: date) -> int:
    """Return the age in completed years on `day`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def contradicting(ages_years: Sequence[float]) -> bool:
    """Return whether ages that should be one lie further apart than they may."""
    return bool(ages_years) and max(ages_years) - min(ages_years) > AGES_APART_YEARS


def birth_date_gives(years: int) -> str:
    """Return how a sentence begins on an age that contradicts the birth date."""
    return f"The birth date gives {years} years on the day of the picture"


def contested_notices(ages_years: Sequence[int]) -> tuple[str, ...]:
    """Return the notice for a file whose age tag and birth date, in this order, contradict each other."""
    if not ages_years:
        return ()
    tagged, from_birth_date = ages_years
    return (
        f"{birth_date_gives(from_birth_date)}, but the age tag says {tagged}: check whose picture it is, "
        "and enter the age by hand.",
    )
