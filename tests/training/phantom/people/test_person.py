"""Drawn people: the same whenever drawn, true to their participant, complete, and in one split."""

import dataclasses
import pickle
from collections import Counter

import numpy as np
import pytest

from training.phantom.people.nhanes import read_participants
from training.phantom.people.person import (
    LEVELS,
    People,
    density_class,
    draw_people,
    draw_person,
    split_of,
)

LUMBAR = LEVELS[1:5]
PINNED_SPLITS = ["train", "train", "train", "calibrate"]
"""Of participants 109274, 109282, 109290 and 115666: a model must never meet its test people in training."""


@pytest.fixture(scope="module")
def people() -> People:
    return draw_people(11, 20_000)


def test_a_person_depends_on_seed_and_k_only(people: People) -> None:
    for k in (0, 1, 777, 19_999):
        assert people.person(k) == draw_person(11, k)
    assert draw_people(11, 3, first=500).person(2) == draw_person(11, 502)


def test_other_seeds_and_ks_are_other_people() -> None:
    drawn = {draw_person(seed, k).bmd_g_cm2["T12"] for seed in range(10) for k in range(10)}
    assert len(drawn) == 100


@pytest.mark.parametrize(("seed", "k"), [(-1, 0), (0, -1)])
def test_negative_seed_or_k_is_refused(seed: int, k: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        draw_person(seed, k)


def test_every_participant_is_as_likely_as_another(people: People) -> None:
    times = np.array(list(Counter(people.participant.tolist()).values()))
    expected = len(people) / len(read_participants())
    assert len(times) > 0.98 * len(read_participants())
    assert times.var() == pytest.approx(expected, rel=0.2)


def test_measured_values_are_the_participants_own(people: People) -> None:
    participants = read_participants()
    row = np.searchsorted(participants.number, people.participant)
    own = ~people.imputed[:, 1:5]
    np.testing.assert_array_equal(own, participants.measured[row])
    np.testing.assert_array_equal(people.bmd_g_cm2[:, 1:5][own], participants.bmd_g_cm2[row][own])
    np.testing.assert_array_equal(people.area_cm2[:, 1:5][own], participants.area_cm2[row][own])
    np.testing.assert_array_equal(people.age_years, participants.age_years[row])


def test_nothing_is_missing_or_impossible(people: People) -> None:
    assert ((people.bmd_g_cm2 > 0.3) & (people.bmd_g_cm2 < 3.0)).all()
    assert ((people.area_cm2 > 4.0) & (people.area_cm2 < 40.0)).all()
    assert ((people.weight_kg > 30.0) & (people.weight_kg < 250.0)).all()
    assert ((people.height_cm > 125.0) & (people.height_cm < 205.0)).all()
    assert ((people.age_years >= 50) & (people.age_years <= 80)).all()


def test_unmeasured_vertebrae_differ_between_draws_of_one_participant(people: People) -> None:
    lacking = people.imputed[:, 4]
    for column in (people.bmd_g_cm2[:, 4], people.area_cm2[:, 4]):
        assert len(np.unique(column[lacking])) == lacking.sum()


def test_one_person_says_what_was_not_measured(people: People) -> None:
    person = next(people.person(k) for k in range(len(people)) if people.imputed[k, 4])
    assert {"T12", "L4", "L5"} <= set(person.imputed)
    assert tuple(person.bmd_g_cm2) == tuple(person.area_cm2) == LEVELS


def test_l1_l4_is_mineral_over_area_of_the_lumbar_four(people: People) -> None:
    person = people.person(3)
    mineral = [person.bmd_g_cm2[name] * person.area_cm2[name] for name in LUMBAR]
    expected = sum(mineral) / sum(person.area_cm2[name] for name in LUMBAR)
    assert person.bmd_l1_l4_g_cm2 == pytest.approx(expected)
    assert people.bmd_l1_l4_g_cm2[3] == pytest.approx(expected)
    assert person.t_score == pytest.approx((expected - 1.064) / 0.106)
    assert people.t_score[3] == pytest.approx(person.t_score)


def test_a_person_is_frozen_and_goes_to_workers() -> None:
    person = draw_person(1, 1)
    assert pickle.loads(pickle.dumps(person)) == person
    with pytest.raises(dataclasses.FrozenInstanceError):
        person.age_years = 30  # type: ignore[misc]


@pytest.mark.parametrize(
    ("t_score", "expected"),
    [
        (-2.5, "osteoporosis"),
        (-2.499, "osteopenia"),
        (-1.001, "osteopenia"),
        (-1.0, "normal"),
        (3.0, "normal"),
    ],
)
def test_classes(t_score: float, expected: str) -> None:
    assert density_class(t_score) == expected


def test_splits_hold_their_shares_and_never_change() -> None:
    numbers = read_participants().number.tolist()
    shares = {name: count / len(numbers) for name, count in Counter(map(split_of, numbers)).items()}
    assert shares == pytest.approx({"train": 0.60, "tune": 0.10, "calibrate": 0.15, "test": 0.15}, abs=0.015)
    assert [split_of(number) for number in (109274, 109282, 109290, 115666)] == PINNED_SPLITS
    assert draw_person(2, 9).split == split_of(draw_person(2, 9).participant)
