"""Whether a landmark network tells that a picture is no upright chest, by the checks of the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.chest import LANDMARKS
from desktop.clinical.chest_anatomy import contradiction, nonsense
from training.chest_multi_roi.landmark_network import GraphNetwork
from training.chest_multi_roi.landmark_stage import placed, spotted
from training.landmarks.contradiction import most_contradiction
from training.landmarks.data import Points

Squares = NDArray[np.uint8]
SHOWN: Mapping[str, Callable[[Squares], NDArray[Any]]] = {
    "upright": lambda squares: squares,
    "turned by 90°": lambda squares: np.rot90(squares, 1, (1, 2)),
    "turned by 180°": lambda squares: np.rot90(squares, 2, (1, 2)),
    "turned by 270°": lambda squares: np.rot90(squares, 3, (1, 2)),
    "negative": lambda squares: 255 - squares,
    "noise": lambda squares: np.random.default_rng(1).integers(0, 256, squares.shape),
}
"""What is made of squares [n, row, column]."""


def refused(network: GraphNetwork, upright: Squares, squares: Squares) -> dict[str, float]:
    """Return by SHOWN the share of squares refused for their landmarks.

    These contradict their spots more than twice what 99 % of the phantoms `upright` do, or make no
    anatomical sense; sizes in mm are not asked.
    """
    most = most_contradiction(_contradictions(network, upright, placed(network, upright)))
    found = {}
    for name, shown in SHOWN.items():
        grey = np.ascontiguousarray(shown(squares), np.uint8)
        points = placed(network, grey)
        contradicting = _contradictions(network, grey, points) > most
        found[name] = float((contradicting | _senseless(points, (grey.shape[1], grey.shape[2]))).mean())
    return found


def _contradictions(network: GraphNetwork, squares: Squares, points: Points) -> NDArray[np.float64]:
    both = zip(points, spotted(network, squares), strict=True)
    return np.array([contradiction(shares, spots) for shares, spots in both])


def _senseless(points: Points, shape: tuple[int, int]) -> NDArray[np.bool_]:
    height, width = shape
    found = [
        {name: (float(x) * width, float(y) * height) for name, (x, y) in zip(LANDMARKS, each, strict=True)}
        for each in points
    ]
    return np.array([nonsense(each, shape, None) is not None for each in found])
