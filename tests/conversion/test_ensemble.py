"""The ensemble's one graph against Keras, scikit-learn and NumPy, and what is calibrated on its answers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from conversion.class_calibrate import (
    OSTEOPOROSIS,
    calibration_error,
    class_conformal,
    class_metrics,
    kept_share,
    reliability,
)
from conversion.errors import ConversionError
from desktop.findings.result import CLASSES
from desktop.models.ensemble_manifest import MEMBERS, probabilities
from desktop.models.session import open_session

pytestmark = pytest.mark.training
SHAPE = (64, 32)


@pytest.fixture(scope="module")
def ensemble():
    """Networks with drawn weights, a forest and a stack fitted on made-up features and answers."""
    import keras

    from training.stacked_ensemble.forest import fit_forest
    from training.stacked_ensemble.forest_evidence import ForestMap
    from training.stacked_ensemble.level1 import fit_stack
    from training.stacked_ensemble.network import build
    from training.stacked_ensemble.run_files import Ensemble
    from training.stacked_ensemble.settings import PRESETS

    settings, random = PRESETS["smoke"], np.random.default_rng(2)
    keras.utils.set_random_seed(1)
    networks = {name: build(member, SHAPE) for name, member in settings.members.items()}
    count = networks[MEMBERS[-1]].output["features"].shape[1]
    classes = np.arange(90) % 3
    features = random.normal(size=(90, count)) + classes[:, None]
    told = {name: random.dirichlet(np.ones(3), 90) for name in MEMBERS}
    _, *shape, channels = networks[MEMBERS[-1]].output["finer"].shape
    forest_map = ForestMap(tuple(random.normal(size=channels)), tuple(map(tuple, random.normal(size=shape))))
    forest = fit_forest(features, classes, settings.forest, 1)
    return Ensemble(networks, forest, forest_map, fit_stack(told, classes))


@pytest.fixture(scope="module")
def strips() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (6, *SHAPE), dtype=np.uint8)


@pytest.fixture(scope="module")
def answers(ensemble, strips) -> dict[str, np.ndarray]:
    """The float graph's outputs, [strip, ...]."""
    from conversion.ensemble_graphs import networks_onnx, whole_graph

    session = open_session(whole_graph(networks_onnx(ensemble), ensemble), threads=1)
    names = [output.name for output in session.get_outputs()]
    found = [session.run(names, {"image": strip[None, None].astype(np.float32)}) for strip in strips]
    return {name: np.concatenate([each[k] for each in found]) for k, name in enumerate(names)}


def test_the_graph_answers_as_keras_and_scikit_learn_do(ensemble, strips, answers) -> None:
    from conversion.ensemble import framework_logits

    expected = framework_logits(SimpleNamespace(ensemble=ensemble), strips)
    assert answers["logits"].shape == (len(strips), len(MEMBERS) + 1, 2)
    assert np.abs(answers["logits"] - expected).max() < 1e-4


def test_behind_the_networks_graph_scikit_learn_answers_as_the_whole_graph(ensemble, strips, answers) -> None:
    from conversion.ensemble import behind_networks
    from conversion.ensemble_graphs import networks_onnx

    told = behind_networks(SimpleNamespace(ensemble=ensemble), networks_onnx(ensemble), strips)
    assert np.abs(answers["logits"] - told).max() < 1e-4


def test_shares_are_the_members_shapley_values(ensemble, strips, answers) -> None:
    from training.stacked_ensemble.level1 import inputs
    from training.stacked_ensemble.shapley import of_members

    expected = of_members(ensemble.stack.two, inputs(ensemble.members(strips)))
    found = dict(zip(MEMBERS, answers["shares"].T, strict=True))
    for name in MEMBERS:
        assert found[name] == pytest.approx(expected[name], abs=1e-4)


def test_evidence_is_each_members_own_map_laid_on_the_finest(ensemble, strips, answers) -> None:
    maps = ensemble.evidence(strips)
    for place, name in enumerate(MEMBERS):
        own = maps[name]
        laid = answers["evidence"][:, place]
        assert laid.sum(axis=(1, 2)) == pytest.approx(own.sum(axis=(1, 2)), abs=1e-4)
        rows, columns = (laid.shape[k] // own.shape[k] for k in (1, 2))
        assert laid[:, ::rows, ::columns] * rows * columns == pytest.approx(own, abs=1e-4)


def test_calibrated_probabilities_rise_with_the_log_odds() -> None:
    from conversion.ensemble import calibration

    random = np.random.default_rng(4)
    classes = random.integers(0, 3, 400)
    logits = np.stack([classes + random.normal(0, 1, 400), classes + random.normal(0, 1, 400)], axis=1)
    told = probabilities(logits, calibration(logits, classes))
    assert told.sum(axis=1) == pytest.approx(1.0)
    assert told[:, OSTEOPOROSIS].mean() == pytest.approx((classes == OSTEOPOROSIS).mean(), abs=0.01)
    order = np.argsort(logits[:, 0])
    assert (np.diff(told[order, OSTEOPOROSIS]) >= 0).all()
    assert class_metrics(told, classes).auc > 0.7


def test_possible_classes_keep_each_class_as_often_as_promised() -> None:
    random = np.random.default_rng(5)
    classes = random.integers(0, 3, 6000)
    told = random.dirichlet(np.ones(3), 6000) + 0.6 * np.eye(3)[classes]
    told /= told.sum(axis=1, keepdims=True)
    found = class_conformal(told[:3000], classes[:3000])
    for share in kept_share(told[3000:], classes[3000:], found).values():
        assert share == pytest.approx(0.9, abs=0.03)


def test_too_few_pictures_of_a_class_are_refused() -> None:
    classes = np.array([0] * 40 + [1] * 40 + [2] * 5)
    with pytest.raises(ConversionError, match=f"5 pictures of {CLASSES[2]}"):
        class_conformal(np.full((85, 3), 1 / 3), classes)


def test_reliability_compares_what_was_told_with_what_came_true() -> None:
    told = np.repeat([0.1, 0.9], 400)
    positive = np.random.default_rng(6).random(800) < told
    points = reliability(told, positive)
    assert sum(count for _, _, count in points) == 800
    assert all(abs(mean - share) < 0.12 for mean, share, _ in points)
    assert calibration_error(points) < 0.08
    assert calibration_error([(0.5, 0.1, 30), (0.5, 0.7, 10)]) == pytest.approx((0.4 * 30 + 0.2 * 10) / 40)


def test_means_of_a_whole_strip_keep_their_digits_in_the_graph() -> None:
    import keras

    from conversion.export import float_onnx
    from training.stacked_ensemble.features import HandMadeFeatures
    from training.stacked_ensemble.network import Standardised

    image = keras.Input((256, 128, 1), name="image")
    told = HandMadeFeatures()(Standardised()(image))
    model = keras.Model(image, {"features": told}, name="features")
    strips = np.random.default_rng(7).integers(60, 220, (4, 256, 128, 1)).astype(np.float32)
    session = open_session(float_onnx(model), threads=1)
    (found,) = session.run(["features"], {"image": strips.transpose(0, 3, 1, 2)})
    assert found == pytest.approx(np.asarray(model(strips)["features"]), rel=2e-5, abs=2e-6)


def gated(moved_of_float: float, pictures_moved: int, behind: float) -> SimpleNamespace:
    """What the gate sees: log odds of the stack moved on so many pictures, and so far behind the networks."""
    framework = np.zeros((500, len(MEMBERS) + 1, 2))
    framework[:, :, 0] = np.linspace(-2, 2, 500)[:, None]
    floats = framework.copy()
    floats[:pictures_moved, -1, 0] += moved_of_float
    classes = np.where(np.arange(500) < 250, 0, OSTEOPOROSIS)
    run = SimpleNamespace(truth=lambda part: classes, shown=lambda part: np.arange(500))
    return SimpleNamespace(
        run=run, networks=behind, framework_test=framework, float_test=floats, int8_test=floats
    )


@pytest.mark.parametrize(
    ("moved", "pictures", "behind", "ships"),
    [
        (0.0, 0, 0.0, True),
        (5e-5, 500, 0.0, True),
        (1e-3, 1, 0.0, True),  # a tree's threshold, since behind the networks nothing moves
        (1e-3, 1, 1e-3, False),
        (1e-3, 2, 0.0, False),
        (float("nan"), 1, float("nan"), False),
    ],
)
def test_the_gate_tests_every_picture(
    monkeypatch: pytest.MonkeyPatch, moved: float, pictures: int, behind: float, ships: bool
) -> None:
    from conversion import ensemble

    converted = gated(moved, pictures, behind)

    def answered_behind(run: object, networks: float, places: np.ndarray) -> np.ndarray:
        return converted.float_test[places] + networks

    monkeypatch.setattr(ensemble, "behind_networks", answered_behind)
    if ships:
        ensemble.check_change(converted)
    else:
        with pytest.raises(ConversionError, match="moves the stack's log odds"):
            ensemble.check_change(converted)
