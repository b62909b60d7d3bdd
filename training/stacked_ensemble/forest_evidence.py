"""Where the forest finds what it says: learned from pictures whose places were swapped, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV

from training.resampling import once_and_drawn
from training.stacked_ensemble.data import Data
from training.stacked_ensemble.forest import FeatureForest
from training.stacked_ensemble.level0 import Level0, Values
from training.stacked_ensemble.loop import answered
from training.stacked_ensemble.metrics import Figure, figure
from training.stacked_ensemble.settings import OSTEOPOROSIS, RESNET_FOREST

LEARNED_FROM = 500
"""Pictures of tune at most, all places of which are swapped."""
PATIENTS = 60
"""Test pictures of the highest answers, in which there is most to lose."""
DONORS = 2
"""Pictures of the lowest answers in tune, from which places are taken."""
STRENGTHS = np.logspace(1, 5, 9)
_SURE = 1e-3
_AT_ONCE = 20
Strips = NDArray[np.uint8]


@dataclass(frozen=True)
class ForestMap:
    """What a place adds to the forest's log odds: its `finer` maps, times weights [channel], and a constant.

    constants: [row, column]. So the answer to a swap is learned once, and told of each picture in one run of
    the network, as in FastSHAP (Jethani et al., 2022).
    """

    weights: tuple[float, ...]
    constants: tuple[tuple[float, ...], ...]

    def __call__(self, maps: Values) -> Values:
        """Return evidence [strip, row, column] of maps [strip, row, column, channel]."""
        return maps @ np.array(self.weights) + np.array(self.constants)


@dataclass(frozen=True)
class ForestEvidence:
    """The forest's map, and how well it points where it matters.

    drops: by map, how far the forest's log odds fall where the most evident one of `places` is swapped for
    that of people whom the forest answers lowest; of `patients` test pictures. The map was learned from
    `learned_from` pictures of tune.
    """

    map: ForestMap
    drops: dict[str, Figure]
    patients: int
    places: int
    learned_from: int


def evidence_study(data: Data, found: Level0, run: Path, seed: int) -> ForestEvidence:
    """Return the map of a trained level 0, whose third network lies in `run`, and its study."""
    network = keras.saving.load_model(run / "members" / RESNET_FOREST / "model.keras", compile=False)
    tune, test = data.parts["tune"], data.parts["test"]
    lowest = np.argsort(log_odds(found.forest, found.features["tune"]), kind="stable")[:DONORS]
    swaps = _Swaps(network, found.forest, np.asarray(data.strips[tune[lowest]]))
    learned = np.random.default_rng(seed).permutation(tune)[:LEARNED_FROM]
    fitted = fit_map(*swaps.maps_and_drops(data.strips, learned))
    highest = np.argsort(-log_odds(found.forest, found.features["test"]), kind="stable")[:PATIENTS]
    places = test[highest]
    maps, drops = swaps.maps_and_drops(data.strips, places)
    drops = drops.reshape(len(places), -1)
    told = {
        "its map": fitted(maps),
        "the map's constants, the same for all": np.broadcast_to(fitted.constants, maps.shape[:3]),
        "the network's own head": _laid(swaps.own_head(data.strips, places), maps.shape[1:3]),
    }
    rows = np.arange(len(places))
    fallen = {name: drops[rows, each.reshape(len(places), -1).argmax(axis=1)] for name, each in told.items()}
    fallen |= {"at random": drops.mean(axis=1), "the best place there is": drops.max(axis=1)}
    people = once_and_drawn(data.people(places))
    return ForestEvidence(
        map=fitted,
        drops={name: figure(people @ each / people.sum(axis=1)) for name, each in fallen.items()},
        patients=len(places),
        places=drops.shape[1],
        learned_from=len(learned),
    )


def fit_map(maps: Values, drops: Values) -> ForestMap:
    """Fit ridge regression of drops [strip, row, column] on maps [strip, row, column, channel].

    What places have in common over all strips is in the constants, so the weights tell strips apart.
    """
    means, spread = maps.mean(axis=0), maps.std(axis=(0, 1, 2)) + _SURE
    common = drops.mean(axis=0)
    channels = ((maps - means) / spread).reshape(-1, maps.shape[-1])
    weights = RidgeCV(STRENGTHS, fit_intercept=False).fit(channels, (drops - common).ravel()).coef_ / spread
    constants = common - means @ weights
    return ForestMap(tuple(weights.tolist()), tuple(map(tuple, constants.tolist())))


def log_odds(forest: FeatureForest, features: Values) -> Values:
    """Return the forest's log odds of osteoporosis, [strip]."""
    told = np.clip(forest(features)[:, OSTEOPOROSIS], _SURE, 1 - _SURE)
    return np.log(told / (1 - told))


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


class _Swaps:
    """A network and the forest behind it, asked about strips with places swapped for donors'."""

    def __init__(self, network: keras.Model, forest: FeatureForest, donors: Strips) -> None:
        self._forest, self._donors = forest, donors
        self._outputs = {
            name: keras.Model(network.input, network.output[name])
            for name in ("features", "finer", "evidence")
        }

    def maps_and_drops(self, strips: Strips, places: NDArray[np.intp]) -> tuple[Values, Values]:
        """Return finer maps [place, row, column, channel] and drops [place, row, column] of the log odds."""
        maps = answered(self._outputs["finer"], strips, places)
        shape = maps.shape[1:3]
        before = log_odds(self._forest, answered(self._outputs["features"], strips, places))
        drops = [
            before[first : first + _AT_ONCE, None]
            - self._without(np.asarray(strips[places[first : first + _AT_ONCE]]), shape)
            for first in range(0, len(places), _AT_ONCE)
        ]
        return maps, np.concatenate(drops).reshape(len(places), *shape)

    def own_head(self, strips: Strips, places: NDArray[np.intp]) -> Values:
        """Return the evidence of the network's own head, on its last maps."""
        return answered(self._outputs["evidence"], strips, places)

    def _without(self, strips: Strips, shape: tuple[int, int]) -> Values:
        """Return the log odds without each place, [strip, place], means over the donors."""
        without = swapped(strips, self._donors, shape)
        flat = without.reshape(-1, *strips.shape[1:])
        after = answered(self._outputs["features"], flat, np.arange(len(flat)))
        return log_odds(self._forest, after).reshape(without.shape[:3]).mean(axis=0)


def _laid(coarse: Values, shape: tuple[int, int]) -> Values:
    """Return maps [strip, row, column] with each place laid over those of a finer shape that it covers."""
    times = [fine // few for fine, few in zip(shape, coarse.shape[1:], strict=True)]
    return coarse.repeat(times[0], axis=1).repeat(times[1], axis=2)
