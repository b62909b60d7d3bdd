"""A data folder as this family sees it: pictures, BMD, parts, and what is measured on the training part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from sklearn.model_selection import train_test_split

from desktop.clinical.lumbar import GROUP, VERTEBRAE, mean_area_shares
from training.data.manifest import DataError, Row, read_manifest, without_excluded
from training.data.pictures import tensors
from training.data.splits import places_by_split
from training.dxa_bmd.network import Targets
from training.dxa_bmd.settings import Settings

FEWEST_FOR_SHARES = 50


@dataclass(frozen=True, eq=False)
class Data:
    """What one run learns from and is judged on.

    pictures: uint8 [row of `rows`, row, column, RGB]; bmd_g_cm2: float32 [row of `rows`, site], sites as in
    the settings; parts: places in `rows` by name of the part; left_out: how many rows for which reason.
    """

    rows: tuple[Row, ...]
    pictures: NDArray[np.uint8]
    bmd_g_cm2: NDArray[np.float32]
    parts: Mapping[str, NDArray[np.intp]]
    targets: Targets
    left_out: Mapping[str, int]

    @property
    def watched(self) -> str:
        """The part whose error is watched while training: the study's own 25 % is also its test."""
        return "tune" if "tune" in self.parts else "test"

    def group_g_cm2(self, part: str) -> NDArray[np.float64]:
        """Return the true L1-L4 of a part: as measured, else the area-weighted mean of the four."""
        shares = np.array(self.targets.area_shares)
        return np.array(
            [self.rows[k].bmd_l1_l4_g_cm2 or float(self.bmd_g_cm2[k] @ shares) for k in self.parts[part]]
        )


def read_data(folder: Path, settings: Settings, cache: Path | None = None) -> Data:
    """Read a data folder; DataError where it has too little for this preset."""
    kept, left_out = without_excluded(read_manifest(folder / "manifest.csv"))
    told = [row for row in kept if _truth(row, settings.sites) is not None]
    if len(told) < len(kept):
        left_out = left_out | {"no BMD of " + " ".join(settings.sites): len(kept) - len(told)}
    rows = told[: settings.limit]
    parts = _parts(rows, settings)
    empty = [name for name, places in parts.items() if not len(places)]
    if empty:
        raise DataError(f"{folder} has no pictures to {' or to '.join(empty)}; add more persons.")
    bmd = np.array([_truth(row, settings.sites) for row in rows], dtype=np.float32)
    targets = _targets([rows[k] for k in parts["train"]], bmd[parts["train"]], settings.sites)
    pictures = tensors(rows, folder, settings.size_px, cache)
    return Data(tuple(rows), pictures, bmd, parts, targets, left_out)


def _truth(row: Row, sites: Sequence[str]) -> tuple[float, ...] | None:
    if tuple(sites) == VERTEBRAE:
        return row.bmd_by_vertebra
    return None if row.bmd_l1_l4_g_cm2 is None else (row.bmd_l1_l4_g_cm2,)


def _parts(rows: Sequence[Row], settings: Settings) -> dict[str, NDArray[np.intp]]:
    if settings.split_by == "image":
        train, test = train_test_split(np.arange(len(rows)), test_size=0.25, random_state=settings.seed)
        return {"train": np.sort(train), "test": np.sort(test)}
    return places_by_split(rows)


def _targets(rows: Sequence[Row], bmd: NDArray[np.float32], sites: Sequence[str]) -> Targets:
    return Targets(
        mean_g_cm2=tuple(round(float(value), 4) for value in bmd.mean(axis=0)),
        sd_g_cm2=tuple(round(max(float(value), 0.01), 4) for value in bmd.std(axis=0)),
        area_shares=(1.0,) if tuple(sites) == (GROUP,) else _area_shares(rows, bmd),
    )


def _area_shares(rows: Sequence[Row], bmd: NDArray[np.float32]) -> tuple[float, ...]:
    """Return the weights, sum 1, with which L1 to L4 give L1-L4 best; NHANES's where rows are few."""
    known = [k for k, row in enumerate(rows) if row.bmd_l1_l4_g_cm2 is not None]
    if len(known) < FEWEST_FOR_SHARES:
        return tuple(mean_area_shares()[name] for name in VERTEBRAE)
    group = np.array([rows[k].bmd_l1_l4_g_cm2 for k in known])
    sum_to_one = 1e3 * len(known)
    weights, _ = nnls(np.vstack([bmd[known], np.full(4, sum_to_one)]), np.append(group, sum_to_one))
    return tuple(round(float(weight), 4) for weight in weights / weights.sum())
