"""Level 0: each member answers people whom it never saw, training people fold by fold."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.stacked_ensemble.data import Data, Places
from training.stacked_ensemble.forest import FeatureForest, fit_forest, write_features
from training.stacked_ensemble.loop import Learner
from training.stacked_ensemble.settings import CLASSES, CNN, RESNET_FOREST, VGG16, Settings

FEATURES_FILE = "features.npz"
EXAMPLE_FILE = "example.png"

Values = NDArray[np.float64]
Answers = dict[str, Values]
"""Probabilities [place, class] by part; those of the training part are out of fold."""


@dataclass(frozen=True, eq=False)
class Level0:
    """Each member's answers; of the third the forest too, and the features that it chooses from, by part."""

    members: dict[str, Answers]
    forest: FeatureForest
    features: dict[str, Values]


def train_members(settings: Settings, data: Data, run: Path) -> Level0:
    """Train all members into run/members, or go on there, and let each answer every part."""
    networks = {name: _train_network(name, settings, data, run / "members" / name) for name in (CNN, VGG16)}
    third, forest, features = _train_forest(settings, data, run / "members" / RESNET_FOREST)
    return Level0(networks | {RESNET_FOREST: third}, forest, features)


def _train_network(name: str, settings: Settings, data: Data, folder: Path) -> Answers:
    """Return the answers of a network's own head."""
    learner = _learner(name, settings)
    out_of_fold = _trained(
        name, learner, settings, data, folder, lambda fit, held: learner.answers(data.strips, held)
    )
    others = {part: learner.answers(data.strips, places) for part, places in data.parts.items()}
    return others | {"train": out_of_fold}


def _train_forest(
    settings: Settings, data: Data, folder: Path
) -> tuple[Answers, FeatureForest, dict[str, Values]]:
    """Return the answers of a forest on a network's features, the forest, and the features by part."""
    learner = _learner(RESNET_FOREST, settings)

    def features(places: Places) -> Values:
        return learner.answers(data.strips, places, "features")

    def answer(fit: Places, held: Places) -> Values:
        return fit_forest(features(fit), data.classes[fit], settings.forest, settings.seed)(features(held))

    out_of_fold = _trained(RESNET_FOREST, learner, settings, data, folder, answer)
    found = {part: features(places) for part, places in data.parts.items()}
    train = data.parts["train"]
    forest = fit_forest(found["train"], data.classes[train], settings.forest, settings.seed)
    write_features(folder / FEATURES_FILE, found["train"], data.classes[train])
    return {part: forest(each) for part, each in found.items()} | {"train": out_of_fold}, forest, found


def _learner(name: str, settings: Settings) -> Learner:
    weights = (settings.weights or {}).get(name)
    return Learner(settings.members[name], settings, None if weights is None else Path(weights))


def _trained(
    name: str,
    learner: Learner,
    settings: Settings,
    data: Data,
    folder: Path,
    answer: Callable[[Places, Places], Values],
) -> Values:
    """Train fold by fold, then on all of the training part; return the answers out of fold, [train, class].

    answer: what to call between, with the places learned from and those to answer.
    """
    train = data.parts["train"]
    out_of_fold = np.zeros((len(train), len(CLASSES)))
    for number, (fit, held) in enumerate(data.folds(settings.folds, settings.seed), start=1):
        logging.info("%s, fold %d of %d", name, number, settings.folds)
        learner.fit(data, fit, folder / f"fold_{number}")
        out_of_fold[np.searchsorted(train, held)] = answer(fit, held)
    logging.info("%s, all of the training part", name)
    learner.fit(data, train, folder)
    learner.save(folder / "model.keras")
    return out_of_fold
