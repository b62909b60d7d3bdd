"""The forms of the chest's two networks, and a picture's way through one: landmarks, regions, BMD."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conversion.seen import Grey, Points, Seen
from desktop.clinical.chest import LANDMARKS, regions_of
from desktop.clinical.chest_anatomy import contradiction
from desktop.imaging.regions import region_tensor
from desktop.models.session import open_session

if TYPE_CHECKING:
    from conversion.chest_graphs import LandmarkGraph, RegionGraph


@dataclass(frozen=True, eq=False)
class Form:
    """One form of both networks.

    landmarks, spots: from a square, uint8 [row, column], to shares [landmark, (x, y)]; bmd: from regions,
    uint8 [region, row, column], to g/cm2 [site].
    """

    landmarks: Callable[[Grey], Points]
    spots: Callable[[Grey], Points]
    bmd: Callable[[Grey], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Answered:
    """What one form says of pictures: shares [picture, landmark, (x, y)] and g/cm2 [picture, site].

    shapes: rows and columns of each picture.
    """

    landmarks: Points
    bmd_g_cm2: NDArray[np.float32]
    shapes: Sequence[tuple[int, int]]


def regions(picture: Seen, shares: Points, size_px: int) -> Grey:
    """Return the crops around landmarks, uint8 [region, row, column]."""
    return region_tensor(picture.grey, regions_of(picture.named(shares, LANDMARKS)), size_px)


def answered(forms: Mapping[str, Form], pictures: Iterator[Seen], region_px: int) -> dict[str, Answered]:
    """Return what each form, the whole way on its own, says of the pictures."""
    shapes: list[tuple[int, int]] = []
    points: dict[str, list[Points]] = {name: [] for name in forms}
    bmd: dict[str, list[NDArray[np.float32]]] = {name: [] for name in forms}
    for picture in pictures:
        shapes.append(picture.grey.shape)
        for name, form in forms.items():
            shares = form.landmarks(picture.square)
            points[name].append(shares)
            bmd[name].append(form.bmd(regions(picture, shares, region_px)))
    return {name: Answered(np.array(points[name]), np.array(bmd[name]), shapes) for name in forms}


def contradictions(form: Form, pictures: Iterator[Seen]) -> NDArray[np.float64]:
    """Return how far each picture's landmarks lie from the spots of its mirror image, shares of the side."""
    both = ((form.landmarks(each.square), form.spots(each.square[:, ::-1])) for each in pictures)
    return np.array([contradiction(shares, of_mirrored) for shares, of_mirrored in both])


def torch_form(landmarks: LandmarkGraph, regions: RegionGraph) -> Form:
    """Return the networks as they were trained."""
    import torch

    def run(graph: torch.nn.Module, values: Grey, output: int) -> NDArray[np.float32]:
        with torch.inference_mode():
            found = graph(torch.from_numpy(np.ascontiguousarray(values[np.newaxis], np.float32)))
        return found[output][0].numpy()

    return Form(
        lambda square: run(landmarks, square[np.newaxis], 0).astype(np.float64),
        lambda square: run(landmarks, square[np.newaxis], 1).astype(np.float64),
        lambda crops: run(regions, crops, 0),
    )


def onnx_form(landmarks: bytes, regions: bytes) -> Form:
    """Return two ONNX files as the desktop runs them."""
    placing, judging = open_session(landmarks, threads=1), open_session(regions, threads=1)

    def place(square: Grey, output: str) -> Points:
        feed = np.ascontiguousarray(square[np.newaxis, np.newaxis], np.float32)
        return placing.run([output], {"image": feed})[0][0].astype(np.float64)

    def judge(crops: Grey) -> NDArray[np.float32]:
        return judging.run(["bmd"], {"regions": crops[np.newaxis].astype(np.float32)})[0][0]

    return Form(partial(place, output="landmarks"), partial(place, output="spots"), judge)
