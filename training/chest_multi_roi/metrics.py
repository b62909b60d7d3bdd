"""The study's figures: R, and AUC at a T-score below -2.5, with 95 % bootstrap intervals over persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from desktop.clinical.reference import ReferenceTable
from desktop.clinical.scores import OSTEOPOROSIS_T, t_score
from training.resampling import Interval, interval, once_and_drawn, weighted_auc, weighted_r

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """One vertebra's figures; None where they are not defined: no spread, or only one of the classes.

    `mean` of a table is the mean of the four columns, as in the study.
    """

    count: int
    positives: int | None
    mae_g_cm2: float
    r: Interval | None
    auc: Interval | None


def scores(
    true: Values, predicted: Values, people: Sequence[str], table: ReferenceTable, seed: int = 1
) -> Mapping[str, Score]:
    """Return figures of L1 to L4 and `mean`, of BMD in g/cm2 [picture, vertebra], each picture's person."""
    weights = once_and_drawn(people, seed)
    found, all_r, all_auc = {}, [], []
    for k, site in enumerate(VERTEBRAE):
        positive = np.array([t_score(float(value), site, table) < OSTEOPOROSIS_T for value in true[:, k]])
        r = weighted_r(weights, true[:, k], predicted[:, k])
        auc = weighted_auc(weights, positive, -predicted[:, k])
        error = float(np.abs(predicted[:, k] - true[:, k]).mean())
        found[site] = Score(len(true), int(positive.sum()), error, interval(r), interval(auc))
        all_r.append(r)
        all_auc.append(auc)
    error = float(np.abs(predicted - true).mean())
    r, auc = np.mean(all_r, axis=0), np.mean(all_auc, axis=0)
    return found | {"mean": Score(len(true), None, error, interval(r), interval(auc))}
