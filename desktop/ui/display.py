"""How the user looks at a picture; free of NumPy, which the first window does not need."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.imaging.radiograph import Radiograph, Window


@dataclass(frozen=True)
class Display:
    """How the user looks at a picture; None is as the file asks."""

    window: Window | None = None
    inverted: bool = False


def shown_window(radiograph: Radiograph, display: Display) -> Window:
    """Return the window in force, in modality values, or in grey levels for a colour picture."""
    if display.window is not None:
        return display.window
    if radiograph.colour is not None:
        return Window(127.5, 255.0)
    if radiograph.window is not None:
        return radiograph.window
    low = 0.0 if radiograph.maximum == 255 else float(radiograph.pixels.min())
    return Window((low + radiograph.maximum) / 2, max(radiograph.maximum - low, 1.0))
