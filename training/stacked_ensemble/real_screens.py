"""How a trained ensemble orders real DXA screens that it never learned from: measured, nothing fitted."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop.imaging.readers import read_radiograph
from training.data.manifest import CATEGORIES
from training.resampling import once_and_drawn, weighted_auc
from training.stacked_ensemble.data import Strips
from training.stacked_ensemble.level1 import inputs
from training.stacked_ensemble.metrics import Figure, figure
from training.stacked_ensemble.run_files import Ensemble
from training.stacked_ensemble.settings import OSTEOPOROSIS


@dataclass(frozen=True)
class RealScreens:
    """AUC of osteoporosis by model, against `normal` alone and against all other classes, and counts."""

    against_normal: dict[str, Figure]
    against_others: dict[str, Figure]
    pictures: dict[str, int]


def judge_real_screens(ensemble: Ensemble, folder: Path, denoise: bool) -> RealScreens:
    """Answer every picture of `folder`/index.csv, whose labels are the manifest's classes.

    Each picture is taken for a person: the index tells no people.
    """
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        labels = {row["file"]: CATEGORIES.index(row["label"]) for row in csv.DictReader(stream)}
    cut = Strips(denoise)
    strips = np.stack([cut(read_radiograph(folder / name)) for name in labels])
    members = ensemble.members(strips)
    scores = {name: each[:, OSTEOPOROSIS] for name, each in members.items()}
    scores["stack"] = ensemble.stack.two.probabilities(inputs(members))
    classes = np.array(list(labels.values()))
    told = np.isin(classes, (CATEGORIES.index("normal"), OSTEOPOROSIS))
    return RealScreens(
        against_normal={name: _auc(score[told], classes[told]) for name, score in scores.items()},
        against_others={name: _auc(score, classes) for name, score in scores.items()},
        pictures={name: int((classes == k).sum()) for k, name in enumerate(CATEGORIES)},
    )


def _auc(score: np.ndarray, classes: np.ndarray) -> Figure:
    weights = once_and_drawn([str(k) for k in range(len(score))])
    return figure(weighted_auc(weights, classes == OSTEOPOROSIS, score))
