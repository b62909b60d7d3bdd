"""What a site's own pictures bring: members tuned on real screens, fold by fold. A study; nothing ships."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import keras
import numpy as np
from sklearn.model_selection import StratifiedKFold

from training.data.manifest import DataError
from training.resampling import once_and_drawn
from training.runs.batches import Batches
from training.stacked_ensemble.augmentation import augmented
from training.stacked_ensemble.data import Places
from training.stacked_ensemble.forest import fit_forest
from training.stacked_ensemble.level1 import Values
from training.stacked_ensemble.loop import answered
from training.stacked_ensemble.metrics import Figure, best_cut, figure, gain, of_decision
from training.stacked_ensemble.network import TRUNK
from training.stacked_ensemble.real_screens import (
    RealScreens,
    Screens,
    auc_draws,
    each_alone,
    judged,
    scores,
)
from training.stacked_ensemble.run_files import Ensemble
from training.stacked_ensemble.settings import CLASSES, OSTEOPOROSIS, RESNET_FOREST, Forest

FOLDS, EPOCHS, BATCH, RATE = 5, 10, 16, 1e-4
WAYS = {"all weights": True, "all but the normalisation's": False}
"""Ways to tune, by whether batch normalisation learns too."""
TOLD = ("sensitivity", "specificity", "precision")
Split = tuple[Places, Places]
"""Places that a fold learns from, and those that it answers."""


@dataclass(frozen=True)
class RealFolds:
    """By way of tuning: AUC of answers out of fold, and what tuning gains over none by model.

    gains: of the AUC against `normal`, on the same draws; decisions: of the stack as it came, and by way;
    each fold is decided by the cut of the highest sensitivity + specificity on all other folds' answers.
    """

    tuned: dict[str, RealScreens]
    gains: dict[str, dict[str, Figure]]
    decisions: dict[str, dict[str, Figure]]


def study_folds(ensemble: Ensemble, screens: Screens, forest: Forest, seed: int = 1) -> RealFolds:
    """Return the study; DataError where a class has fewer pictures than there are folds.

    The networks of `ensemble` end as they came.
    """
    if np.bincount(screens.classes, minlength=len(CLASSES)).min() < FOLDS:
        raise DataError(f"{FOLDS} folds need {FOLDS} real screens of each class: add pictures.")
    split = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    folds = list(split.split(screens.strips, screens.classes))
    before = scores(ensemble.members(screens.strips), ensemble.stack)
    tuned = {}
    for way, normalising in WAYS.items():
        learn = _Tuning(screens, folds, forest, seed, normalising)
        members = {name: learn.out_of_fold(name, network) for name, network in ensemble.networks.items()}
        tuned[way] = scores(members, ensemble.stack)
    return RealFolds(
        tuned={way: judged(each, screens) for way, each in tuned.items()},
        gains={way: _gains(each, before, screens) for way, each in tuned.items()},
        decisions={
            way: _decisions(each["stack"], screens, folds)
            for way, each in ({"as it came": before} | tuned).items()
        },
    )


def _gains(after: Mapping[str, Values], before: Mapping[str, Values], screens: Screens) -> dict[str, Figure]:
    told, classes = screens.told, screens.classes[screens.told]
    return {
        name: gain(auc_draws(each[told], classes), auc_draws(before[name][told], classes))
        for name, each in after.items()
    }


@dataclass(frozen=True, eq=False)
class _Tuning:
    """One way to tune networks on the screens of each fold."""

    screens: Screens
    folds: list[Split]
    forest: Forest
    seed: int
    normalising: bool

    def out_of_fold(self, name: str, network: keras.Model) -> Values:
        """Return a member's probabilities, [picture, class], each picture answered by what never saw it."""
        output = "features" if name == RESNET_FOREST else "probabilities"
        answerer = keras.Model(network.input, network.output[output])
        classes, start = self.screens.classes, network.get_weights()
        found = np.zeros((len(classes), len(CLASSES)))
        for number, (fit, held) in enumerate(self.folds, start=1):
            logging.info("%s on real screens, fold %d of %d", name, number, len(self.folds))
            network.set_weights(start)
            self._tune(network, fit)
            told = answered(answerer, self.screens.strips, np.arange(len(classes)))
            if output == "features":
                told = fit_forest(told[fit], classes[fit], self.forest, self.seed)(told)
            found[held] = told[held]
        network.set_weights(start)
        return found

    def _tune(self, network: keras.Model, fit: Places) -> None:
        """Train a network on the strips at `fit`, changed anew each epoch as in the family's training."""
        for layer in network.get_layer(TRUNK).layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = self.normalising
        learner = keras.Model(network.input, network.output["probabilities"])
        learner.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy", jit_compile=False)
        screens = self.screens
        batches = Batches(screens.strips, fit, screens.classes[fit], BATCH, augmented, self.seed)
        for epoch in range(1, EPOCHS + 1):
            for strips, classes in batches.epoch(epoch):
                learner.train_on_batch(strips[..., None], classes)


def _decisions(score: Values, screens: Screens, folds: list[Split]) -> dict[str, Figure]:
    positive = screens.classes == OSTEOPOROSIS
    decided = np.zeros(len(score), bool)
    for fit, held in folds:
        decided[held] = score[held] >= best_cut(score[fit], positive[fit])
    weights = once_and_drawn(each_alone(len(score)))
    found = of_decision(weights, decided, positive)
    return {name: figure(found[name]) for name in TOLD}
