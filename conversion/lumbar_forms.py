"""The forms of the lateral lumbar networks, and a picture's way through one: corners, crop, classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conversion.seen import Grey, Points, Seen
from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, REGION, REGION_LEVELS, region_of
from desktop.imaging.regions import region_tensor
from desktop.models.lumbar_bundle import CORNER_OUTPUTS, Placed
from desktop.models.session import open_session

if TYPE_CHECKING:
    import keras

Logits = NDArray[np.float64]
IN_REGION = [LEVELS.index(level) for level in REGION_LEVELS]


@dataclass(frozen=True, eq=False)
class Form:
    """One form of both networks.

    corners: from a square, uint8 [row, column], to where they are; logits: from a crop, uint8 [row, column],
    to [class].
    """

    corners: Callable[[Grey], Placed]
    logits: Callable[[Grey], Logits]


@dataclass(frozen=True, eq=False)
class Answered:
    """What one form says of pictures: shares [picture, corner, (x, y)], logits [picture, class].

    found: whether L1 to L3 are told to be whole, [picture]; contradiction: how far each picture's corners lie
    from those of its mirror image, share of the side; shapes: rows and columns of each picture.
    """

    corners: Points
    logits: Logits
    found: NDArray[np.bool_]
    contradiction: NDArray[np.float64]
    shapes: Sequence[tuple[int, int]]


def crop(picture: Seen, shares: Points, size_px: int) -> Grey:
    """Return L1-L3 by the corners, uint8 [row, column]."""
    return region_tensor(picture.grey, {REGION: region_of(picture.named(shares, CORNERS))}, size_px)[0]


def answered(forms: Mapping[str, Form], pictures: Iterator[Seen], crop_px: int) -> dict[str, Answered]:
    """Return what each form, the whole way on its own, says of the pictures."""
    shapes: list[tuple[int, int]] = []
    said: dict[str, list[tuple[Points, Logits, bool, float]]] = {name: [] for name in forms}
    for picture in pictures:
        shapes.append(picture.grey.shape)
        for name, form in forms.items():
            placed = form.corners(picture.square)
            logits = form.logits(crop(picture, placed.shares, crop_px))
            found = bool(placed.whole[IN_REGION].all())
            said[name].append((placed.shares, logits, found, placed.contradiction))
    return {name: Answered(*map(np.array, zip(*each, strict=True)), shapes) for name, each in said.items()}


def keras_form(corner_network: keras.Model, class_network: keras.Model) -> Form:
    """Return the networks as they were trained."""

    def place(square: Grey) -> Placed:
        answer = corner_network.predict_on_batch(np.repeat(square[None, ..., None], 3, 3).astype(np.float32))
        corners, shown, apart = (np.asarray(answer[name])[0] for name in CORNER_OUTPUTS)
        return Placed(corners.astype(np.float64), shown > 0.0, float(apart))

    def judge(cut: Grey) -> Logits:
        answer = class_network.predict_on_batch(cut[None, ..., None].astype(np.float32))
        return np.asarray(answer["logits"], np.float64)[0]

    return Form(place, judge)


def onnx_form(corners: bytes, classes: bytes) -> Form:
    """Return two ONNX files as the desktop runs them."""
    placing, judging = open_session(corners, threads=1), open_session(classes, threads=1)

    def place(square: Grey) -> Placed:
        feed = np.repeat(square[None, None], 3, axis=1).astype(np.float32)
        (corners,), (shown,), (apart,) = placing.run(list(CORNER_OUTPUTS), {"image": feed})
        return Placed(corners.astype(np.float64), shown > 0.0, float(apart))

    def judge(cut: Grey) -> Logits:
        return judging.run(["logits"], {"image": cut[None, None].astype(np.float32)})[0][0].astype(np.float64)

    return Form(place, judge)
