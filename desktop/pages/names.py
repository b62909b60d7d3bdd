"""Which pages there are, how they are called, and what stands over them whatever a clinic writes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PageName(StrEnum):
    """One page; the words are those of the settings file and the command line."""

    QUESTIONS = "questions"
    TREATMENT = "treatment"
    SPECIALISTS = "specialists"


PAGE_TITLES: Mapping[PageName, str] = {
    PageName.QUESTIONS: "Frequent questions",
    PageName.TREATMENT: "Treatment",
    PageName.SPECIALISTS: "Specialists",
}
PAGE_FILES: Mapping[PageName, str] = {
    PageName.QUESTIONS: "questions.md",
    PageName.TREATMENT: "treatment.md",
    PageName.SPECIALISTS: "specialists.csv",
}
NOT_ADVICE = "Information for staff and patients, not advice for this patient."
"""Stands over every page: a clinic's file cannot take it away."""
EXAMPLES_ONLY = "These are examples, not people: replace them by your own list."
