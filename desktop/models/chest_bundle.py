"""The chest model as shipped: landmarks on the whole picture, then BMD from the regions around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.chest import LANDMARKS, Corners, Point, regions_of
from desktop.imaging.preprocess import off_square, shown_grey, square_tensor
from desktop.imaging.radiograph import Radiograph
from desktop.imaging.regions import region_tensor
from desktop.models.bundle import Answer, Bundle, Drift, ask, worse
from desktop.models.chest_manifest import ChestManifest
from desktop.models.golden import golden_radiograph
from desktop.models.session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

LANDMARK_OUTPUTS = ("landmarks", "spots")


@dataclass(frozen=True, eq=False, kw_only=True)
class ChestBundle(Bundle[ChestManifest]):
    """A loaded chest model; `session` judges regions, `landmark_session` finds them."""

    landmark_session: InferenceSession

    def square(self, radiograph: Radiograph) -> NDArray[np.uint8]:
        """Return what finds landmarks and spots, the picture padded to a square, uint8 [row, column]."""
        return square_tensor(radiograph, self.manifest.input.size_px)[..., 0]

    def landmark_shares(self, square: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return where the landmarks are, [landmark, (x, y)], shares of the square's side."""
        return self.landmarks_and_spots(square)[0]

    def landmarks_and_spots(
        self, square: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what `landmark_shares` does, and where each landmark's own map shows it, likewise."""
        image = {self.manifest.input.name: square[np.newaxis]}
        answer = ask(self.landmark_session, image, LANDMARK_OUTPUTS)
        return answer["landmarks"].astype(np.float64), answer["spots"].astype(np.float64)

    def run(self, tensor: NDArray[np.uint8]) -> Answer:
        """Return what the regions say, uint8 [region, row, column] from region_tensor.

        `bmd` is [site] in g/cm2, in the order of manifest.sites; `evidence` [region, row, column] in g/cm2
        is what each place adds to L1-L4, against the mean of pictures to train on. All are float32.
        """
        return ask(self.session, {self.manifest.regions.name: tensor}, self.manifest.outputs)

    def crops(self, grey: NDArray[np.uint8], regions: Mapping[str, Corners]) -> NDArray[np.uint8]:
        """Return what `run` takes of a picture's regions, corners in its pixels; grey: from shown_grey."""
        return region_tensor(grey, regions, self.manifest.regions.size_px)

    def in_float(self) -> Self:
        """Return the same model computed in float: slower, and alike on every CPU."""
        landmark_model = self.contents[self.manifest.landmark_model]
        landmarks = open_session(landmark_model, threads=self.threads, in_float=True)
        return replace(super().in_float(), landmark_session=landmarks)

    def drifts(self) -> tuple[Drift, ...]:
        """Return the largest drifts on the golden inputs: of landmarks, and of BMD around the expected ones.

        A tenth of a pixel may move BMD by 0.01 g/cm2, so each graph is tested on its own.
        """
        manifest = self.manifest
        moved, off = 0.0, 0.0
        for name, expected in manifest.expected_landmarks.items():
            radiograph = golden_radiograph(self.contents[name])
            moved = worse(moved, self.landmark_shares(self.square(radiograph)) - expected)
            crops = self.crops(shown_grey(radiograph), regions_of(in_pixels(expected, radiograph)))
            off = worse(off, manifest.compared(self.run(crops)) - manifest.expected[name])
        of_landmarks = Drift(moved, manifest.landmark_drift_limit, "of the picture's side")
        return of_landmarks, Drift(off, *manifest.most_drift)


def in_pixels(shares: NDArray[np.float64], radiograph: Radiograph) -> dict[str, Point]:
    """Return landmarks by name, (x, y) in pixels of the picture, of `landmark_shares`."""
    height, width = radiograph.pixels.shape
    at = off_square(shares, height, width)
    return {name: (float(x), float(y)) for name, (x, y) in zip(LANDMARKS, at, strict=True)}
