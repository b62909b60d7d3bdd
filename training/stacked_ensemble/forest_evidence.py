"""Where the forest finds what it says: a linear stand-in laid over the network's maps, judged by deletion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from training.resampling import once_and_drawn
from training.stacked_ensemble.data import Data
from training.stacked_ensemble.forest import FeatureForest
from training.stacked_ensemble.level0 import Level0, Values
from training.stacked_ensemble.loop import answered
from training.stacked_ensemble.metrics import Figure, figure
from training.stacked_ensemble.settings import OSTEOPOROSIS, RESNET_FOREST

PATIENTS = 60
"""Test pictures of the highest answers, in which there is most to delete."""
DONORS = 4
"""Pictures of the lowest answers in tune, from which places are taken."""
STRENGTHS = np.logspace(-1, 5, 13)
_SURE = 1e-3
Strips = NDArray[np.uint8]


@dataclass(frozen=True)
class ForestEvidence:
    """How well a linear stand-in speaks for the forest, and whose map points where it matters.

    agreement: R-squared of the stand-in's log odds of osteoporosis on the test part; it was fitted on tune.
    drops: by map, how far the forest's log odds fall where the most evident one of `places` is swapped for
    that of people whom the forest answers lowest.
    """

    agreement: float
    drops: dict[str, Figure]
    patients: int
    places: int


def evidence_study(data: Data, found: Level0, run: Path) -> ForestEvidence:
    """Return the study of a trained level 0, whose third network lies in `run`."""
    network = keras.saving.load_model(run / "members" / RESNET_FOREST / "model.keras", compile=False)
    stand_in = fit_stand_in(found.forest, found.features["tune"])
    wanted = log_odds(found.forest, found.features["test"])
    off = wanted - stand_in.predict(found.features["test"])
    shown = np.argsort(-wanted, kind="stable")[:PATIENTS]
    places = data.parts["test"][shown]
    healthy = np.argsort(log_odds(found.forest, found.features["tune"]), kind="stable")[:DONORS]
    shown_strips, donors = (np.asarray(data.strips[k]) for k in (places, data.parts["tune"][healthy]))
    drops, maps = _dropped(network, found.forest, stand_in, shown_strips, donors)
    people, rows = once_and_drawn(data.people(places)), np.arange(len(shown))
    told = {name: drops[rows, each.argmax(axis=1)] for name, each in maps.items()}
    told |= {"at random": drops.mean(axis=1), "the best place there is": drops.max(axis=1)}
    return ForestEvidence(
        agreement=float(1 - np.square(off).sum() / np.square(wanted - wanted.mean()).sum()),
        drops={name: figure(people @ each / people.sum(axis=1)) for name, each in told.items()},
        patients=len(shown),
        places=drops.shape[1],
    )


def fit_stand_in(forest: FeatureForest, features: Values) -> Pipeline:
    """Fit ridge regression of the forest's log odds on all features, [strip, feature]."""
    stand_in = make_pipeline(StandardScaler(), RidgeCV(STRENGTHS))
    return stand_in.fit(features, log_odds(forest, features))


def log_odds(forest: FeatureForest, features: Values) -> Values:
    """Return the forest's log odds of osteoporosis, [strip]."""
    told = np.clip(forest(features)[:, OSTEOPOROSIS], _SURE, 1 - _SURE)
    return np.log(told / (1 - told))


def weights_of(stand_in: Pipeline, channels: int) -> Values:
    """Return what one unit of each pooled channel adds to the stand-in's log odds, [channel].

    Pooling is a mean, so a place adds its channels times these, over the number of places.
    """
    scaler, ridge = stand_in
    return (ridge.coef_ / scaler.scale_)[:channels]


def swapped(strips: Strips, donors: Strips, shape: tuple[int, int]) -> Strips:
    """Return [donor, strip, place, row, column]: each place of `shape` in turn a donor's, of its brightness.

    Flat or blurred bone would not do: it looks like bone of low density.
    """
    count, height, width = strips.shape
    rows, columns = height // shape[0], width // shape[1]
    found = np.tile(strips[None, :, None], (len(donors), 1, shape[0] * shape[1], 1, 1))
    for place, (row, column) in enumerate(np.ndindex(*shape)):
        block = np.s_[..., row * rows : (row + 1) * rows, column * columns : (column + 1) * columns]
        own, other = strips[block].astype(float), donors[block].astype(float)[:, None]
        means = own.mean(axis=(-2, -1), keepdims=True) - other.mean(axis=(-2, -1), keepdims=True)
        found[:, :, place][block] = np.rint(other + means).clip(0, 255)
    return found


def _dropped(
    network: keras.Model, forest: FeatureForest, stand_in: Pipeline, strips: Strips, donors: Strips
) -> tuple[Values, dict[str, Values]]:
    """Return by how much the forest's log odds fall without each place, and the maps, all [strip, place]."""
    maps = network.get_layer("pooled").input
    once = np.arange(len(strips))
    channels = answered(keras.Model(network.input, maps), strips, once)
    own = answered(keras.Model(network.input, network.output["evidence"]), strips, once)
    features = keras.Model(network.input, network.output["features"])
    without = swapped(strips, donors, channels.shape[1:3])
    flat = without.reshape(-1, *strips.shape[1:])
    after = log_odds(forest, answered(features, flat, np.arange(len(flat)))).reshape(without.shape[:3])
    drops = log_odds(forest, answered(features, strips, once))[:, None] - after.mean(axis=0)
    told = channels @ weights_of(stand_in, channels.shape[-1])
    return drops, {
        "the linear stand-in": told.reshape(drops.shape),
        "the network's own head": own.reshape(drops.shape),
    }
