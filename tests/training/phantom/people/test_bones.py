"""The other bones: the same whenever drawn, true to the person's spine, and as correlated as stated."""

import dataclasses
import hashlib
import pickle

import numpy as np
import pytest

from training.phantom.people import bone_covariance
from training.phantom.people.bone_covariance import BONES, CERVICAL, OFF_SPINE, THORACIC, correlation, log_sds
from training.phantom.people.bones import (
    DRAWN,
    Bones,
    draw_bones,
    expected_log_mineral,
    places,
    relative_mineral,
    young_adult_bmd_g_cm2,
)
from training.phantom.people.person import LEVELS, People, draw_people, draw_person

SEED = 20_260
FROZEN_TABLE = "899bfe8ff00d9155"
"""Of correlations and SDs. A change voids the evidence of every chest model: date it anew and train again."""


@pytest.fixture(scope="module")
def people() -> People:
    return draw_people(SEED, 40_000)


@pytest.fixture(scope="module")
def relative(people: People) -> np.ndarray:
    return relative_mineral(people, SEED)


def test_bones_depend_on_person_seed_and_number_only(relative: np.ndarray) -> None:
    for number in (0, 1, 777, 39_999):
        bones = draw_bones(draw_person(SEED, number), SEED, number)
        np.testing.assert_allclose([bones[name] for name in BONES], relative[number], rtol=1e-12)
    assert draw_bones(draw_person(1, 2), 1, 2) == draw_bones(draw_person(1, 2), 1, 2)


def test_other_seeds_and_numbers_give_other_bones() -> None:
    person = draw_person(3, 4)
    drawn = {draw_bones(person, seed, number)["ribs"] for seed in range(5) for number in range(5)}
    assert len(drawn) == 25


def test_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        draw_bones(draw_person(0, 0), 0, -1)


def test_t12_to_l5_are_the_persons_own(people: People, relative: np.ndarray) -> None:
    own = relative[:, places(LEVELS)] * young_adult_bmd_g_cm2()
    np.testing.assert_allclose(own, people.bmd_g_cm2, rtol=1e-12)


def test_every_bone_has_a_plausible_mineral(relative: np.ndarray) -> None:
    assert set(BONES) >= {*CERVICAL, *THORACIC, *LEVELS, *OFF_SPINE, "sacrum"}
    assert len(BONES) == len(set(BONES))
    assert relative.shape[1] == len(BONES)
    assert relative.min() > 0.2
    assert relative.max() < 3.0


def test_bones_are_frozen_and_go_to_workers() -> None:
    bones = draw_bones(draw_person(1, 1), 1, 1)
    assert pickle.loads(pickle.dumps(bones)) == bones
    with pytest.raises(dataclasses.FrozenInstanceError):
        bones.relative = {}  # type: ignore[misc]
    assert isinstance(bones, Bones)


def test_the_covariance_is_frozen() -> None:
    table = np.concatenate([correlation().ravel(), log_sds()]).round(6) + 0.0
    names = " ".join((bone_covariance.FROZEN, *BONES))
    assert hashlib.sha256(names.encode() + table.astype("<f8").tobytes()).hexdigest()[:16] == FROZEN_TABLE


def test_the_covariance_is_positive_definite() -> None:
    table = correlation()
    np.testing.assert_array_equal(table, table.T)
    np.testing.assert_allclose(np.diag(table), 1.0)
    assert np.linalg.eigvalsh(table).min() > 0.01
    assert not table.flags.writeable


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("L1", "L2", 0.939),
        ("L1", "L4", 0.845),
        ("T12", "L1", 0.939),
        ("T6", "L2", 0.714),
        ("C5", "L2", 0.643),
        ("ribs", "L2", 0.649),
        ("left_clavicle", "L2", 0.668),
        ("humeri", "L2", 0.579),
        ("right_clavicle", "left_clavicle", 0.944),
    ],
)
def test_the_numbers_that_the_page_states(one: str, other: str, expected: float) -> None:
    assert correlation()[BONES.index(one), BONES.index(other)] == pytest.approx(expected, abs=0.001)


def test_drawn_bones_correlate_as_stated(people: People, relative: np.ndarray) -> None:
    mean, _ = expected_log_mineral(people)
    apart = np.log(relative) - mean
    difference = np.abs(np.corrcoef(apart.T) - correlation())
    above = [at for at, name in enumerate(BONES) if name not in ("L5", "sacrum")]
    assert difference[np.ix_(above, above)].max() < 0.02
    assert difference.max() < 0.05
    drawn = places(DRAWN)
    np.testing.assert_allclose(apart.std(axis=0)[drawn], log_sds()[drawn], rtol=0.02)


def test_age_and_size_explain_what_is_expected(people: People) -> None:
    mean, sd = expected_log_mineral(people)
    levels = places(LEVELS)
    apart = (np.log(people.bmd_g_cm2 / young_adult_bmd_g_cm2()) - mean[:, levels]) / sd[:, levels]
    assert np.abs(apart.mean(axis=0)).max() < 0.05
    np.testing.assert_allclose(apart.std(axis=0), 1.0, atol=0.03)
    for covariate in (people.age_years, people.weight_kg, people.height_cm):
        for women in (True, False):
            who = people.female == women
            assert abs(np.corrcoef(apart[who, 1], covariate[who])[0, 1]) < 0.04
