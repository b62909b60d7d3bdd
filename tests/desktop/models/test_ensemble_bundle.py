"""The stacked ensemble's bundle: verified, opened, self-tested, and what its manifest may not say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.errors import BundleError
from desktop.findings.result import CLASSES
from desktop.models import EnsembleBundle, Models, load_bundles
from desktop.models import manifest as parts
from desktop.models.classes import ClassConformal, ClassGolden
from desktop.models.ensemble_manifest import Calibration, probabilities


def test_it_loads_as_an_ensemble_and_answers_its_outputs(ensemble_models: Models) -> None:
    bundle = ensemble_models.by_family["stacked_ensemble"]
    assert isinstance(bundle, EnsembleBundle)
    rows, columns = bundle.manifest.strip.rows_px, bundle.manifest.strip.columns_px
    answer = bundle.run(np.full((rows, columns), 100, np.uint8))
    assert answer["logits"].shape == (4, 2)
    assert bundle.manifest.compared(answer) == pytest.approx([0.25, 0.25, 0.5])


def test_probabilities_sum_to_one_and_keep_their_order() -> None:
    thresholds = parts.Thresholds(
        lower=0.1,
        upper=0.5,
        sensitivity_at_lower=0.95,
        ppv_at_upper=0.7,
        sensitivity_at_upper=0.6,
        prevalence=0.08,
        pictures=1000,
    )
    calibration = Calibration(
        probability=parts.Logistic(intercept=0.0, slope=2.0),
        osteopenia=parts.Logistic(intercept=1.0, slope=0.0),
        thresholds=thresholds,
    )
    told = probabilities(np.array([[-3.0, 0.0], [0.0, 0.0], [3.0, 5.0]]), calibration)
    assert told.sum(axis=1) == pytest.approx(1.0)
    assert (np.diff(told[:, 2]) > 0).all()
    assert told[1, 2] == pytest.approx(0.5)
    assert told[1, 1] == pytest.approx(0.5 / (1 + np.exp(-1)))


def test_a_drift_on_the_golden_picture_keeps_it_out(make_ensemble, trusted_keys: Path) -> None:
    expected = dict(zip(CLASSES, (0.9, 0.05, 0.05), strict=True))
    folder = make_ensemble(golden=(ClassGolden(file="golden_1.png", expected=expected),))
    loaded = load_bundles(folder.parent, [trusted_keys], threads=1)
    assert not loaded.by_family
    assert "self-test is off" in loaded.problems[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outputs", {"logits": parts.Output(unit="log odds")}),
        ("members", {}),
        ("golden", (ClassGolden(file="golden_1.png", expected={CLASSES[-1]: 1.0}),)),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(make_ensemble, field: str, value: object) -> None:
    with pytest.raises(BundleError, match=f"contradicts itself in {field}"):
        make_ensemble(**{field: value})


def test_classes_of_an_older_bundle_are_read_by_their_bands() -> None:
    old, values = ("neither", "osteopenia", "osteoporosis"), (0.2, 0.3, 0.5)
    told = dict(zip(old, values, strict=True))
    golden = ClassGolden(file="golden_1.png", expected=told)
    assert golden.numbers.tolist() == list(values)
    kept = ClassConformal(level=0.9, least_probability=told, pictures=dict.fromkeys(old, 7))
    assert kept.possible(np.array([0.1, 0.4, 0.5])) == ("t_minus_1_to_minus_2_5", "t_at_or_below_minus_2_5")
    assert kept.pictures == dict.fromkeys(CLASSES, 7)
