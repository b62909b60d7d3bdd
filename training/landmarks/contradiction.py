"""How much landmarks may contradict a second look at them before a picture is refused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MARGIN = 2.0
"""What other pictures than phantoms may contradict it more."""


def most_contradiction(of_phantoms: NDArray[np.float64]) -> float:
    """Return the limit: a multiple of what hardly a phantom exceeds, share of the square's side."""
    return round(MARGIN * float(np.percentile(of_phantoms, 99)), 5)
