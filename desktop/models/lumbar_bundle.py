"""The lateral lumbar model as shipped: vertebra corners on the whole picture, then a class from L1-L3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS, REGION, Point, region_of
from desktop.imaging.preprocess import off_square, shown_grey, square_tensor
from desktop.imaging.radiograph import Radiograph
from desktop.imaging.regions import region_tensor
from desktop.models.bundle import Answer, Bundle, Drift, ask, worse
from desktop.models.golden import golden_radiograph
from desktop.models.lumbar_manifest import LumbarManifest
from desktop.models.session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CORNER_OUTPUTS = ("corners", "shown", "contradiction")


@dataclass(frozen=True, eq=False)
class Placed:
    """Corners [corner, (x, y)], shares of the padded square's side; `whole` bool [level], in the picture.

    Both are means of what is found on the picture and on its mirror image; contradiction: how far the corners
    of the two lie apart, a mean, share of the side. A network that sees a spine says the same of both.
    """

    shares: NDArray[np.float64]
    whole: NDArray[np.bool_]
    contradiction: float


@dataclass(frozen=True, eq=False, kw_only=True)
class LumbarBundle(Bundle[LumbarManifest]):
    """A loaded lateral lumbar model; `session` judges the crop, `corner_session` finds the vertebrae."""

    corner_session: InferenceSession

    def placed(self, radiograph: Radiograph) -> Placed:
        """Return where the corners are."""
        told = self.manifest.input
        square = square_tensor(radiograph, told.size_px)
        answer = ask(self.corner_session, {told.name: square.transpose(2, 0, 1)}, CORNER_OUTPUTS)
        shares = answer["corners"].astype(np.float64)
        return Placed(shares, answer["shown"] > 0.0, float(answer["contradiction"]))

    def run(self, tensor: NDArray[np.uint8]) -> Answer:
        """Return what the crop says, uint8 [1, row, column] from region_tensor.

        `logits` is [class] in the order of CLASSES; `evidence` [row, column] is what each place adds to the
        logit of osteoporosis less the others' mean, against the mean of pictures to train on.
        """
        return ask(self.session, {self.manifest.region.name: tensor}, self.manifest.outputs)

    def crop(self, radiograph: Radiograph, corners: Mapping[str, Point]) -> NDArray[np.uint8]:
        """Return what `run` takes of a picture, its corners by name in its pixels."""
        return region_tensor(
            shown_grey(radiograph), {REGION: region_of(corners)}, self.manifest.region.size_px
        )

    def in_float(self) -> Self:
        """Return the same model computed in float: slower, and alike on every CPU."""
        corner_model = self.contents[self.manifest.corner_model]
        corners = open_session(corner_model, threads=self.threads, in_float=True)
        return replace(super().in_float(), corner_session=corners)

    def drifts(self) -> tuple[Drift, ...]:
        """Return the largest drifts on the golden inputs: of corners and, where they are near, of classes."""
        manifest = self.manifest
        moved, off = 0.0, 0.0
        for name, expected in manifest.expected_corners.items():
            radiograph = golden_radiograph(self.contents[name])
            shares = self.placed(radiograph).shares
            moved = worse(moved, shares - expected)
            if moved <= manifest.landmark_drift_limit:
                crop = self.crop(radiograph, in_pixels(shares, radiograph))
                off = worse(off, manifest.compared(self.run(crop)) - manifest.expected[name])
        of_corners = Drift(moved, manifest.landmark_drift_limit, "of the picture's side")
        return of_corners, Drift(off, *manifest.most_drift)


def in_pixels(shares: NDArray[np.float64], radiograph: Radiograph) -> dict[str, Point]:
    """Return corners by name, (x, y) in pixels of the picture, of shares [corner, (x, y)]."""
    height, width = radiograph.pixels.shape
    at = off_square(shares, height, width)
    return {name: (float(x), float(y)) for name, (x, y) in zip(CORNERS, at, strict=True)}
