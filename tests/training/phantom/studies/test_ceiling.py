"""The ceiling of the chest: where the project wants it, by two ways alike, and its measures are right."""

from pathlib import Path

import numpy as np
import pytest

from training.phantom.people.bones import relative_mineral
from training.phantom.people.nhanes import read_participants
from training.phantom.people.person import People, draw_people
from training.phantom.people.population import correlations_after_size, splits
from training.phantom.studies import ceiling
from training.phantom.studies.ceiling import CHEST, HIGHEST, LOWEST, PUBLISHED_R, SEEN, UNHIDDEN, WHOLE
from training.phantom.studies.ceiling_estimators import (
    Judged,
    fitted_estimate,
    gaussian_estimate,
    judge,
    weighted_auc,
    weighted_r,
)

SEED = 20_260


@pytest.fixture(scope="module")
def people() -> People:
    return draw_people(SEED, 40_000)


@pytest.fixture(scope="module")
def relative(people: People) -> np.ndarray:
    return relative_mineral(people, SEED)


@pytest.fixture(scope="module")
def best(people: People, relative: np.ndarray) -> dict[str, Judged]:
    test = splits(people) == "test"
    return {
        name: judge(gaussian_estimate(people, relative, seen), people, test) for name, seen in SEEN.items()
    }


def test_the_ceiling_lies_where_it_has_to(best: dict[str, Judged]) -> None:
    assert LOWEST <= best[UNHIDDEN].mean_r < best[WHOLE].mean_r <= HIGHEST
    for judged in best.values():
        assert judged.r_interval[0] < judged.mean_r < judged.r_interval[1]
        assert judged.auc_interval[0] < judged.mean_auc < judged.auc_interval[1]


def test_more_bones_tell_more(best: dict[str, Judged]) -> None:
    assert best["no bone"].mean_r < min(best[name].mean_r for name in SEEN if SEEN[name])
    assert max(one.mean_r for one in best.values()) == best[WHOLE].mean_r
    assert max(one.mean_auc for one in best.values()) == best[WHOLE].mean_auc


def test_near_vertebrae_are_told_best(best: dict[str, Judged]) -> None:
    of_vertebrae = best[WHOLE].r[:4].tolist()
    assert of_vertebrae == sorted(of_vertebrae, reverse=True)


@pytest.mark.parametrize("region", ["ribs", "clavicles", "T12", WHOLE])
def test_published_networks_lie_below_their_ceiling(best: dict[str, Judged], region: str) -> None:
    assert PUBLISHED_R[region] < best[region].mean_r + 0.01


def test_a_fit_finds_no_more_than_the_stated_covariance(
    people: People, relative: np.ndarray, best: dict[str, Judged]
) -> None:
    split = splits(people)
    fitted = fitted_estimate(people, relative, CHEST, split == "train", knows_person=True)
    judged = judge(fitted, people, split == "test")
    assert judged.mean_r == pytest.approx(best[WHOLE].mean_r, abs=0.005)
    assert judged.mean_auc == pytest.approx(best[WHOLE].mean_auc, abs=0.005)


def test_the_chest_shows_no_lumbar_vertebra() -> None:
    assert {"T12", "C7", "ribs", "left_clavicle"} <= set(CHEST)
    assert not {"L1", "L2", "L3", "L4", "L5", "sacrum", "pelvis"} & set(CHEST)


def test_the_femur_grounds_bones_off_the_spine() -> None:
    measured, count = correlations_after_size(read_participants())
    assert count > 1_500
    assert measured[0, 4] == pytest.approx(0.58, abs=0.02)
    assert measured[0, 1] == pytest.approx(0.94, abs=0.01)


def test_weights_count_people_more_than_once() -> None:
    one, other = np.array([1.0, 2.0, 3.0, 5.0]), np.array([2.0, 1.0, 4.0, 4.5])
    twice = np.array([0, 1, 1, 2, 3])
    weight = np.array([1.0, 2.0, 1.0, 1.0])
    assert weighted_r(one, other, weight) == pytest.approx(np.corrcoef(one[twice], other[twice])[0, 1])
    ill = np.array([False, True, False, True])
    assert weighted_auc(one, ill, np.ones(4)) == pytest.approx(0.75)
    assert weighted_auc(one, ill, weight) == pytest.approx((2 * 1 + 2) / 6)


def test_a_perfect_estimate_is_judged_perfect(people: People) -> None:
    judged = judge(people.bmd_g_cm2[:, 1:5], people, np.ones(len(people), dtype=bool))
    assert judged.r[:4] == pytest.approx(1.0)
    assert judged.auc[:4] == pytest.approx(1.0)
    assert 0.99 < judged.r[4] < 1.0


def test_the_page_is_written(tmp_path: Path) -> None:
    out = tmp_path / "results" / "ceiling.md"
    ceiling.main(["--out", str(out), "--count", "4000", "--seed", "1"])
    page = out.read_text(encoding="utf-8")
    assert page.startswith("# The ceiling of the chest")
    assert "4,000 people" in page
    assert page.count(f"\n| {WHOLE} |") == page.count("\n| ribs |") == 2
    assert "nan" not in page
