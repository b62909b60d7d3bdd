"""The window: what clinic staff see, and the only slow-work door behind it."""

from desktop.ui.application import run_window

__all__ = ["run_window"]
