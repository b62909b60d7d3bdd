"""The stacked ensemble as shipped: the column of vertebrae cut out, then one graph for all members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.spine_column import COLUMN_SHARE, Column, cut_column, find_column
from desktop.clinical.spine_upright import upright
from desktop.imaging.preprocess import off_square, square_tensor
from desktop.imaging.radiograph import Radiograph
from desktop.models.bundle import Answer, Bundle, Drift, ask, worse
from desktop.models.ensemble_manifest import EnsembleManifest
from desktop.models.golden import golden_radiograph

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Cut:
    """A picture's strip, uint8 [row, column], and the column that it was cut along, on the padded square.

    upright: how upright the spine looks, as desktop.clinical.spine_upright tells of it.
    """

    strip: NDArray[np.uint8]
    column: Column
    upright: float


@dataclass(frozen=True, eq=False)
class EnsembleBundle(Bundle[EnsembleManifest]):
    """A loaded ensemble; `session` holds networks, forest and stack."""

    def cut(self, radiograph: Radiograph) -> Cut:
        """Return the column of vertebrae of a spine DXA picture, found and cut out."""
        square = square_tensor(radiograph, self.manifest.input.size_px)[..., 0]
        column = find_column(square)
        told = self.manifest.strip
        strip = cut_column(square, column, (told.rows_px, told.columns_px))
        return Cut(strip, column, upright(square, column))

    def run(self, tensor: NDArray[np.uint8]) -> Answer:
        """Return what a strip says, uint8 [row, column], as EnsembleManifest tells of it; all are float32."""
        return ask(self.session, {self.manifest.input.name: tensor[np.newaxis]}, self.manifest.outputs)

    def corners(self, cut: Cut, radiograph: Radiograph) -> Corners:
        """Return the upright rectangle that holds the strip where the picture shows it, in its pixels.

        Clockwise from the upper left. A bent column is wider there than its strip.
        """
        told, side = self.manifest.strip, self.manifest.input.size_px
        scale = COLUMN_SHARE * told.columns_px / (2 * cut.column.half_width_px)
        half_width, half_height = told.columns_px / scale / 2, told.rows_px / scale / 2
        top, bottom = max(side / 2 - half_height, 0.0), min(side / 2 + half_height, float(side))
        middle = cut.column.middle_px[int(top) : int(np.ceil(bottom))]
        left, right = float(middle.min()) - half_width, float(middle.max()) + half_width
        shares = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) / side
        height, width = radiograph.pixels.shape
        at = np.clip(off_square(shares, height, width), 0, (width - 1, height - 1))
        return tuple((float(x), float(y)) for x, y in at)

    def drifts(self) -> tuple[Drift, ...]:
        """Return the largest drift of the stack's probabilities on the golden inputs."""
        off = 0.0
        for name, expected in self.manifest.expected.items():
            answer = self.run(self.cut(golden_radiograph(self.contents[name])).strip)
            off = worse(off, self.manifest.compared(answer) - expected)
        return (Drift(off, *self.manifest.most_drift),)
