"""A data folder as this family sees it: strips of bone, classes and T-scores, and parts of whole persons."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from desktop.clinical import spine_column as column
from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import default_table
from desktop.clinical.scores import t_score
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import Radiograph
from training.data.manifest import CATEGORIES, DataError, Row, read_manifest, without_excluded
from training.data.pictures import made
from training.data.splits import places_by_split
from training.stacked_ensemble.outliers import Limits, fit_limits, statistics
from training.stacked_ensemble.settings import SQUARE_PX, STRIP_WIDTH_PX, Settings

Places = NDArray[np.intp]
SHARES = {"train": 0.7, "tune": 0.8, "test": 1.0}
"""The published shares of persons, cumulative."""
NO_CLASS = "no class and no T-score"


@dataclass(frozen=True)
class Strips:
    """The column of vertebrae, cut out of the desktop's square."""

    denoise: bool

    @property
    def name(self) -> str:
        """What the strip depends on beside the picture: size, denoising, and the source of the cut."""
        source = Path(column.__file__).read_text(encoding="utf-8")
        version = hashlib.sha256(ast.dump(ast.parse(source)).encode()).hexdigest()[:8]
        return f"strip{SQUARE_PX}x{STRIP_WIDTH_PX}_{version}" + ("_denoised" if self.denoise else "")

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8 [row, column]."""
        return np.dtype((np.uint8, (SQUARE_PX, STRIP_WIDTH_PX)))

    def __call__(self, radiograph: Radiograph, row: Row | None = None) -> NDArray[np.uint8]:
        """Return the strip."""
        square = square_tensor(radiograph, SQUARE_PX)[..., 0]
        shown = column.denoised(square) if self.denoise else square
        return column.cut_column(shown, column.find_column(shown), (SQUARE_PX, STRIP_WIDTH_PX))

    def key(self, row: Row) -> str:
        """Return nothing: the file says it all."""
        return ""


@dataclass(frozen=True, eq=False)
class Data:
    """What one run learns from and is judged on.

    strips: uint8 [row of `rows`, row, column]; classes: 0 to 2 as in settings.CLASSES, [row of `rows`];
    t_scores: float32 [row of `rows`], NaN where not known; parts: places in `rows` by name of the part,
    the training part without outliers; left_out: how many rows for which reason; limits: what is usual;
    outliers: how many strips of each other part are outliers, and judged all the same.
    """

    rows: tuple[Row, ...]
    strips: NDArray[np.uint8]
    classes: NDArray[np.intp]
    t_scores: NDArray[np.float32]
    parts: Mapping[str, Places]
    left_out: Mapping[str, int]
    limits: Limits
    outliers: Mapping[str, int]

    def people(self, places: Places) -> list[str]:
        """Return one person's id a place."""
        return [self.rows[k].person for k in places]

    def folds(self, count: int, seed: int) -> list[tuple[Places, Places]]:
        """Return for each fold the training places that are learned from, and those that are answered.

        A person's pictures are all in one fold; folds hold each class alike.
        """
        train = self.parts["train"]
        fewest = np.bincount(self.classes[train], minlength=len(CATEGORIES)).min()
        if fewest < count:
            raise DataError(
                f"{count} folds need {count} training pictures of each class; one has {fewest}: add persons."
            )
        spread = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
        parts = spread.split(train, self.classes[train], groups=self.people(train))
        return [(train[fit], train[held]) for fit, held in parts]


def read_data(folder: Path, settings: Settings, cache: Path | None = None) -> Data:
    """Read a data folder; DataError where it has too little for these settings."""
    kept, left_out = without_excluded(read_manifest(folder / "manifest.csv"))
    told = [row for row in kept if class_of(row) is not None]
    if len(told) < len(kept):
        left_out = left_out | {NO_CLASS: len(kept) - len(told)}
    rows = told[: settings.limit]
    parts = _parts(rows, settings)
    empty = [name for name, places in parts.items() if not len(places)]
    if empty:
        raise DataError(f"{folder} has no pictures to {' or to '.join(empty)}; add more persons.")
    data = Data(
        rows=tuple(rows),
        strips=made(rows, folder, Strips(settings.denoise), cache),
        classes=np.array([class_of(row) for row in rows], np.intp),
        t_scores=np.array([_t_score(row) for row in rows], np.float32),
        parts=parts,
        left_out=left_out,
        limits=Limits((), ()),
        outliers={},
    )
    return _without_outliers(data)


def class_of(row: Row) -> int | None:
    """Return the class as the manifest states it, else by its T-score; None where it tells neither."""
    if row.category is not None:
        return CATEGORIES.index(row.category)
    score = _t_score(row)
    return None if np.isnan(score) else int(score < -1.0) + int(score <= -2.5)


def _t_score(row: Row) -> float:
    if row.t_score is not None:
        return row.t_score
    known = row.bmd_l1_l4_g_cm2
    return float("nan") if known is None else t_score(known, GROUP, default_table())


def _parts(rows: Sequence[Row], settings: Settings) -> dict[str, Places]:
    if settings.split == "four":
        return places_by_split(rows)
    names = sorted({row.person for row in rows})
    drawn = np.random.default_rng(settings.seed).permutation(len(names))
    share = {names[k]: (order + 0.5) / len(names) for order, k in enumerate(drawn)}
    part = [next(name for name, bound in SHARES.items() if share[row.person] < bound) for row in rows]
    return {name: np.flatnonzero(np.array(part) == name) for name in SHARES}


def _without_outliers(data: Data) -> Data:
    """Leave outliers out of the training part and count them elsewhere: a test without them would flatter."""
    found = {name: statistics(data.strips[places]) for name, places in data.parts.items()}
    limits = fit_limits(found["train"])
    reasons = {name: limits.reasons(each) for name, each in found.items()}
    usual = np.array([reason is None for reason in reasons["train"]])
    train = data.parts["train"][usual]
    return replace(
        data,
        parts={**data.parts, "train": train},
        left_out=dict(data.left_out) | dict(Counter(reason for reason in reasons["train"] if reason)),
        limits=limits,
        outliers={
            name: sum(reason is not None for reason in each)
            for name, each in reasons.items()
            if name != "train"
        },
    )
