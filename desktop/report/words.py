"""Numbers as the report writes them."""

from __future__ import annotations

from desktop.findings.result import Interval

MINUS = "\u2212"
DASH = "\u2014"


def signed(value: float, places: int) -> str:
    """Return a number with a real minus sign, and no sign on a rounded zero."""
    text = f"{value:.{places}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def range_words(interval: Interval, places: int) -> str:
    """Return the two ends of an interval, such as "−3.4 to −1.7"."""
    return f"{signed(interval.low, places)} to {signed(interval.high, places)}"


def percent(probability: float) -> str:
    """Return a probability, 0 to 1, in percent; never a bare 0 or 100."""
    if probability < 0.01:
        return "below 1 %"
    return "above 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def share_percent(share: float) -> str:
    """Return a share, 0 to 1, in percent without decimals."""
    return f"{100 * share:.0f} %"
