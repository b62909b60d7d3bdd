"""What any network must beat: BMD from age, sex, weight and height alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from training.data.manifest import Row

Values = NDArray[np.float64]


@dataclass(frozen=True)
class PersonModel:
    """Least squares on age, sex, weight and height, their squares and products."""

    fitted: Pipeline

    def __call__(self, rows: Sequence[Row], predicted: Values | None = None) -> Values:
        """Return BMD in g/cm2, one line a row; `predicted` where it was fitted with the network's answers."""
        return self.fitted.predict(_described(rows, predicted))


def fit_person_model(
    rows: Sequence[Row], bmd_g_cm2: Values, predicted: Values | None = None
) -> PersonModel | None:
    """Fit on these people's BMD, [row] or [row, vertebra], with the network's answers where given.

    None where the manifest does not tell age, sex, weight and height of each of them.
    """
    if not all(is_described(row) for row in rows):
        return None
    model = make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), LinearRegression())
    return PersonModel(model.fit(_described(rows, predicted), bmd_g_cm2))


def is_described(row: Row) -> bool:
    """Whether age, sex, weight and height are all known."""
    return None not in (row.sex, row.age_years, row.weight_kg, row.height_cm)


def _described(rows: Sequence[Row], predicted: Values | None) -> Values:
    person = np.array(
        [[row.age_years, row.sex == "F", row.weight_kg, row.height_cm] for row in rows], dtype=float
    )
    return person if predicted is None else np.column_stack([person, predicted])
