"""One picture of what no model judges, for the gate: made from seed and number alone, written as PNG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.geometry.grid import Map
from training.phantom.looks.looks import Looks
from training.phantom.other import figure_parts, scenes, screens, trunk
from training.phantom.other.densitometry import screen
from training.phantom.other.figure_parts import Part
from training.phantom.other.film import film
from training.phantom.people.person import draw_person

_STREAM = 0x07E4
LEAST_SIDE_PX = 64
"""The desktop reads nothing smaller."""

OTHER_COLUMNS = ("file", "person", "sex", "age_years", "view", "evidence", "split", "looks", "kind")


def _exposed(part: Part) -> Callable[[int, np.random.Generator], Map]:
    return lambda rows, rng: film(part(rows, rng), "every", rng)


def _scanned(part: Part) -> Callable[[int, np.random.Generator], Map]:
    return lambda rows, rng: screen(part(rows, rng), rng)


KINDS: Mapping[str, tuple[float, Callable[[int, np.random.Generator], Map]]] = {
    "ap_spine": (5.0, _exposed(trunk.ap_spine)),
    "lateral_chest": (1.2, _exposed(trunk.lateral_chest)),
    "abdomen": (0.8, _exposed(figure_parts.abdomen)),
    "pelvis": (1.0, _exposed(figure_parts.pelvis)),
    "hip": (0.7, _exposed(figure_parts.hip)),
    "hand": (1.0, _exposed(figure_parts.hand)),
    "knee": (1.5, _exposed(figure_parts.knee)),
    "skull": (0.8, _exposed(figure_parts.skull)),
    "hip_dxa": (1.3, _scanned(figure_parts.hip)),
    "forearm_dxa": (0.5, _scanned(figure_parts.forearm)),
    "report_page": (1.2, screens.report_page),
    "screen_photograph": (1.3, screens.screen_photograph),
    "ct_slice": (0.8, scenes.ct_slice),
    "ultrasound": (0.5, scenes.ultrasound),
    "photograph": (1.0, scenes.photograph),
    "text_page": (0.7, scenes.text_page),
    "blank": (0.4, scenes.blank),
    "noise": (0.4, scenes.noise),
}
"""Each kind of picture with its weight among all, and what draws it at so many rows."""


@dataclass(frozen=True)
class OtherPicture:
    """What a picture shows, a key of KINDS, and its grey levels, uint8 [row, column]."""

    kind: str
    pixels: NDArray[np.uint8]


def make_other_picture(seed: int, number: int, size_px: int) -> OtherPicture:
    """Return picture `number` of a seed, at most `size_px` high; the same arguments give the same bytes."""
    rng = np.random.default_rng([seed, number, _STREAM])
    weights = np.array([weight for weight, _ in KINDS.values()])
    kind = str(rng.choice(list(KINDS), p=weights / weights.sum()))
    rows = int(size_px * rng.choice([0.5, 0.7, 1.0]))
    grey = KINDS[kind][1](rows, rng)
    enlarged = LEAST_SIDE_PX / min(grey.shape)
    if enlarged > 1:
        grey = cv2.resize(grey, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_LINEAR)
    return OtherPicture(kind, np.rint(np.clip(grey, 0.0, 1.0) * 255).astype(np.uint8))


def write_other_picture(
    number: int, *, seed: int, looks: Looks, size_px: int, folder: Path
) -> dict[str, str]:
    """Write one PNG file into `folder` and return its manifest row, which gives it a person for its split."""
    picture = make_other_picture(seed, number, size_px)
    name = f"other_{seed}_{number:06d}.png"
    (folder / name).write_bytes(cv2.imencode(".png", picture.pixels)[1].tobytes())
    person = draw_person(seed, number)
    values = (
        name,
        str(person.participant),
        person.sex,
        str(person.age_years),
        "other",
        "phantom",
        person.split,
        looks,
        picture.kind,
    )
    return dict(zip(OTHER_COLUMNS, values, strict=True))
