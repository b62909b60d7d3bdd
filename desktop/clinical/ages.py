"""What a patient's age allows: T or Z, warnings, and the age below which nothing is judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from desktop.errors import RefusedError

# ISCD Official Positions (adult): T-scores for postmenopausal women and men aged 50 and over, else Z-scores.
# Menopause is not asked for: 50 stands for it in women, since the training data begin there and most women
# of that age are in or past the transition, where ISCD allows T-scores; so one age serves both sexes.
T_SCORE_FROM_AGE_YEARS = 50
ADULT_FROM_AGE_YEARS = 20  # younger people need paediatric references (ISCD)
TRAINING_AGES_YEARS = (50, 80)  # NHANES 2017-March 2020 measured spines from 50, and codes all over 80 as 80


def score_kind(age_years: int | None) -> Literal["T", "Z"]:
    """Return which score leads: "T" from 50 years, "Z" below, "T" where the age is not known."""
    return "Z" if age_years is not None and age_years < T_SCORE_FROM_AGE_YEARS else "T"


def check_age(age_years: int | None, contested_years: Sequence[int] = ()) -> None:
    """Raise RefusedError for a patient under 20.

    contested_years: ages by tag and birth date that contradict each other; a child by one may be a child.
    """
    if age_years is None and contested_years and min(contested_years) < ADULT_FROM_AGE_YEARS:
        said = " and ".join(map(str, contested_years))
        raise RefusedError(
            f"By age tag and birth date the patient is {said}, and adults alone are judged: "
            "enter the right age by hand."
        )
    if age_years is not None and age_years < ADULT_FROM_AGE_YEARS:
        raise RefusedError(
            f"The patient is under {ADULT_FROM_AGE_YEARS}: this program judges adults only, "
            "so use a densitometer with a paediatric reference."
        )


def child_notices(age_years: int | None, *, size_known: bool) -> tuple[str, ...]:
    """Return the notice for a picture that tells neither age nor size, by which a child is refused."""
    if age_years is not None or size_known:
        return ()
    return (
        "Neither the patient's age nor the picture's pixel spacing is known, so a child would go unnoticed: "
        "make sure that the picture shows an adult.",
    )


def outside_screening(age_years: int | None) -> tuple[str, ...]:
    """Return why nothing is flagged or left unflagged at this age, empty where screening applies.

    Osteoporosis by T-score is defined from 50 years, and the models learned from nobody younger.
    """
    if age_years is None or age_years >= T_SCORE_FROM_AGE_YEARS:
        return ()
    return (f"Screening by T-score starts at {T_SCORE_FROM_AGE_YEARS} years: the outcome stays uncertain.",)


def age_warnings(age_years: int | None) -> tuple[str, ...]:
    """Return the sentences that the patient's age calls for."""
    youngest, oldest = TRAINING_AGES_YEARS
    if age_years is None:
        return (
            "The patient's age is not known: the T-score holds only for women after menopause and for men "
            f"of {T_SCORE_FROM_AGE_YEARS} and over.",
        )
    if age_years < youngest:
        return (
            f"The patient is {age_years}, younger than the people whom the model learned from "
            f"({youngest} to {oldest}): the estimate is less certain than its range says, and BMD alone "
            f"makes no diagnosis below {T_SCORE_FROM_AGE_YEARS}.",
            *outside_screening(age_years),
        )
    if age_years > oldest:
        return (
            f"The patient is {age_years}, older than the people whom the model learned from "
            f"({youngest} to {oldest}): the estimate is less certain than its range says.",
        )
    return ()
