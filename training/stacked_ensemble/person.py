"""What the pictures must beat: classes from age, sex, weight and height of the same people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from training.data.manifest import Row
from training.stacked_ensemble.level1 import Answer, Values
from training.stacked_ensemble.settings import OSTEOPOROSIS


def by_person(train: Sequence[Row], classes: NDArray[np.intp], asked: Sequence[Row]) -> Answer | None:
    """Return the answers of logistic regression on the four, their squares and products, [row of `asked`].

    None where the manifest does not tell age, sex, weight and height of each of these people.
    """
    if not all(_is_described(row) for row in (*train, *asked)):
        return None
    model = make_pipeline(
        StandardScaler(), PolynomialFeatures(2, include_bias=False), LogisticRegression(max_iter=2000)
    )
    found: Values = model.fit(_described(train), classes).predict_proba(_described(asked))
    return Answer(found[:, OSTEOPOROSIS], found)


def _is_described(row: Row) -> bool:
    return None not in (row.sex, row.age_years, row.weight_kg, row.height_cm)


def _described(rows: Sequence[Row]) -> Values:
    return np.array(
        [[row.age_years, row.sex == "F", row.weight_kg, row.height_cm] for row in rows], dtype=float
    )
