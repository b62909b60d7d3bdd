from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.stacked_ensemble.forest import fit_forest
from training.stacked_ensemble.forest_evidence import fit_stand_in, log_odds, swapped, weights_of
from training.stacked_ensemble.run_files import read_run
from training.stacked_ensemble.settings import Forest

pytestmark = pytest.mark.training


def test_a_swapped_place_is_the_donors_of_the_own_brightness() -> None:
    random = np.random.default_rng(1)
    strips = random.integers(80, 120, (3, 8, 4), dtype=np.uint8)
    donors = random.integers(150, 160, (2, 8, 4), dtype=np.uint8)
    found = swapped(strips, donors, (4, 2))
    assert found.shape == (2, 3, 8, 8, 4)
    for place, (row, column) in enumerate(np.ndindex(4, 2)):
        block = np.s_[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        own, other, new = strips[1][block], donors[0][block], found[0, 1, place][block]
        assert new.mean() == pytest.approx(own.mean(), abs=0.5)
        assert new - new.mean() == pytest.approx(other - other.mean(), abs=1.0)
        elsewhere = np.ones((8, 4), bool)
        elsewhere[block] = False
        assert np.array_equal(found[0, 1, place][elsewhere], strips[1][elsewhere])


def test_the_stand_in_finds_the_feature_that_the_forest_reads() -> None:
    random = np.random.default_rng(2)
    features = random.normal(size=(600, 45))
    score = features[:, 3] + 0.2 * random.normal(size=600)
    classes = np.digitize(score, [-0.4, 0.6])
    forest = fit_forest(features, classes, Forest(40, 4, 16, hand_made=False), seed=1)
    stand_in = fit_stand_in(forest, features)
    weights = weights_of(stand_in, 14)
    assert weights.shape == (14,)
    assert weights.argmax() == 3
    told = log_odds(forest, features)
    assert np.corrcoef(told, stand_in.predict(features))[0, 1] > 0.7


def test_the_best_place_is_never_beaten(finished: tuple[Path, Path]) -> None:
    run = read_run(finished[1])
    assert run is not None
    drops = run.evidence.drops
    assert set(drops) == {
        "the linear stand-in",
        "the network's own head",
        "at random",
        "the best place there is",
    }
    assert max(each.value for each in drops.values()) == drops["the best place there is"].value
    assert run.evidence.patients == 3
