from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.data.manifest import DataError
from training.resampling import RESAMPLES, once_and_drawn, weighted_auc
from training.stacked_ensemble.features import COUNT
from training.stacked_ensemble.forest import fit_forest, groups, read_forest, write_features
from training.stacked_ensemble.level1 import fit_stack, inputs, level1
from training.stacked_ensemble.metrics import best_cut, gain, of_three, of_two
from training.stacked_ensemble.settings import CLASSES, MEMBERS, Forest
from training.stacked_ensemble.shapley import of_groups, of_members

pytestmark = pytest.mark.training
COUNTED = 240
TREES = Forest(trees=10, fewest_in_leaf=2, components=4, hand_made=True)


def members(classes: np.ndarray, clear: tuple[float, ...] = (3.0, 1.5, 0.5), seed: int = 1) -> dict:
    """Probabilities of three members, each of which sees the classes as clearly as told."""
    random = np.random.default_rng(seed)
    found = {}
    for name, strength in zip(MEMBERS, clear, strict=True):
        powers = np.exp(strength * np.eye(3)[classes] + random.normal(0, 1, (len(classes), 3)))
        found[name] = powers / powers.sum(axis=1, keepdims=True)
    return found


@pytest.fixture
def classes() -> np.ndarray:
    return np.random.default_rng(2).permutation(np.repeat(np.arange(3), COUNTED // 3))


def test_level_1_trusts_the_member_that_sees_best(classes: np.ndarray) -> None:
    known = members(classes)
    stack = fit_stack(known, classes)
    asked = members(classes, seed=9)
    found = level1(stack, known, classes, asked, seed=1)
    once = np.ones((1, len(classes)))
    of = {name: float(weighted_auc(once, classes == 2, each.osteoporosis)[0]) for name, each in found.items()}
    assert of["stack"] > of["vgg16"] > of["resnet_forest"]
    assert of["stack"] > of["majority_vote"]
    weight = np.abs(np.array(stack.two.weights[0])).reshape(3, 2).sum(axis=1)
    assert weight[0] > weight[2]
    for each in found.values():
        assert each.classes.shape == (COUNTED, 3)
        assert each.classes.sum(axis=1) == pytest.approx(1)


def test_votes_are_counted(classes: np.ndarray) -> None:
    asked = {name: np.eye(3)[[k, 2]] for name, k in zip(MEMBERS, (2, 2, 0), strict=True)}
    known = members(classes)
    votes = level1(fit_stack(known, classes), known, classes, asked, 1)["majority_vote"]
    assert votes.osteoporosis == pytest.approx([2 / 3, 1.0])
    assert votes.classes[0] == pytest.approx([1 / 3, 0.0, 2 / 3])


def test_members_shapley_values_are_those_of_all_orders(classes: np.ndarray) -> None:
    known = members(classes)
    stack = fit_stack(known, classes).two
    asked = inputs(members(classes, seed=4))[:3]
    found = of_members(stack, asked)
    for row in range(3):
        for k, name in enumerate(MEMBERS):
            assert found[name][row] == pytest.approx(by_all_orders(stack, asked[row], k))
        whole = stack.logits(asked[row : row + 1])[0, 0] - stack.logits(np.array([stack.means]))[0, 0]
        assert sum(each[row] for each in found.values()) == pytest.approx(whole)


def by_all_orders(stack, patient: np.ndarray, member: int) -> float:
    """The definition: the mean step, over all orders in which members may join."""
    steps = []
    for order in permutations(range(3)):
        before = np.array(stack.means)
        for k in order:
            after = before.copy()
            after[2 * k : 2 * k + 2] = patient[2 * k : 2 * k + 2]
            if k == member:
                steps.append(stack.logits(after[None])[0, 0] - stack.logits(before[None])[0, 0])
            before = after
    return float(np.mean(steps))


def test_groups_shapley_values_of_a_known_function() -> None:
    random = np.random.default_rng(1)
    background, patient = random.normal(0, 1, (50, 4)), np.array([2.0, -1.0, 0.5, 3.0])
    kinds = {"a": np.array([0, 1]), "b": np.array([2]), "c": np.array([3])}
    found = of_groups(lambda x: x[:, 0] + x[:, 2] * x[:, 3], patient, background, kinds)
    mean = background.mean(axis=0)
    assert found["a"] == pytest.approx(patient[0] - mean[0])
    product = patient[2] * patient[3] - (background[:, 2] * background[:, 3]).mean()
    assert found["b"] + found["c"] == pytest.approx(product)
    alone = patient[2] * mean[3] - (background[:, 2] * background[:, 3]).mean()
    joining = patient[2] * patient[3] - patient[3] * mean[2]
    assert found["b"] == pytest.approx((alone + joining) / 2)


def test_the_forest_is_the_same_when_fitted_anew(tmp_path, classes: np.ndarray) -> None:
    random = np.random.default_rng(3)
    features = random.normal(0, 1, (COUNTED, 8 + COUNT)).astype(np.float32).astype(float)
    features[:, 0] += classes
    forest = fit_forest(features, classes, TREES, seed=5)
    write_features(tmp_path / "features.npz", features, classes)
    again = read_forest(tmp_path / "features.npz", TREES, seed=5)
    assert np.array_equal(forest(features), again(features))


def test_the_published_forest_reads_the_networks_features_only(classes: np.ndarray) -> None:
    features = np.random.default_rng(3).normal(0, 1, (COUNTED, 8 + COUNT))
    forest = fit_forest(features, classes, Forest(10, 2, 4, hand_made=False), seed=5)
    changed = features.copy()
    changed[:, 8:] += 100
    assert np.array_equal(forest(features), forest(changed))
    assert [len(columns) for columns in groups(8 + COUNT).values()] == [8, 5, 18, 8]


def test_a_forest_without_one_class_is_one_sentence() -> None:
    with pytest.raises(DataError, match="all three classes"):
        fit_forest(np.zeros((4, 8 + COUNT)), np.array([0, 1, 0, 1]), TREES, 1)


def test_figures_of_two_classes_by_hand() -> None:
    probability = np.array([0.9, 0.8, 0.4, 0.3, 0.2, 0.1])
    positive = np.array([True, False, True, False, False, False])
    found = of_two(probability, positive, 0.5, list("abcdef")).figures
    told = {name: each.value for name, each in found.items()}
    assert told["accuracy"] == told["accuracy_at_half"] == pytest.approx(4 / 6)
    assert told["sensitivity"] == told["precision"] == told["f1"] == pytest.approx(0.5)
    assert told["specificity"] == pytest.approx(0.75)
    assert told["auc"] == pytest.approx(7 / 8)


def test_figures_of_three_classes_are_means_over_classes() -> None:
    probabilities = np.eye(3)[[0, 0, 1, 2]]
    found = of_three(probabilities, np.array([0, 1, 1, 2]), list("abcd")).figures
    assert found["accuracy"].value == pytest.approx(0.75)
    assert found["sensitivity"].value == pytest.approx((1 + 0.5 + 1) / 3)
    assert found["precision"].value == pytest.approx((0.5 + 1 + 1) / 3)


def test_weighted_auc_is_that_of_repeated_pictures() -> None:
    random = np.random.default_rng(2)
    score, positive = random.normal(0, 1, 60).round(1), random.random(60) < 0.4
    people = [str(k // 2) for k in range(60)]
    weights = once_and_drawn(people)
    assert weights.shape == (1 + RESAMPLES, 60)
    assert np.array_equal(weights[:, ::2], weights[:, 1::2])
    for row in weights[:4]:
        times = row.astype(int)
        expected = roc_auc_score(np.repeat(positive, times), np.repeat(score, times))
        assert weighted_auc(row[None], positive, score)[0] == pytest.approx(expected)


def test_a_figure_that_is_not_defined_is_none() -> None:
    found = of_two(np.array([0.1, 0.2, 0.3]), np.array([False, True, False]), 0.9, list("abc")).figures
    assert found["precision"].value is None
    assert found["sensitivity"].value == 0.0


def test_a_gain_is_compared_over_the_same_people() -> None:
    random = np.random.default_rng(2)
    positive = random.random(300) < 0.3
    base = positive + random.normal(0, 1, 300)
    better = base + 0.6 * positive
    weights = once_and_drawn([str(k) for k in range(300)])
    found = gain(weighted_auc(weights, positive, better), weighted_auc(weights, positive, base))
    assert 0 < found.low < found.value < found.high


def test_the_best_cut_lies_between_the_classes() -> None:
    probability = np.array([0.1, 0.2, 0.3, 0.7, 0.8])
    assert best_cut(probability, np.array([False, False, False, True, True])) == pytest.approx(0.5)


def test_there_is_a_class_less_in_the_inputs(classes: np.ndarray) -> None:
    assert inputs(members(classes)).shape == (COUNTED, len(MEMBERS) * (len(CLASSES) - 1))
