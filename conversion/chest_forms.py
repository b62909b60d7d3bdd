"""The forms of the chest's two networks, and a picture's way through one: landmarks, regions, BMD."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conversion.seen import Grey, Points, Seen
from desktop.clinical.chest import LANDMARKS, regions_of
from desktop.clinical.chest_anatomy import contradiction
from desktop.imaging.regions import region_tensor
from desktop.models.chest_bundle import LANDMARK_OUTPUTS
from desktop.models.session import open_session

if TYPE_CHECKING:
    from conversion.chest_graphs import LandmarkGraph, RegionGraph


@dataclass(frozen=True, eq=False)
class Form:
    """One form of both networks.

    landmarks: from a square, uint8 [row, column], to landmarks and their spots, shares [landmark, (x, y)];
    bmd: from regions, uint8 [region, row, column], to g/cm2 [site].
    """

    landmarks: Callable[[Grey], tuple[Points, Points]]
    bmd: Callable[[Grey], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Answered:
    """What one form says of pictures: shares [picture, landmark, (x, y)] and g/cm2 [picture, site].

    contradiction: how far each picture's landmarks lie from their spots, shares of the side; shapes: rows
    and columns of each picture.
    """

    landmarks: Points
    contradiction: NDArray[np.float64]
    bmd_g_cm2: NDArray[np.float32]
    shapes: Sequence[tuple[int, int]]


def regions(picture: Seen, shares: Points, size_px: int) -> Grey:
    """Return the crops around landmarks, uint8 [region, row, column]."""
    return region_tensor(picture.grey, regions_of(picture.named(shares, LANDMARKS)), size_px)


def answered(forms: Mapping[str, Form], pictures: Iterator[Seen], region_px: int) -> dict[str, Answered]:
    """Return what each form, the whole way on its own, says of the pictures."""
    shapes: list[tuple[int, int]] = []
    points: dict[str, list[Points]] = {name: [] for name in forms}
    off: dict[str, list[float]] = {name: [] for name in forms}
    bmd: dict[str, list[NDArray[np.float32]]] = {name: [] for name in forms}
    for picture in pictures:
        shapes.append(picture.grey.shape)
        for name, form in forms.items():
            shares, spots = form.landmarks(picture.square)
            points[name].append(shares)
            off[name].append(contradiction(shares, spots))
            bmd[name].append(form.bmd(regions(picture, shares, region_px)))
    return {
        name: Answered(np.array(points[name]), np.array(off[name]), np.array(bmd[name]), shapes)
        for name in forms
    }


def torch_form(landmarks: LandmarkGraph, regions: RegionGraph) -> Form:
    """Return the networks as they were trained."""
    import torch

    def run(graph: torch.nn.Module, values: Grey) -> list[NDArray[np.float32]]:
        with torch.inference_mode():
            found = graph(torch.from_numpy(np.ascontiguousarray(values[np.newaxis], np.float32)))
        return [each[0].numpy() for each in found]

    def place(square: Grey) -> tuple[Points, Points]:
        shares, spots = run(landmarks, square[np.newaxis])
        return shares.astype(np.float64), spots.astype(np.float64)

    return Form(place, lambda crops: run(regions, crops)[0])


def onnx_form(landmarks: bytes, regions: bytes) -> Form:
    """Return two ONNX files as the desktop runs them."""
    placing, judging = open_session(landmarks, threads=1), open_session(regions, threads=1)

    def place(square: Grey) -> tuple[Points, Points]:
        feed = np.ascontiguousarray(square[np.newaxis, np.newaxis], np.float32)
        shares, spots = placing.run(LANDMARK_OUTPUTS, {"image": feed})
        return shares[0].astype(np.float64), spots[0].astype(np.float64)

    def judge(crops: Grey) -> NDArray[np.float32]:
        return judging.run(["bmd"], {"regions": crops[np.newaxis].astype(np.float32)})[0][0]

    return Form(place, judge)
