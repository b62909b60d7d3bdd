"""Where members of an ensemble, or models of one picture, do not say the same: in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from desktop.findings.anatomy_words import listed
from desktop.findings.result import Finding, NotMeasured, Outcome

MEMBER_WORDS: Mapping[str, str] = {"cnn": "CNN", "vgg16": "VGG16", "resnet_forest": "ResNet with forest"}
VOTE_WORDS: Mapping[Outcome, str] = {
    Outcome.FLAGGED: "flagged",
    Outcome.UNCERTAIN: "uncertain",
    Outcome.NOT_FLAGGED: "not flagged",
}
SIDE_BY_SIDE = "They stand side by side, not averaged."
EFFECT_MEANING = "Effect: log odds that a member adds to the ensemble's answer, above 0 for osteoporosis."


def member_words(name: str) -> str:
    """Return what a member is called."""
    return MEMBER_WORDS.get(name, name)


def votes_sentence(finding: Finding) -> str:
    """Return how the members of an ensemble vote, and whether they disagree; "" without members."""
    if not finding.members:
        return ""
    votes = [(member_words(member.name), member.vote) for member in finding.members]
    if len({vote for _, vote in votes}) == 1:
        return f"All {len(votes)} members say {VOTE_WORDS[votes[0][1]]}."
    head = "The members disagree" if finding.members_disagree else "The members do not all say the same"
    return f"{head}: {_who_says_what(votes)}."


def models_sentence(findings: Sequence[Finding]) -> str:
    """Return which model says what where they do not agree; "" where they do, or where one spoke."""
    if len({finding.outcome for finding in findings}) < 2:
        return ""
    votes = [(_model_words(finding), finding.outcome) for finding in findings]
    return f"The models do not agree: {_who_says_what(votes)}. {SIDE_BY_SIDE}"


def _model_words(finding: Finding) -> str:
    reads = "classes" if isinstance(finding.bmd_g_cm2, NotMeasured) else "bone density"
    return f"{finding.model.family} (from {reads})"


def _who_says_what(votes: Iterable[tuple[str, Outcome]]) -> str:
    by_vote: dict[Outcome, list[str]] = {}
    for name, vote in votes:
        by_vote.setdefault(vote, []).append(name)
    said = (
        f"{listed(by_vote[vote])} {'says' if len(by_vote[vote]) == 1 else 'say'} {words}"
        for vote, words in VOTE_WORDS.items()
        if vote in by_vote
    )
    return ", ".join(said)
