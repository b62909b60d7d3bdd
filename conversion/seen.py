"""A picture as the networks of a chest or a lateral spine see it: its square, and what crops are cut from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop.findings.result import Point
from desktop.imaging.preprocess import off_square, shown_grey, square_tensor
from desktop.imaging.radiograph import Radiograph
from desktop.imaging.readers import read_radiograph

if TYPE_CHECKING:
    from training.data.manifest import Row

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Seen:
    """The square and the picture's own grey, both uint8 [row, column]."""

    square: Grey
    grey: Grey

    def named(self, shares: Points, names: Sequence[str]) -> dict[str, Point]:
        """Return points, [name, (x, y)] in shares of the square, by name in pixels of the picture."""
        at = off_square(shares, *self.grey.shape)
        return {name: (float(x), float(y)) for name, (x, y) in zip(names, at, strict=True)}


def seen(radiograph: Radiograph, square_px: int) -> Seen:
    """Return the picture as training and the desktop both see it."""
    return Seen(square_tensor(radiograph, square_px)[..., 0], shown_grey(radiograph))


def each_seen(rows: Sequence[Row], folder: Path, square_px: int) -> Iterator[Seen]:
    """Read one picture after the other."""
    for row in rows:
        yield seen(read_radiograph(folder / row.file), square_px)
