"""The sentences that the program says about results, on screen, on paper and in files alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from desktop.findings.anatomy_words import landmark_group, landmark_words, listed
from desktop.findings.result import ClassName, Finding, NotMeasured, Outcome

PHANTOM_MARK = "Trained on phantoms: not for clinical use"
INTERVAL_ON_PHANTOMS = "range on phantoms, not verified on patients"

OUTCOME_TITLES: Mapping[Outcome, str] = {
    Outcome.FLAGGED: "Flagged",
    Outcome.UNCERTAIN: "Uncertain",
    Outcome.NOT_FLAGGED: "Not flagged",
}
OUTCOME_MEANINGS: Mapping[Outcome, str] = {
    Outcome.FLAGGED: "The picture reached the level where a T-score\u00a0\u2264\u00a0\u22122.5 is suspected.",
    Outcome.UNCERTAIN: "The picture does not settle whether the T-score is\u00a0\u2264\u00a0\u22122.5.",
    Outcome.NOT_FLAGGED: "The picture did not reach the level where a T-score\u00a0\u2264\u00a0\u22122.5 is "
    "suspected.",
}
RECOMMENDATIONS: Mapping[Outcome, str] = {
    Outcome.FLAGGED: "A central DXA of spine and hip is recommended.",
    Outcome.UNCERTAIN: "A central DXA of spine and hip is recommended.",
    Outcome.NOT_FLAGGED: "Low bone density stays possible: decide on a DXA by age, history and risk factors.",
}
CLASS_TITLES: Mapping[ClassName, str] = {
    "t_at_or_below_minus_2_5": "T\u00a0\u2264\u00a0\u22122.5",
    "t_minus_1_to_minus_2_5": "T from \u22122.5 to \u22121",
    "t_above_minus_1": "T above \u22121",
}
"""What the classes are called, the gravest first."""
HEIGHTS_MEANING = (
    "Information beside the outcome, from the vertebrae's corners: heights in mm on the detector, where a "
    "spine is a tenth to a third larger than it is. Height lost is the worst of front, middle and back. "
    "Genant grade: 1 from 20 %, 2 from 25 %, 3 from 40 % of height lost. No fracture is diagnosed by it."
)
DISAGREEMENT = "The models do not agree."
LIMITS = (
    "It is no diagnosis: BMD and scores are estimated from a picture, and no WHO category follows from them.",
    "A result that is not flagged does not exclude low bone density or osteoporosis.",
    "It says nothing about the hip or the risk of fracture, and diagnoses and excludes no fracture.",
    "Two results of one person do not show a change of bone density.",
)
"""What a result does not say."""
EVIDENCE_MEANING = (
    "Each region's share of what moves the estimate, up or down, off that of an average picture. It tells "
    "what the model drew on, not what the bone's density comes from."
)


def outcome_meaning(outcome: Outcome, findings: Sequence[Finding]) -> str:
    """Return what the outcome of these findings means, and how often it was right where that was measured.

    Of several findings, those with that outcome tell how often, each under its model's name.
    """
    agreed = len({finding.outcome for finding in findings}) == 1
    sentences = [OUTCOME_MEANINGS[outcome], "" if agreed else DISAGREEMENT]
    for finding in findings:
        rates = rates_sentence(finding) if finding.outcome is outcome else ""
        of_model = f"{finding.model.family}: " if rates and len(findings) > 1 else ""
        sentences.append(f"{of_model}{rates}")
    return " ".join(filter(None, sentences))


def rates_sentence(finding: Finding) -> str:
    """Return how often a finding's outcome was right where its cut-offs were set; "" where not measured."""
    rates = finding.cut_off_rates
    if isinstance(rates, NotMeasured):
        return ""
    pictures = "phantom pictures" if finding.model.evidence == "phantom" else "pictures"
    told = {
        Outcome.FLAGGED: f"Of 100 {pictures} that reach it, {_of_100(rates.flagged_ppv)} have such a T-score",
        Outcome.NOT_FLAGGED: f"Of 100 {pictures} with such a T-score, {_of_100(rates.not_flagged_missed)} "
        "are not flagged either",
    }
    if finding.outcome not in told:
        return ""
    counted = (
        f"counted on {rates.pictures:,} {pictures}, {_of_100(rates.prevalence)} of 100 with such a T-score"
    )
    return f"{told[finding.outcome]} ({counted})."


def _of_100(share: float) -> str:
    return f"{100 * share:.0f}"


def evidence_sentence(evidence: Literal["phantom", "clinical"]) -> str:
    """Return on what the model's figures rest."""
    if evidence == "phantom":
        return "Learned from phantoms: pictures computed from real BMD values, not pictures of patients."
    return "Learned from pictures of patients with a measured DXA."


def interval_sentence(interval_level: float, evidence: Literal["phantom", "clinical"]) -> str:
    """Return what the ranges beside the numbers promise, and for which pictures."""
    held = f"A range holds the true value for {interval_level:.0%} of pictures like those that it was set on"
    return f"{held}: {INTERVAL_ON_PHANTOMS}." if evidence == "phantom" else f"{held}."


def possible_sentence(finding: Finding) -> str:
    """Return which classes a finding leaves open, and how often the true one is among them; "" without."""
    possible = finding.possible_classes
    if isinstance(possible, NotMeasured) or not possible:
        return ""
    words = [title for name, title in CLASS_TITLES.items() if name in possible]
    *others, last = words
    left = f"{', '.join(others)} or {last}" if others else last
    promise = classes_sentence(finding.interval_level, finding.model.evidence)
    return f"The picture leaves open: {left}. {promise}"


def classes_sentence(level: float, evidence: Literal["phantom", "clinical"]) -> str:
    """Return what the classes that a picture leaves open promise, and for which pictures."""
    held = (
        f"The true class is among those left open for {level:.0%} of pictures like those that this was set on"
    )
    return f"{held}: phantoms, not verified on patients." if evidence == "phantom" else f"{held}."


def promise_sentence(finding: Finding) -> str:
    """Return what a finding's ranges promise, or, without BMD, the classes that it leaves open."""
    promise = classes_sentence if isinstance(finding.bmd_g_cm2, NotMeasured) else interval_sentence
    return promise(finding.interval_level, finding.model.evidence)


def moved_sentence(names: Sequence[str]) -> str:
    """Return which landmarks the user moved, by their names; "" where none was."""
    if not names:
        return ""
    which = "landmark was" if len(names) == 1 else "landmarks were"
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(landmark_group(name), []).append(name)
    moved = listed(
        [
            landmark_words(each[0]) if len(each) == 1 else f"{len(each)} corners of {group}"
            for group, each in groups.items()
        ]
    )
    return f"{len(names)} {which} moved by hand, and the result rests on that: {moved}."
