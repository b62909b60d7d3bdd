"""Changing training pictures as DXA screens differ from each other, their grain left as it is.

Grain against the contrast of bone is what a screen scaled to its own range still says of BMD. Warping,
blurring or adding noise would change it: zoom, aspect and sharpness vary where phantoms are made.
"""

from __future__ import annotations

import numpy as np

from training.picture_changes import Picture, moved, tone

SHIFT = 0.08
"""Of the picture's side, at most, in whole pixels."""


def augmented(picture: Picture, random: np.random.Generator) -> Picture:
    """Return a changed copy: moved, of another tone, and every other one as its mirror image."""
    rows, columns = random.integers(-1, 2, 2) * (random.uniform(0, SHIFT, 2) * picture.shape[0]).astype(int)
    changed = tone(random)[moved(picture, rows, columns)]
    return changed[:, ::-1] if random.random() < 0.5 else changed
