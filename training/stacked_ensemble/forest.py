"""The third member's second half: PCA of a network's features, and a random forest on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from training.data.manifest import DataError
from training.stacked_ensemble import features
from training.stacked_ensemble.settings import CLASSES, Forest

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FeatureForest:
    """A fitted forest and the columns of the network's features that it reads."""

    pipeline: Pipeline
    columns: NDArray[np.intp]

    def __call__(self, all_features: Values) -> Values:
        """Return probabilities [strip, class] from the network's features [strip, feature]."""
        return self.pipeline.predict_proba(all_features[:, self.columns])


def groups(count: int) -> dict[str, NDArray[np.intp]]:
    """Return the columns of each kind of feature where the network answers `count` of them."""
    first = count - features.COUNT
    found = {"resnet": np.arange(first)}
    for name, members in features.GROUPS.items():
        found[name] = np.arange(first, first + len(members))
        first += len(members)
    return found


def fit_forest(all_features: Values, classes: NDArray[np.intp], settings: Forest, seed: int) -> FeatureForest:
    """Fit scaling, PCA and forest; the same features and settings give the same forest.

    DataError where a class is missing among `classes`, [strip].
    """
    if set(np.unique(classes)) != set(range(len(CLASSES))):
        raise DataError("The forest needs training pictures of all three classes; add persons.")
    kinds = groups(all_features.shape[1])
    columns = np.arange(all_features.shape[1]) if settings.hand_made else kinds["resnet"]
    return FeatureForest(fit_columns(all_features[:, columns], classes, settings, seed), columns)


def fit_columns(chosen: Values, classes: NDArray[np.intp], settings: Forest, seed: int) -> Pipeline:
    """Fit scaling, PCA and forest on features [strip, feature], all of them."""
    components = min(settings.components, chosen.shape[1], len(classes) - 1)
    forest = RandomForestClassifier(
        settings.trees, min_samples_leaf=settings.fewest_in_leaf, random_state=seed, n_jobs=1
    )
    return make_pipeline(StandardScaler(), PCA(components, svd_solver="full"), forest).fit(chosen, classes)


def write_features(path: Path, all_features: Values, classes: NDArray[np.intp]) -> None:
    """Keep what the forest was fitted on: a forest is a program, and is fitted anew rather than read."""
    np.savez_compressed(path, features=all_features.astype(np.float32), classes=classes.astype(np.uint8))


def read_forest(path: Path, settings: Forest, seed: int) -> FeatureForest:
    """Fit the forest of a finished run anew from the features that it kept."""
    with np.load(path, allow_pickle=False) as kept:
        return fit_forest(kept["features"].astype(float), kept["classes"].astype(np.intp), settings, seed)
