"""How a trained ensemble orders real DXA screens that it never learned from: measured, nothing fitted."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.readers import read_radiograph
from training.data.manifest import CATEGORIES
from training.resampling import once_and_drawn, weighted_auc
from training.stacked_ensemble.data import Strips
from training.stacked_ensemble.level1 import Stack, Values, inputs
from training.stacked_ensemble.metrics import Figure, figure
from training.stacked_ensemble.run_files import Ensemble
from training.stacked_ensemble.settings import OSTEOPOROSIS


@dataclass(frozen=True, eq=False)
class Screens:
    """Strips of real pictures, uint8 [picture, row, column], and their classes 0 to 2, [picture]."""

    strips: NDArray[np.uint8]
    classes: NDArray[np.intp]

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which pictures are of the two outer classes, [picture]."""
        return np.isin(self.classes, (CATEGORIES.index("normal"), OSTEOPOROSIS))


@dataclass(frozen=True)
class RealScreens:
    """AUC of osteoporosis by model, against `normal` alone and against all other classes, and counts."""

    against_normal: dict[str, Figure]
    against_others: dict[str, Figure]
    pictures: dict[str, int]


def read_screens(folder: Path, denoise: bool) -> Screens:
    """Cut the strip out of every picture of `folder`/index.csv, whose labels are the manifest's classes."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        labels = {row["file"]: CATEGORIES.index(row["label"]) for row in csv.DictReader(stream)}
    cut = Strips(denoise)
    strips = np.stack([cut(read_radiograph(folder / name)) for name in labels])
    return Screens(strips, np.array(list(labels.values()), np.intp))


def judge_real_screens(ensemble: Ensemble, screens: Screens) -> RealScreens:
    """Answer every picture and say how well the answers order them."""
    return judged(scores(ensemble.members(screens.strips), ensemble.stack), screens)


def scores(members: Mapping[str, Values], stack: Stack) -> dict[str, Values]:
    """Return probabilities of osteoporosis, [picture], by member and by the stack on them."""
    of_members = {name: each[:, OSTEOPOROSIS] for name, each in members.items()}
    return of_members | {"stack": stack.two.probabilities(inputs(members))}


def judged(found: Mapping[str, Values], screens: Screens) -> RealScreens:
    """Return the AUC of each model's scores, [picture]."""
    told, classes = screens.told, screens.classes
    return RealScreens(
        against_normal={name: figure(auc_draws(each[told], classes[told])) for name, each in found.items()},
        against_others={name: figure(auc_draws(each, classes)) for name, each in found.items()},
        pictures={name: int((classes == k).sum()) for k, name in enumerate(CATEGORIES)},
    )


def auc_draws(score: Values, classes: NDArray[np.intp]) -> Values:
    """Return the AUC of osteoporosis as it is and as pictures are drawn anew, [1 + draw].

    Each picture is taken for a person: the index tells no people.
    """
    return weighted_auc(once_and_drawn(each_alone(len(score))), classes == OSTEOPOROSIS, score)


def each_alone(count: int) -> list[str]:
    """Return the names of as many people."""
    return [str(k) for k in range(count)]
