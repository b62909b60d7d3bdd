"""Changes of training pictures that leave their grain as it is: moved, of another tone.

Grain against the contrast of bone is what a screen scaled to its own range still says of BMD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""uint8 [row, column] or [row, column, channel]."""


def moved(picture: Picture, rows: int, columns: int) -> Picture:
    """Return the picture moved down and to the right by so many pixels, black where nothing was."""
    black = np.zeros_like(picture)
    black[_target(rows), _target(columns)] = picture[_target(-rows), _target(-columns)]
    return black


def _target(shift: int) -> slice:
    return slice(shift, None) if shift >= 0 else slice(None, shift)


def tone(random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a look-up, [grey], of another gamma, contrast and brightness."""
    grey = np.linspace(0, 1, 256) ** np.exp(random.uniform(-0.12, 0.12))
    grey = grey * np.exp(random.uniform(-0.15, 0.15)) + random.uniform(-0.03, 0.03)
    return np.rint(grey.clip(0, 1) * 255).astype(np.uint8)
