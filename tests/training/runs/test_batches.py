from __future__ import annotations

import numpy as np
import pytest

from training.picture_changes import moved, tone
from training.runs.batches import Batches, ahead

pytestmark = pytest.mark.training


def turned(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.roll(picture, random.integers(1, 32), axis=0)


def made_up_batches(changed: bool, seed: int = 1) -> Batches:
    pictures = np.random.default_rng(1).integers(0, 256, (12, 32, 32, 3)).astype(np.uint8)
    bmd = np.arange(10, dtype=np.float32)[:, None]
    return Batches(pictures, np.arange(2, 12), bmd, size=4, change=turned if changed else None, seed=seed)


def test_an_epoch_shows_each_picture_with_its_own_target_and_fills_the_last_batch() -> None:
    batches = made_up_batches(changed=False)
    seen = list(batches.epoch(1))
    assert [len(bmd) for _, bmd in seen] == [4, 4, 4]
    assert batches.count == 3
    for pictures, bmd in seen:
        assert np.array_equal(pictures, batches.pictures[2 + bmd[:, 0].astype(int)])
    shown = np.concatenate([bmd[:, 0] for _, bmd in seen])
    assert sorted(shown[:10]) == list(range(10))
    assert list(shown[10:]) == list(shown[:2])


def test_epochs_differ_and_repeat_by_seed() -> None:
    def epoch(number: int, seed: int = 1) -> bytes:
        return b"".join(pictures.tobytes() for pictures, _ in made_up_batches(True, seed).epoch(number))

    assert epoch(1) == epoch(1)
    assert len({epoch(1), epoch(2), epoch(1, seed=2)}) == 3


def test_changing_leaves_the_pictures_themselves_alone() -> None:
    batches = made_up_batches(changed=True)
    before = batches.pictures.copy()
    shown = np.concatenate([pictures for pictures, _ in batches.epoch(1)])
    assert np.array_equal(batches.pictures, before)
    assert not any(np.array_equal(one, other) for one in shown for other in before)


def test_what_is_made_ahead_comes_in_its_order_and_fails_as_it_would_here() -> None:
    assert list(ahead(lambda k: k * k, range(10))) == [k * k for k in range(10)]
    with pytest.raises(ZeroDivisionError):
        list(ahead(lambda k: 1 // (3 - k), range(10)))


def test_moving_leaves_black_behind() -> None:
    picture = np.arange(1, 13, dtype=np.uint8).reshape(3, 4)
    assert moved(picture, 1, -2).tolist() == [[0, 0, 0, 0], [3, 4, 0, 0], [7, 8, 0, 0]]
    assert np.array_equal(moved(picture, 0, 0), picture)


def test_a_tone_keeps_the_order_of_greys() -> None:
    for seed in range(20):
        table = tone(np.random.default_rng(seed))
        assert table.shape == (256,)
        assert (np.diff(table.astype(int)) >= 0).all()
