"""How far corners lie from the truth, whether vertebrae are named rightly, and how well heights are told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, PARTS, REGION_LEVELS
from desktop.clinical.vertebral_heights import crush_by_level, genant_grade, heights_of
from training.landmarks.data import LandmarkData, Points, in_pixels
from training.lumbar_xray.corner_data import OF_LEVEL, shown_levels

GRADES = (0, 1, 2, 3)


@dataclass(frozen=True)
class Errors:
    """How far corners lie from the truth, in mm on the detector, and in percent of the square's side.

    count: corners of known place; figures are None where there are none, or no picture tells its spacing.
    """

    count: int
    mean_mm: float | None
    p95_mm: float | None
    mean_percent: float | None


@dataclass(frozen=True)
class Labels:
    """Whether each vertebra's nearest predicted one has its name.

    off_by_one: vertebrae that got a neighbour's name. region_right: pictures in which L1, L2 and L3 all have
    their own, of `pictures` that show them whole. shown_right: share of levels rightly told whole or not.
    """

    vertebrae: int
    right: int
    off_by_one: int
    pictures: int
    region_right: int
    shown_right: float


@dataclass(frozen=True)
class Heights:
    """Errors of heights in mm on the detector; grades [true][told] counts vertebrae by Genant's grade."""

    count: int
    mean_mm: dict[str, float] | None
    grades: list[list[int]]


@dataclass(frozen=True)
class Judged:
    """One part's figures; `corners` by level and of `all`."""

    corners: dict[str, Errors]
    labels: Labels
    heights: Heights


def judged(data: LandmarkData, part: str, points: Points, shown: NDArray[np.bool_]) -> Judged:
    """Compare points [n, corner, (x, y)], shares, and `shown` [n, level] with the truth of a part."""
    places = data.parts[part]
    true, side_mm = data.points[places], data.side_mm[places]
    shares = np.linalg.norm(points - true, axis=2)
    by_level = {level: errors(shares[:, of_level], side_mm) for level, of_level in OF_LEVEL.items()}
    return Judged(
        corners={"all": errors(shares, side_mm)} | by_level,
        labels=labels(true, points, shown),
        heights=_heights(data, places, points),
    )


def errors(shares: NDArray[np.float64], side_mm: NDArray[np.float64]) -> Errors:
    """Return the errors of distances [n, corner], shares of the side, which is [n] mm; NaN is unknown."""
    known, in_mm = (values[np.isfinite(values)] for values in (shares, shares * side_mm[:, None]))
    return Errors(
        count=len(known),
        mean_mm=float(in_mm.mean()) if in_mm.size else None,
        p95_mm=float(np.percentile(in_mm, 95)) if in_mm.size else None,
        mean_percent=float(100 * known.mean()) if known.size else None,
    )


def labels(true: Points, points: Points, shown: NDArray[np.bool_]) -> Labels:
    """Return how vertebrae were named, by true and predicted points [n, corner, 2]; `shown` as predicted."""
    whole = shown_levels(true)
    centres = [np.stack([each[:, of].mean(axis=1) for of in OF_LEVEL.values()], 1) for each in (true, points)]
    apart = np.linalg.norm(centres[0][:, :, None] - centres[1][:, None], axis=3)
    nearest = np.where(np.isfinite(apart), apart, np.inf).argmin(axis=2)
    shift = nearest - np.arange(len(LEVELS))
    region = [LEVELS.index(level) for level in REGION_LEVELS]
    has_region = whole[:, region].all(axis=1)
    return Labels(
        vertebrae=int(whole.sum()),
        right=int((whole & (shift == 0)).sum()),
        off_by_one=int((whole & (np.abs(shift) == 1)).sum()),
        pictures=int(has_region.sum()),
        region_right=int((has_region & (shift[:, region] == 0).all(axis=1)).sum()),
        shown_right=float((shown == whole).mean()),
    )


def _heights(data: LandmarkData, places: NDArray[np.intp], points: Points) -> Heights:
    """Compare heights of what is whole and spaced, and the grades by corners with those of the manifest."""
    apart, grades = [], np.zeros((len(GRADES), len(GRADES)), int)
    known = np.where(shown_levels(data.points[places])[:, _level_of_corner()][..., None], points, np.nan)
    named = in_pixels(CORNERS, known, data.squares.shapes[places])
    for k, corners in zip(places, named, strict=True):
        row = data.rows[k]
        spacing = row.pixel_spacing_mm or 1.0
        told, true = (heights_of(each, (spacing, spacing)) for each in (corners, row.points))
        if row.pixel_spacing_mm is not None:
            apart += [
                [abs(getattr(told[level], part) - getattr(true[level], part)) for part in PARTS]
                for level in told.keys() & true.keys()
            ]
        for level, lost in crush_by_level(told).items():
            if level in row.fracture_grades:
                grades[row.fracture_grades[level], genant_grade(lost)] += 1
    mean = dict(zip(PARTS, np.mean(apart, axis=0).tolist(), strict=True)) if apart else None
    return Heights(len(apart), mean, grades.tolist())


def _level_of_corner() -> list[int]:
    return [number for number, places in enumerate(OF_LEVEL.values()) for _ in places]
