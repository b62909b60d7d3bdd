"""Shapley values over a run's test part: of members in the stack, and of kinds of features in the forest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.stacked_ensemble.forest import FeatureForest, groups
from training.stacked_ensemble.level0 import Level0
from training.stacked_ensemble.level1 import Stack, inputs
from training.stacked_ensemble.settings import OSTEOPOROSIS
from training.stacked_ensemble.shapley import of_groups, of_members

PATIENTS, BACKGROUND = 40, 60


@dataclass(frozen=True)
class ShapleyStudy:
    """Mean sizes over the test part, and the values of its picture of the highest answer.

    members: log odds of osteoporosis; groups: probability of osteoporosis by the forest, of `patients`
    pictures spread over the test part, against `background` pictures of the training part.
    """

    members: dict[str, float]
    groups: dict[str, float]
    patient_members: dict[str, float]
    patient_groups: dict[str, float]
    patients: int
    background: int


def shapley_study(found: Level0, stack: Stack) -> ShapleyStudy:
    """Return the study of a trained level 0 and the stack on it."""
    forest, features = found.forest, found.features
    asked = inputs({name: each["test"] for name, each in found.members.items()})
    by_member = of_members(stack.two, asked)
    count = len(asked)
    shown = int(stack.two.logits(asked)[:, 0].argmax())
    chosen = [shown, *np.linspace(0, count - 1, min(PATIENTS, count)).astype(int)]
    spread = np.linspace(0, len(features["train"]) - 1, BACKGROUND).astype(int)
    background = features["train"][np.unique(spread)]
    kinds = _read_by(forest, groups(background.shape[1]))
    by_group = [
        of_groups(lambda rows: forest(rows)[:, OSTEOPOROSIS], features["test"][k], background, kinds)
        for k in chosen
    ]
    return ShapleyStudy(
        members={name: float(np.abs(each).mean()) for name, each in by_member.items()},
        groups={name: float(np.mean([abs(each[name]) for each in by_group[1:]])) for name in kinds},
        patient_members={name: float(each[shown]) for name, each in by_member.items()},
        patient_groups=by_group[0],
        patients=len(chosen) - 1,
        background=len(background),
    )


def _read_by(forest: FeatureForest, kinds: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: columns for name, columns in kinds.items() if np.isin(columns, forest.columns).all()}
