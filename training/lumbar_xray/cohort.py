"""Whom a study is of: the enrolment and its exclusions, the two groups, and what their age and size tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from training.lumbar_xray.crop_data import NO_CLASS, TOO_LONG
from training.lumbar_xray.run_files import Configuration, Told

EXCLUSIONS = (TOO_LONG, "vertebroplasty", "no AP spine DXA", "image that cannot be judged")
"""The study's four, in its order."""
FEWEST = 2


@dataclass(frozen=True)
class Comparison:
    """One line of the study's table 1: a property with osteoporosis and without, and p of a test."""

    name: str
    positive: str
    negative: str
    p: float | None


def enrolment(configuration: Configuration) -> tuple[int, dict[str, int], int]:
    """Return how many pictures there were, how many each exclusion took, and how many are left."""
    excluded = dict.fromkeys(EXCLUSIONS, 0)
    for reason, count in configuration.left_out.items():
        excluded[_exclusion(reason)] += count
    return configuration.usable + sum(excluded.values()), excluded, configuration.usable


def _exclusion(reason: str) -> str:
    known: Mapping[str, str] = {TOO_LONG: TOO_LONG, NO_CLASS: EXCLUSIONS[2]}
    return EXCLUSIONS[1] if EXCLUSIONS[1] in reason else known.get(reason, EXCLUSIONS[3])


def comparison(people: Sequence[Told]) -> list[Comparison]:
    """Return age, women, BMI and T-score of both groups; mean ± SD and t-test, n (%) and chi-squared."""
    groups = [[each for each in people if each.has_osteoporosis is has] for has in (True, False)]
    numbers = {
        "age, years": [[each.age_years for each in group] for group in groups],
        "BMI, kg/m²": [[_bmi(each) for each in group] for group in groups],
        "T-score": [[each.t_score for each in group] for group in groups],
    }
    lines = [Comparison("pictures", *(f"{len(group):,}" for group in groups), None), _women(groups)]
    return lines + [_numbers(name, *columns) for name, columns in numbers.items()]


def _numbers(name: str, *columns: Sequence[float | None]) -> Comparison:
    known = [np.array([value for value in column if value is not None], float) for column in columns]
    if min(map(len, known)) < FEWEST:
        return Comparison(name, "-", "-", None)
    shown = [f"{values.mean():.2f} ± {values.std(ddof=1):.2f}" for values in known]
    spread = all(np.ptp(values) > 0.0 for values in known)
    return Comparison(name, shown[0], shown[1], float(stats.ttest_ind(*known).pvalue) if spread else None)


def _women(groups: Sequence[Sequence[Told]]) -> Comparison:
    counts = [[sum(each.sex == sex for each in group) for sex in ("F", "M")] for group in groups]
    shown = [f"{women} ({100 * women / max(women + men, 1):.0f} %)" for women, men in counts]
    table = np.array(counts)
    tested = table.sum(axis=0).min() > 0 and table.sum(axis=1).min() > 0
    p = float(stats.chi2_contingency(table).pvalue) if tested else None
    return Comparison("women", shown[0], shown[1], p)


def _bmi(person: Told) -> float | None:
    if person.weight_kg is None or person.height_cm is None:
        return None
    return person.weight_kg / (person.height_cm / 100) ** 2


def person_probabilities(train: Sequence[Told], test: Sequence[Told]) -> NDArray[np.float64] | None:
    """Return the probability of osteoporosis by age, sex, weight and height alone, one a test picture.

    Logistic regression on the four, their squares and products, fitted on `train`; None where one of the four
    is not known of everybody, or `train` has one class only.
    """
    described = [[_description(each) for each in people] for people in (train, test)]
    positive = np.array([each.has_osteoporosis for each in train])
    if any(one is None for people in described for one in people) or positive.all() or not positive.any():
        return None
    model = make_pipeline(
        StandardScaler(), PolynomialFeatures(2, include_bias=False), LogisticRegression(max_iter=2000)
    )
    model.fit(np.array(described[0], float), positive)
    return model.predict_proba(np.array(described[1], float))[:, 1]


def _description(person: Told) -> tuple[float, ...] | None:
    known = (person.age_years, person.weight_kg, person.height_cm)
    if person.sex is None or None in known:
        return None
    return (float(person.sex == "F"), *known)
