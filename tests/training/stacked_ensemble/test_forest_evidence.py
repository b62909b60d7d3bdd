from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.stacked_ensemble.forest_evidence import fit_map, swapped
from training.stacked_ensemble.run_files import read_run

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


def test_the_map_finds_the_channel_and_the_places_that_matter() -> None:
    random = np.random.default_rng(2)
    maps = random.normal(5.0, 2.0, (200, 4, 2, 6))
    common = np.arange(8.0).reshape(4, 2)
    drops = common + 0.5 * (maps[..., 3] - 5.0) + random.normal(0.0, 0.1, (200, 4, 2))
    fitted = fit_map(maps, drops)
    assert np.array(fitted.weights) == pytest.approx([0, 0, 0, 0.5, 0, 0], abs=0.01)
    assert fitted(maps).mean(axis=0) == pytest.approx(common, abs=0.25)
    assert fitted(maps) == pytest.approx(drops, abs=0.5)


def test_the_best_place_is_never_beaten(finished: tuple[Path, Path]) -> None:
    run = read_run(finished[1])
    assert run is not None
    drops = run.evidence.drops
    assert set(drops) == {
        "its map",
        "the map's constants, the same for all",
        "the network's own head",
        "at random",
        "the best place there is",
    }
    assert max(each.value for each in drops.values()) == drops["the best place there is"].value
    assert run.evidence.patients == 3
    constants = np.array(run.evidence.map.constants)
    assert constants.size == run.evidence.places
    assert np.isfinite(constants).all()
